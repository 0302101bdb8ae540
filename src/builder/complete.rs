//! Log files of a dead process, completed from its black box.

use core::fmt;
use std::format;
use std::io;
use std::path::Path;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use crate::black_box::{BlackBoxError, End, LastRun, NotePage, Notes};
use crate::record::Level;
use crate::sink::{self, Completed, File, FileError};

/// Adds to the log file of a dead process what its black box holds and the file does not: each
/// record once, also when this is called again or is itself interrupted.
///
/// The program's next run does the same by itself, for each file that it is
/// [given](crate::Builder::file) again under the same path. `file` describes it as the program did:
/// path, form of lines, levels, lanes. Completed are the first 16 files of a program that are not
/// spread by a [route](crate::sink::Route), as long as shards times lanes are at most 64; and nothing
/// after the death of a machine, since then a file and a box need not fit together.
///
/// ```
/// use ringvisor::sink::File;
///
/// # let folder = std::env::temp_dir().join(format!("ringvisor-doc-complete-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let (log, black_box) = (folder.join("orders.log"), folder.join("orders.box"));
/// drop(ringvisor::builder("orders").black_box(&black_box).file(&log).build()?);
/// let completed = ringvisor::complete(&black_box, File::new(&log))?.expect("it was the program's");
/// assert_eq!(completed.records, 0, "it had ended in order");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
/// The box cannot be read, its process lives, somebody else is at it; the file cannot be written.
pub fn complete(
    black_box: impl AsRef<Path>,
    file: impl Into<File>,
) -> Result<Option<Completed>, CompleteError> {
    let (recording, notes) =
        Notes::take_over(black_box.as_ref()).map_err(CompleteError::BlackBox)?;
    if *recording.end() == End::MachineDown {
        return Ok(None);
    }
    let completed = file.into().complete(recording.stream(), &pages(&notes));
    completed.map_err(CompleteError::File)
}

/// Completes the files of the last run, and says what became of them.
pub(super) fn complete_all(last: &LastRun, files: &[File]) -> Vec<(Level, String)> {
    let files: Vec<&File> = files.iter().filter(|file| file.is_completed()).collect();
    if files.is_empty() || last.end == End::MachineDown || !last.path.exists() {
        return Vec::new();
    }
    let (recording, notes) = match Notes::take_over(&last.path) {
        Ok(taken) => taken,
        Err(error) => return Vec::from([(Level::Warn, format!("{error}"))]),
    };
    let pages = pages(&notes);
    let complete = |file: &File| match file.complete(recording.stream(), &pages) {
        Ok(completed) => completed.filter(|done| done.records + done.lost > 0).map(told),
        Err(error) => Some((Level::Warn, format!("{error}"))),
    };
    files.into_iter().filter_map(complete).collect()
}

fn told(completed: Completed) -> (Level, String) {
    let Completed { path, records, lost, .. } = completed;
    let level = if lost > 0 { Level::Warn } else { Level::Info };
    let path = path.display();
    (level, format!("{path} was completed: {records} records of the last run added, {lost} lost"))
}

fn pages(notes: &Notes) -> Vec<Arc<dyn sink::Notes>> {
    notes.pages().map(|page| Arc::new(page) as Arc<dyn sink::Notes>).collect()
}

impl sink::Notes for NotePage {
    fn read(&self) -> io::Result<Vec<u8>> {
        NotePage::read(self)
    }

    fn write(&self, at: usize, bytes: &[u8]) -> io::Result<()> {
        const { assert!(sink::NOTES_BYTES <= NotePage::BYTES) };
        NotePage::write(self, at, bytes)
    }
}

/// Why a file was not completed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompleteError {
    /// The box cannot be read or is not free.
    BlackBox(BlackBoxError),
    /// The file cannot be written.
    File(FileError),
}

impl fmt::Display for CompleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlackBox(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CompleteError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::BlackBox(error) => error.source(),
            Self::File(error) => error.source(),
        }
    }
}
