//! Why there is no dump.

use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a dump was not written, or not to its end.
#[derive(Debug)]
pub(in crate::control) struct DumpError {
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    Full(usize),
}

impl DumpError {
    pub(super) fn new(path: &Path, error: io::Error) -> Self {
        Self { path: path.into(), why: Why::Io(error) }
    }

    pub(super) fn full(directory: &Path, most: usize) -> Self {
        Self { path: directory.into(), why: Why::Full(most) }
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.why {
            Why::Io(error) => write!(f, "{path}: {error}"),
            Why::Full(most) => write!(f, "{most} dumps lie in {path} already; remove some"),
        }
    }
}

impl core::error::Error for DumpError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let Why::Io(error) = &self.why { Some(error) } else { None }
    }
}
