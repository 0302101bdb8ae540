//! Reading a box. Nothing in it is trusted: it may be anybody's, of any age, and damaged.

use core::num::NonZero;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;

use super::dates::Dates;
use super::end::End;
use super::error::{BlackBoxError, BlackBoxReason};
use super::file::first_page;
use super::identity::{Identity, is_other_boot};
use super::page::{self, Form};
use super::proof;
use crate::clock::Clock;
use crate::ring::{Heap, Layout, Mapping, Salvaged, Storage, try_lock};
use crate::stream::{Config, RingStream};

/// The longest box that is read, in bytes.
const BYTES_MAX: usize = if usize::BITS > 32 { 1 << 36 } else { 1 << 30 };

/// A box that was read: a copy, as it was at that moment.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    identity: Identity,
    end: End,
    salvaged: Salvaged,
    stream: RingStream,
    /// Of the file, up to the end of the log.
    bytes: usize,
}

/// Reads the black box at `path`, whose process may be dead, hang, or go on writing.
///
/// # Errors
/// The file cannot be read, is no box, was written in another version of the format or on another
/// kind of machine, or is damaged where it says how to read it. Damage elsewhere costs the records
/// that it struck: see [`Recording::salvaged`].
pub fn open(path: impl AsRef<Path>) -> Result<Recording, BlackBoxError> {
    let path = path.as_ref();
    let read = || {
        // A pipe must not stop the reader.
        let flags = libc::O_NONBLOCK | libc::O_CLOEXEC;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(BlackBoxReason::NotABox);
        }
        let lives = !try_lock(&file, true)?;
        Recording::read(&file, path, lives)
    };
    read().map_err(|reason| BlackBoxError::new(path, reason))
}

impl Recording {
    pub(super) fn read(file: &File, path: &Path, lives: bool) -> Result<Self, BlackBoxReason> {
        let page = first_page(file)?;
        match page::form(&page) {
            Form::Ours => {}
            Form::OtherVersion(found) => return Err(BlackBoxReason::Version { found }),
            Form::OtherWord(_) | Form::OtherByteOrder => return Err(BlackBoxReason::Machine),
            Form::None => return Err(BlackBoxReason::NotABox),
        }
        let identity = Identity::read(&page).map_err(|_| BlackBoxReason::Damaged)?;
        let layout = Layout::from_words::<u64>(identity.layout, BYTES_MAX);
        let layout = layout.ok_or(BlackBoxReason::Damaged)?;
        let end = if lives { End::Running } else { End::of(&page, identity.machine) };
        let region = ReadAt { file, at: page::BYTES as u64 };
        let copy = Mapping::copy_of(region, layout.bytes::<u64>())?;
        let heap = Heap::mapped(Arc::new(copy), 0, layout).ok_or(BlackBoxReason::Damaged)?;
        let (timeline, last) = Dates::read(&page);
        // A writer may have been stopped between its look at the clock and its reservation.
        let second = timeline.ticks_per_second().map_or(u64::MAX, NonZero::get);
        let is_patchwork = is_other_boot(identity.machine);
        let salvaged = proof::salvage(&heap.region(), is_patchwork, second);
        let config = Config::new().name(&identity.name).clock(Clock::stopped(last));
        let stream = config.build_past(heap, timeline);
        let bytes = page::BYTES + layout.bytes::<u64>();
        Ok(Self { path: path.to_path_buf(), identity, end, salvaged, stream, bytes })
    }

    /// The log, to be read like any other: `cat`, `grep`, a query, a cursor. Nothing is added to
    /// it any more.
    pub fn stream(&self) -> &RingStream {
        &self.stream
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How the run ended.
    pub fn end(&self) -> &End {
        &self.end
    }

    /// What became of its records.
    pub fn salvaged(&self) -> Salvaged {
        self.salvaged
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the log.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// The process that wrote it.
    pub fn pid(&self) -> u64 {
        self.identity.pid
    }

    /// When it was begun, in nanoseconds since 1970-01-01 UTC.
    pub fn started_ns(&self) -> i64 {
        self.identity.started_ns
    }

    /// One line that says whose box it is and what became of it:
    /// `orders (pid 4711) was killed; 812 records, 1 not finished`.
    #[must_use]
    pub fn summary(&self) -> String {
        let Identity { name, pid, .. } = &self.identity;
        let Salvaged { intact, uncommitted, damaged } = self.salvaged;
        let mut text = std::format!("{name} (pid {pid}) {}; {intact} records", self.end);
        for (count, what) in [(uncommitted, "not finished"), (damaged, "damaged")] {
            if count > 0 {
                text.push_str(&std::format!(", {count} {what}"));
            }
        }
        text
    }
}

/// Reads a file from a place of its own, which other readers of the same file do not move.
struct ReadAt<'f> {
    file: &'f File,
    at: u64,
}

impl Read for ReadAt<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read_at(buffer, self.at)?;
        self.at += len as u64;
        Ok(len)
    }
}
