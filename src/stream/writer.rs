//! Text that is written as to a file, and becomes one record per line.

mod lines;
mod partials;
mod voice;

#[cfg(test)]
mod tests;

use core::fmt;
use std::io;

use crate::record::Level;
use crate::ring::Storage;

use super::RingStream;
use super::core::Core;
use lines::Lines;
use voice::Voice;

pub(super) use partials::Partials;

/// Level and target of what is written without saying them.
const LEVEL: Level = Level::Info;
const TARGET: &str = "write";

/// A place to write text to; each line becomes a record.
///
/// * A line ends with `\n` or `\r\n`. What is written before that is held, so a line may come in
///   any number of pieces; [`flush`](io::Write::flush) and dropping the writer end it too.
/// * Blank lines are not records.
/// * What is not UTF-8 is replaced by U+FFFD.
/// * A line too long for one record becomes several, which `cat` and the like show as one; so no
///   more than one record's text is held. See [`RingStream::write_text`].
///
/// Writing never fails. A line whose level does not pass is dropped like any other record. The
/// time and the thread of a record are those of the line's end.
///
/// ```
/// use std::io::Write;
/// use ringvisor::record::Level;
/// use ringvisor::stream::{Entry, RingStream};
///
/// let stream = RingStream::with_bytes(1 << 20)?;
/// let mut child = stream.writer_at(Level::Warn, "ffmpeg");
/// write!(child, "frame 1")?;
/// writeln!(child, " dropped")?;
///
/// let mut cursor = stream.cursor();
/// let Some(Entry::Record(record)) = cursor.next() else { panic!("a record") };
/// assert_eq!((record.target, record.message), ("ffmpeg", "frame 1 dropped"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a writer writes nothing by itself"]
pub struct Writer<'a, S: Storage> {
    core: &'a Core<S>,
    voice: Voice<'a>,
    lines: Lines,
}

impl<S: Storage> RingStream<S> {
    /// A writer whose lines are records of level `INFO` and target `write`.
    pub fn writer(&self) -> Writer<'_, S> {
        self.writer_at(LEVEL, TARGET)
    }

    /// A writer whose lines are records of this level and target.
    pub fn writer_at<'a>(&'a self, level: Level, target: &'a str) -> Writer<'a, S> {
        let voice = Voice::new(level, target);
        let lines = Lines::new(voice.piece_max(&self.core));
        Writer { core: &self.core, voice, lines }
    }
}

impl<S: Storage> Writer<'_, S> {
    fn take(&mut self, bytes: &[u8]) {
        let Self { core, voice, lines } = self;
        lines.push(bytes, |part| voice.say(core, &part));
    }

    fn end_line(&mut self) {
        let Self { core, voice, lines } = self;
        lines.end_line(|part| voice.say(core, &part));
    }
}

impl<S: Storage> io::Write for Writer<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.take(bytes);
        Ok(bytes.len())
    }

    /// Makes a record of the unfinished line.
    fn flush(&mut self) -> io::Result<()> {
        self.end_line();
        Ok(())
    }
}

impl<S: Storage> fmt::Write for Writer<'_, S> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.take(text.as_bytes());
        Ok(())
    }
}

impl<S: Storage> Drop for Writer<'_, S> {
    fn drop(&mut self) {
        self.end_line();
    }
}

impl<S: Storage> fmt::Debug for Writer<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("voice", &self.voice).finish_non_exhaustive()
    }
}

/// Any thread may write to a shared stream: `write!(&stream, …)`.
///
/// Lines become records as those of a [`Writer`] do, with level `INFO` and target `write`. The
/// stream holds each thread's unfinished line apart, so lines of different threads do not mix. It
/// holds 64 of them: one more, or the end of its thread, lets the oldest become a record as it is,
/// under the name of the thread that takes its place. [`flush`](io::Write::flush) ends this
/// thread's own line.
///
/// Whole lines take no lock while no thread has an unfinished line; pieces of lines take one. So
/// this is not for signal handlers, unlike `log`, and a [`Writer`] is better where much is written.
impl<S: Storage> io::Write for &RingStream<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.core.state.partials.take(&self.core, bytes);
        Ok(bytes.len())
    }

    /// Makes a record of this thread's unfinished line.
    fn flush(&mut self) -> io::Result<()> {
        self.core.state.partials.end_line(&self.core);
        Ok(())
    }
}

/// The same as for `&RingStream`.
impl<S: Storage> io::Write for RingStream<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::flush(&mut &*self)
    }
}
