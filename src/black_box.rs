//! The log in a file that outlives the process: its last words after any death.
//!
//! A log with a black box is written as any other, by the same instructions and as fast; but its
//! memory is a file on a tmpfs, mapped into the process. What was committed is in that file at the
//! same moment, and stays there whatever becomes of the process: a crash, `kill -9`, the kernel's
//! OOM killer. [`open`] reads it, also while the process lives or hangs.
//!
//! ```
//! # let path = std::env::temp_dir().join(format!("ringvisor-doc-{}.box", std::process::id()));
//! let ringvisor = ringvisor::builder("orders").black_box(&path).build()?;
//! # let stream = ringvisor.stream();
//! # log::Log::log(stream, &log::Record::builder().level(log::Level::Info)
//! #     .args(format_args!("the last words")).build());
//! drop(ringvisor);
//!
//! let recording = ringvisor::black_box::open(&path)?;
//! let mut text = String::new();
//! recording.stream().cat(&mut text)?;
//! assert!(text.ends_with("[orders] [INFO] the last words\n"));
//! assert_eq!(recording.end().to_string(), "ended in order");
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The command reads it as it reads a running program, with the same filters:
//!
//! ```sh
//! rvctl -n orders -b -1 logs -p warn       # the last run's box, where boxes are by default
//! rvctl --file orders.box status           # its tasks as they were
//! rvctl --file orders.box trace            # why tasks had failed
//! ```
//!
//! # What is promised
//! * After the death of the process, however it came: every record whose `log` call had returned,
//!   as far as the ring had not come round over it.
//! * A record whose writer died in the middle of it is left out and counted, never shown in part.
//!   Each record bears a checksum: one that was damaged in the file is left out and counted too.
//! * Of tasks of the program's `supervisor`, beside their records: what each did last, and why it
//!   failed if it did; of one task for each 16 KiB of the log.
//! * After the death of the machine: nothing on a tmpfs, which is where a box is by default. On a
//!   disk, by [`BlackBox::at`] and [`BlackBox::sync_every`], what was synced last.
//!
//! # What it costs
//! Nothing per record but its checksum, some nanoseconds. The file takes the memory that the log
//! would take elsewhere. On a disk, a writer may stall: the system writes pages back and takes the
//! right to write from each, so that the next writer to touch it has a page fault, some
//! microseconds or, on a disk that is busy, milliseconds.

pub(crate) mod crash;
mod dates;
mod end;
mod error;
mod file;
mod identity;
mod keeper;
mod notes;
mod page;
mod place;
mod proof;
mod recorder;
mod recording;
#[cfg_attr(not(feature = "tokio"), allow(dead_code, reason = "there are no tasks to tell of"))]
mod roster;
mod runs;
mod stop;
mod tasks;

#[cfg(all(test, feature = "log"))]
mod tests;

use core::time::Duration;
use std::path::{Path, PathBuf};

pub use end::End;
pub use error::{BlackBoxError, BlackBoxReason};
pub(crate) use notes::{NotePage, Notes};
pub use place::{all, usual_path};
pub(crate) use recorder::{Recorder, RecorderError};
pub use recording::{Recording, open};
pub use roster::LastState;
#[cfg(feature = "tokio")]
pub(crate) use roster::{Change, Failed, Who};
pub use runs::{LastRun, path_of_run, runs};
pub use tasks::LastHeard;

/// Where the log of a program is to be kept, and for how long.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::black_box::BlackBox;
///
/// // On a tmpfs, under the program's name; gone when the machine is.
/// let _ = BlackBox::new();
/// // On a disk, with at most a second to lose when the power fails.
/// let _ = BlackBox::at("orders.box").sync_every(Duration::from_secs(1)).keep(7);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a black box is given to `Builder::black_box`"]
pub struct BlackBox {
    path: Option<PathBuf>,
    keep: usize,
    sync_every: Option<Duration>,
    lock: bool,
}

impl Default for BlackBox {
    fn default() -> Self {
        Self::new()
    }
}

impl BlackBox {
    /// On a tmpfs, as `ringvisor/NAME.box` in `$XDG_RUNTIME_DIR` or else in a folder of this user
    /// below `/dev/shm`; three earlier runs are kept. Where there is neither, in a file without a
    /// name: it can be read while the process lives or hangs, and is gone with it.
    pub const fn new() -> Self {
        Self { path: None, keep: 3, sync_every: None, lock: true }
    }

    /// In this file. Its folder must exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), ..Self::new() }
    }

    /// How many boxes of earlier runs stay beside it, as `PATH.1`, the last one, `PATH.2` and so
    /// on; 3 unless called.
    pub const fn keep(mut self, runs: usize) -> Self {
        self.keep = runs;
        self
    }

    /// Has the file written to its disk so often, by a thread of its own. Unless called, the system
    /// writes it when it likes, which is enough for the death of a process, but not of a machine.
    pub const fn sync_every(mut self, interval: Duration) -> Self {
        self.sync_every = Some(interval);
        self
    }

    /// Whether the pages are locked in memory, where the system allows that, so that no writer
    /// waits for one to be read back from a swap; yes unless called.
    pub const fn lock_memory(mut self, lock: bool) -> Self {
        self.lock = lock;
        self
    }
}

impl<P: AsRef<Path>> From<P> for BlackBox {
    fn from(path: P) -> Self {
        Self::at(path.as_ref())
    }
}
