//! Where it stands that a log could not be written, when the log itself cannot say it.

use core::fmt::Write;
use std::ffi::OsString;
use std::format;
use std::io;
use std::path::{Path, PathBuf};
use std::string::String;

use super::disk::Disk;
use crate::record::Civil;

/// Bytes of the error log; then it begins anew and the old one is put aside.
const MOST: u64 = 1 << 20;

/// A file for errors, each once.
#[derive(Debug, Default)]
pub(super) struct ErrorLog {
    path: Option<PathBuf>,
    last: String,
    /// How often the last one came again.
    repeats: u64,
    /// What could not be written yet.
    untold: String,
}

/// The most that waits to be written.
const UNTOLD: usize = 16 << 10;

impl ErrorLog {
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path, ..Self::default() }
    }

    /// Notes a message; false if it is the last one again.
    pub(super) fn note(&mut self, disk: &dyn Disk, wall_s: i64, message: &str) -> bool {
        if message == self.last {
            self.repeats += 1;
            return false;
        }
        if self.path.is_some() && self.untold.len() < UNTOLD {
            let text = &mut self.untold;
            if self.repeats > 0 {
                line(text, wall_s, &format!("the last error came {} times more", self.repeats));
            }
            line(text, wall_s, message);
        }
        self.last = message.into();
        self.repeats = 0;
        self.tell(disk);
        true
    }

    /// Writes what waits; when that fails, with the next message.
    pub(super) fn tell(&mut self, disk: &dyn Disk) {
        if let Some(path) = &self.path {
            if !self.untold.is_empty() && append(disk, path, self.untold.as_bytes()).is_ok() {
                self.untold.clear();
            }
        }
    }
}

/// Writes all of the text or nothing of it.
fn append(disk: &dyn Disk, path: &Path, text: &[u8]) -> io::Result<()> {
    if disk.stat(path).is_ok_and(|stat| stat.len > MOST) {
        let mut old = OsString::from(path);
        old.push(".1");
        let _ = disk.remove(Path::new(&old));
        disk.rename(path, Path::new(&old))?;
    }
    let mut handle = disk.open(path, false)?;
    let len = handle.stat()?.len;
    let mut done = 0;
    while done < text.len() {
        match handle.write(&text[done..]) {
            Ok(written) if written > 0 => done += written,
            failed => {
                handle.cut(len)?;
                return failed.and(Err(io::ErrorKind::WriteZero.into()));
            }
        }
    }
    Ok(())
}

/// Adds `2026-11-21 06:41:32 UTC message`.
fn line(text: &mut String, wall_s: i64, message: &str) {
    let Civil { year, month, day, hour, minute, second } = Civil::from_unix(wall_s);
    // A `String` takes everything.
    let _ = write!(text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC ");
    text.push_str(message);
    text.push('\n');
}
