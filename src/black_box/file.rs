//! Files of boxes: one owner each, and earlier runs beside.

use core::time::Duration;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::error::{BlackBoxError, BlackBoxReason};
use super::identity::Identity;
use super::page::{self, Form};
use super::runs::{LastRun, path_of_run};
use crate::ring::try_lock;

/// How often a file is tried that somebody else holds. Readers hold one for microseconds, to see
/// whether it has an owner.
const TRIES: usize = 100;

/// A new file at `path` that belongs to this process alone, and what was there before, which is
/// kept beside it.
pub(super) fn claim(path: &Path, keep: usize) -> Result<(File, Option<LastRun>), BlackBoxError> {
    let mut last = None;
    let mut owned = None;
    for _ in 0..TRIES {
        match step(path, keep, &mut last) {
            Ok(Some(file)) => return Ok((file, last)),
            Ok(None) => owned = None,
            Err(BlackBoxReason::Owned { pid }) => {
                owned = Some(pid);
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(reason) => return Err(BlackBoxError::new(path, reason)),
        }
    }
    let pid = owned.unwrap_or(0);
    Err(BlackBoxError::new(path, BlackBoxReason::Owned { pid }))
}

/// Puts away what is there and makes the file; `None` if another process came in between.
fn step(
    path: &Path,
    keep: usize,
    last: &mut Option<LastRun>,
) -> Result<Option<File>, BlackBoxReason> {
    // Held until the new file has its owner.
    let _old = match open(path) {
        Ok(old) => {
            own(&old)?;
            if !is_at(&old, path)? {
                return Ok(None);
            }
            *last = put_away(&old, path, keep)?;
            Some(old)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let new = match options().create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
        new => new?,
    };
    own(&new)?;
    Ok(is_at(&new, path)?.then_some(new))
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    // Neither a link to somebody else's file nor a pipe that nobody writes to.
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC);
    options
}

fn open(path: &Path) -> io::Result<File> {
    options().open(path)
}

fn own(file: &File) -> Result<(), BlackBoxReason> {
    if try_lock(file, false)? {
        return Ok(());
    }
    let pid = first_page(file).ok().and_then(|page| Identity::read(&page).ok());
    Err(BlackBoxReason::Owned { pid: pid.map_or(0, |identity| identity.pid) })
}

/// Whether the path still names the file.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    let there = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        there => there?,
    };
    Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
}

/// Makes room at `path`. A file that is no box is somebody else's and stays.
fn put_away(old: &File, path: &Path, keep: usize) -> Result<Option<LastRun>, BlackBoxReason> {
    let page = first_page(old)?;
    if page::form(&page) == Form::None {
        // What its maker died over before there was anything in it.
        if page[0] != 0 || !old.metadata()?.is_file() {
            return Err(BlackBoxReason::NotABox);
        }
        fs::remove_file(path)?;
        return Ok(None);
    }
    let last = LastRun::of(old, &path_of_run(path, 1));
    if keep == 0 {
        fs::remove_file(path)?;
        return Ok(Some(last));
    }
    for age in (0..keep).rev() {
        match fs::rename(path_of_run(path, age), path_of_run(path, age + 1)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(Some(last))
}

/// The first page of the file; what is missing of it is zeros.
pub(super) fn first_page(file: &File) -> io::Result<[u64; page::WORDS]> {
    use std::os::unix::fs::FileExt;

    let mut bytes = [0; page::BYTES];
    let mut len = 0;
    while len < bytes.len() {
        match file.read_at(&mut bytes[len..], len as u64) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let mut page = [0; page::WORDS];
    for (word, bytes) in page.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = bytes.try_into().map_or(0, u64::from_ne_bytes);
    }
    Ok(page)
}
