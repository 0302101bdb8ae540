//! Why there is no black box.

use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::page;

/// A black box cannot be made or read.
#[derive(Debug)]
pub struct BlackBoxError {
    path: PathBuf,
    reason: BlackBoxReason,
}

/// Why a black box cannot be made or read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BlackBoxReason {
    /// The system refuses.
    Io(io::Error),
    /// Another process writes to it.
    Owned {
        /// That process; 0 if it did not say.
        pid: u64,
    },
    /// The file is none, or ends before it says what it is.
    NotABox,
    /// It was written in another version of the format.
    Version {
        /// That version.
        found: u64,
    },
    /// It was written on a machine whose words or bytes are ordered otherwise.
    Machine,
    /// The part is damaged that says how to read the rest.
    Damaged,
    /// There is no tmpfs to put it on.
    NoPlace,
}

impl BlackBoxError {
    pub(super) fn new(path: &Path, reason: impl Into<BlackBoxReason>) -> Self {
        Self { path: path.to_path_buf(), reason: reason.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &BlackBoxReason {
        &self.reason
    }

    /// What is wrong with it, to be kept.
    #[must_use]
    pub fn into_reason(self) -> BlackBoxReason {
        self.reason
    }
}

impl From<io::Error> for BlackBoxReason {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for BlackBoxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "black box {}: {}", self.path.display(), self.reason)
    }
}

impl fmt::Display for BlackBoxReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Owned { pid: 0 } => {
                f.write_str("another process writes to it; give this one a path of its own")
            }
            Self::Owned { pid } => {
                write!(f, "process {pid} writes to it; give this one a path of its own")
            }
            Self::NotABox => f.write_str("the file is no black box, or only the start of one"),
            Self::Version { found } => write!(
                f,
                "it is of format {found} and this is a reader of format {}; read it with the \
                 version of ringvisor that wrote it",
                page::VERSION
            ),
            Self::Machine => f.write_str(
                "it was written on another kind of machine; read it on one of the same kind",
            ),
            Self::Damaged => {
                f.write_str("its first page is damaged, which says how to read the rest")
            }
            Self::NoPlace => f.write_str(
                "there is no tmpfs to put it on; say where with \
                 BlackBox::at",
            ),
        }
    }
}

impl core::error::Error for BlackBoxError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.reason {
            BlackBoxReason::Io(error) => Some(error),
            _ => None,
        }
    }
}
