//! The boxes of earlier runs.

use core::fmt;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::vec::Vec;

use super::end::End;
use super::recording::Recording;

/// How many earlier runs are looked for at most.
const RUNS_MAX: usize = 1000;

/// The file of the run that was `back` runs ago; 0 is the box itself, 1 the run before it, as
/// `journalctl --boot -1` counts.
///
/// ```
/// use std::path::Path;
/// use ringvisor::black_box::path_of_run;
///
/// assert_eq!(path_of_run("orders.box", 0), Path::new("orders.box"));
/// assert_eq!(path_of_run("orders.box", 2), Path::new("orders.box.2"));
/// ```
pub fn path_of_run(path: impl AsRef<Path>, back: usize) -> PathBuf {
    let mut name = OsString::from(path.as_ref());
    if back > 0 {
        name.push(std::format!(".{back}"));
    }
    name.into()
}

/// The boxes that are there, newest first, each with how many runs ago it was.
pub fn runs(path: impl AsRef<Path>) -> Vec<(usize, PathBuf)> {
    let files = (0..RUNS_MAX).map(|back| (back, path_of_run(&path, back)));
    files.filter(|(_, path)| fs::metadata(path).is_ok_and(|found| found.is_file())).collect()
}

/// How the run before this one ended.
///
/// Its text is one line: `last run (pid 4711) killed after 2026-11-21 12:00:03`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastRun {
    /// Where its box is now.
    pub path: PathBuf,
    /// Its process; 0 if the box does not tell.
    pub pid: u64,
    /// When it began, in nanoseconds since 1970-01-01 UTC; 0 if that is not known.
    pub started_ns: i64,
    /// When it wrote its last record, in nanoseconds since 1970-01-01 UTC; 0 if that is not known.
    pub last_record_ns: i64,
    /// How it ended.
    pub end: End,
}

impl LastRun {
    pub(super) fn of(file: &File, path: &Path) -> Self {
        // The lock is this process's, so the owner is gone.
        let Ok(recording) = Recording::read(file, path, false) else {
            let (path, end) = (path.to_path_buf(), End::Unknown);
            return Self { path, pid: 0, started_ns: 0, last_record_ns: 0, end };
        };
        let last = recording.stream().newest_first().next().map_or(0, |record| record.time.wall_ns);
        Self {
            path: path.to_path_buf(),
            pid: recording.pid(),
            started_ns: recording.started_ns(),
            last_record_ns: last,
            end: recording.end().clone(),
        }
    }
}

impl fmt::Display for LastRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "last run (pid {}) {}", self.pid, self.end)
    }
}
