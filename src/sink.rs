//! Where records go by themselves.
//!
//! A sink is a cursor with an output. It reads the stream as every other reader does, so it cannot
//! slow a writer, and what it is too slow for is told in its place, `-- 128 records lost --`, and
//! counted.
//!
//! A sink has two threads of its own, never the program's runtime:
//!
//! ```text
//! ring ──▶ pump: filter, render ──▶ staging (bytes) ──▶ writer ──▶ Output
//! ```
//!
//! The staging lets the pump go on filtering while the output is slow: a stopped terminal does not
//! lose the few INFO lines among a flood of DEBUG records that would otherwise push them out of the
//! ring. Only when the staging is full does the pump leave the records where they are, in the ring.
//! Nobody waits for a stopped output but the writer thread.
//!
//! The threads log nothing; what an [`Output`] logs on its thread is not fed back to it.
//!
//! ```
//! use core::time::Duration;
//! use ringvisor::RingStream;
//! use ringvisor::sink::Terminal;
//!
//! let stream = RingStream::with_bytes(1 << 20)?;
//! let stderr = Terminal::stderr().name("orders").start(&stream)?;
//! assert!(stderr.flush(Duration::from_secs(5)));
//! assert_eq!(stderr.stats().lost, 0);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod color;
mod drained;
mod file;
mod flood;
mod flushing;
mod formats;
mod handoff;
mod identity;
mod lanes;
mod memory;
mod notice;
mod pump;
mod reading;
mod route;
mod terminal;
mod writer;

#[cfg(all(test, feature = "log"))]
mod tests;

use core::fmt;
use core::time::Duration;
use std::io;
use std::string::String;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::vec::Vec;

use crate::stream::RingStream;
use flushing::Flushing;
use handoff::Handoff;

pub(crate) use flushing::last_words;

pub use color::ColorChoice;
pub use drained::Drained;
pub use file::{Completed, File, FileError, Keep, ParseScheduleError, Schedule};
pub(crate) use file::{NOTES_BYTES, Notes};
pub use flood::Flood;
pub use formats::Formats;
pub use lanes::Lanes;
pub use memory::{Capture, Captured};
pub use pump::Pump;
pub use route::Route;
pub use terminal::Terminal;

/// How long a dropped sink goes on writing what was logged before.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where lines go: a terminal, a file, a socket.
///
/// An implementation
/// 1. may take its time: only its own thread waits;
/// 2. returns an error only when it cannot go on: the sink then ends, quietly, and counts it;
/// 3. may log: what comes from the thread on which it is called is kept out of its own sink, but not
///    out of others.
pub trait Output: Send + 'static {
    /// Writes whole lines, each with its line feed.
    ///
    /// # Errors
    /// The output cannot go on.
    fn write(&mut self, lines: &[u8]) -> io::Result<()>;

    /// Hands on what the output itself still holds.
    ///
    /// # Errors
    /// The output cannot go on.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A running sink.
///
/// Dropping it writes what was logged before and ends its threads; an output that takes more than
/// a second for that is left behind.
#[must_use = "the sink ends when this is dropped"]
pub struct Sink {
    name: String,
    stream: RingStream,
    handoff: Arc<Handoff>,
    threads: Vec<JoinHandle<()>>,
}

/// What became of the records that a sink read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Records that passed the sink's levels and were made lines of.
    pub records: u64,
    /// Records that were overwritten before the sink came to them, whatever their level, and lines
    /// that found their lane full.
    pub lost: u64,
    /// Records of call sites that said too much, see [`Flood`].
    pub suppressed: u64,
    /// Errors of the output. The first one ends the sink.
    pub errors: u64,
}

impl Sink {
    /// Waits until everything that was logged before this call has reached the output, at most for
    /// `limit`; tells whether it has.
    pub fn flush(&self, limit: Duration) -> bool {
        self.drain(limit).is_complete
    }

    /// The same as [`flush`](Self::flush) with an answer for people: what a program does and says
    /// before it ends.
    pub fn drain(&self, limit: Duration) -> Drained {
        Self::drain_all(core::slice::from_ref(self), limit)
    }

    /// What became of the records so far.
    pub fn stats(&self) -> Stats {
        self.handoff.counts.stats()
    }

    /// Whether the output still takes lines.
    pub fn is_running(&self) -> bool {
        !self.handoff.has_ended()
    }

    /// Lets a file be opened anew, as programs do on SIGHUP after their files were moved; see
    /// [`File::reopen_on_hangup`]. A file that another one has taken the place of is found out without
    /// it when it is written.
    pub fn reopen(&self) {
        self.handoff.ask_to_reopen();
    }

    /// Flushes all `sinks`, which work on it side by side; `limit` holds for the whole.
    pub(crate) fn drain_all(sinks: &[Self], limit: Duration) -> Drained {
        let mut flushing = Flushing::begin(sinks);
        flushing.wait(limit);
        flushing.drained(limit)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.handoff.close(self.stream.cursor_at_end().position());
        // Who was waited for in vain a moment ago is not waited for again.
        let patience = if self.handoff.is_hopeless() { Duration::ZERO } else { LAST_WORDS };
        if self.handoff.wait_ended(patience) {
            for thread in self.threads.drain(..) {
                // A panic of the output was told by the panic hook.
                let _ = thread.join();
            }
        } else {
            self.handoff.abandon();
        }
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("name", &self.name)
            .field("stats", &self.stats())
            .field("is_running", &self.is_running())
            .finish_non_exhaustive()
    }
}
