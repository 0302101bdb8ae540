//! The one place where files are touched, and the seam at which tests put faults.

use core::fmt;
use std::boxed::Box;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::string::String;
use std::time::UNIX_EPOCH;
use std::vec::Vec;

/// What the file sink asks of a file system.
pub(super) trait Disk: Send + Sync + fmt::Debug {
    /// Opens for appending; empties it first if `empty` says so.
    fn open(&self, path: &Path, empty: bool) -> io::Result<Box<dyn Handle>>;
    #[cfg_attr(not(feature = "gzip"), expect(dead_code, reason = "only compressing reads"))]
    fn read(&self, path: &Path) -> io::Result<Box<dyn Read>>;
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// Names and facts of the files in a folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<(String, Stat)>>;
    fn make_dir(&self, dir: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes `link` lead to `target`, whatever was there.
    fn link(&self, target: &Path, link: &Path) -> io::Result<()>;
}

/// An open file.
pub(super) trait Handle: Send {
    /// Appends; may take less than it is given.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    fn stat(&self) -> io::Result<Stat>;
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

/// Facts of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stat {
    /// What tells it from every other file; all alike where the system does not say.
    pub(super) id: (u64, u64),
    pub(super) len: u64,
    /// Seconds since 1970-01-01 UTC.
    pub(super) modified: i64,
}

/// The file system of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Real;

impl Disk for Real {
    fn open(&self, path: &Path, empty: bool) -> io::Result<Box<dyn Handle>> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        if empty {
            file.set_len(0)?;
        }
        Ok(Box::new(file))
    }

    fn read(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        fs::metadata(path).map(|metadata| facts(&metadata))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<(String, Stat)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            // A name that is no text is none of ours; a file may be gone by now.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() {
                files.push((name, facts(&metadata)));
            }
        }
        Ok(files)
    }

    fn make_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn link(&self, target: &Path, link: &Path) -> io::Result<()> {
        let mut new = OsString::from(link);
        new.push(".new");
        let new = Path::new(&new);
        let _ = fs::remove_file(new);
        symlink(target, new)?;
        // In one step, so that whoever opens it finds the old file or the new one.
        fs::rename(new, link)
    }
}

impl Handle for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(self, bytes)
    }

    fn stat(&self) -> io::Result<Stat> {
        self.metadata().map(|metadata| facts(&metadata))
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

fn facts(metadata: &Metadata) -> Stat {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    Stat { id: identity(metadata), len: metadata.len(), modified }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
