//! Directories that only their user can enter.

use std::borrow::ToOwned;
use std::env;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::vec::Vec;

use super::super::error::StartError;
use super::uid::own_uid;

/// The directories in which a socket may lie.
pub(super) struct Directory;

impl Directory {
    /// All candidates, the best first, whether they are there or not.
    fn candidates() -> Vec<PathBuf> {
        let mut candidates = Vec::new();
        let session = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        if let Some(session) = session.filter(|path| path.is_absolute()) {
            candidates.push(session.join("ringvisor"));
        }
        candidates.push(PathBuf::from("/run/ringvisor"));
        if let Ok(uid) = own_uid() {
            candidates.push(env::temp_dir().join(std::format!("ringvisor-{uid}")));
        }
        candidates
    }

    /// Those that are there and can be trusted.
    pub(super) fn usable() -> Vec<PathBuf> {
        Self::candidates().into_iter().filter(|path| Self::check(path).is_ok()).collect()
    }

    /// The first candidate that can be made or used.
    ///
    /// A directory that somebody else has set up in our place is an error and not passed over: it
    /// may be a trap. `/run/ringvisor` is the exception, which is the system's where it is not ours.
    pub(super) fn prepare_first() -> Result<PathBuf, StartError> {
        let mut last = None;
        for path in Self::candidates() {
            match Self::prepare(&path) {
                Ok(()) => return Ok(path),
                Err(error @ StartError::Io { .. }) => last = Some(error),
                Err(error) if path.starts_with("/run/ringvisor") => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        let none = || {
            let error = std::io::Error::from(ErrorKind::NotFound);
            StartError::io("no directory for a socket:", env::temp_dir(), error)
        };
        Err(last.unwrap_or_else(none))
    }

    /// Makes it where it is not there, and checks it where it is.
    pub(super) fn prepare(path: &Path) -> Result<(), StartError> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::check(path),
            Err(error) => Err(StartError::io("cannot make the directory", path, error)),
        }
    }

    fn check(path: &Path) -> Result<(), StartError> {
        let io = |error| StartError::io("cannot look at", path, error);
        // Not through a link: whoever can set one chooses where the socket comes to lie.
        let metadata = fs::symlink_metadata(path).map_err(io)?;
        if !metadata.is_dir() || metadata.uid() != own_uid().map_err(io)? {
            return Err(StartError::NotOurs(path.to_owned()));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(StartError::Open(path.to_owned()));
        }
        Ok(())
    }
}
