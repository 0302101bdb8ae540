//! What can go wrong with a file.

use core::fmt;
use std::format;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::string::String;

/// A file of a log could not be used as it should.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileError {
    /// The file, or the folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
    action: Action,
}

/// What was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Name,
    Open,
    Write,
    Rotate,
    Remove,
    Link,
    #[cfg_attr(not(feature = "gzip"), expect(dead_code, reason = "nothing is compressed"))]
    Pack,
    Start,
    Note,
    Complete,
}

impl FileError {
    pub(super) fn new(action: Action, path: &Path, error: io::Error) -> Self {
        Self { path: path.into(), error, action }
    }

    fn advice(&self) -> &'static str {
        match (self.action, self.error.kind()) {
            (Action::Name, _) => "; see Template for the placeholders of a name",
            (_, ErrorKind::PermissionDenied) => "; check who may write in that folder",
            (_, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge) => {
                "; make room"
            }
            (Action::Open, ErrorKind::IsADirectory) => "; name a file in it",
            _ => "",
        }
    }
}

impl Action {
    const fn verb(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Open => "open",
            Self::Write => "write",
            Self::Rotate => "rotate",
            Self::Remove => "remove",
            Self::Link => "link",
            Self::Pack => "compress",
            Self::Start => "start a thread for",
            Self::Note => "note the state of",
            Self::Complete => "complete",
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, error, action } = self;
        write!(f, "cannot {} {}: {error}{}", action.verb(), path.display(), self.advice())
    }
}

impl core::error::Error for FileError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// An error of an action on a path.
pub(super) fn failed(action: Action, path: &Path) -> impl FnOnce(io::Error) -> FileError + '_ {
    move |error| FileError::new(action, path, error)
}

/// The text by which repeats are known.
pub(super) fn text(error: &FileError) -> String {
    format!("{error}")
}
