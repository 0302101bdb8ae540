//! Reading a box. Nothing in it is trusted: it may be anybody's, of any age, and damaged.

use core::num::NonZero;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::dates::Dates;
use super::end::End;
use super::error::{BlackBoxError, BlackBoxReason};
use super::file::first_page;
use super::identity::{Identity, is_other_boot};
use super::page::{self, Form, ROSTER};
use super::proof;
use super::roster::{self, LastState};
use crate::clock::{Clock, Time, Timeline};
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
    states: Vec<LastState>,
    unknown: u64,
    last: Time,
    /// Of the file, up to where the notes begin.
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
        let log = layout.bytes::<u64>();
        let copy = Mapping::copy_of(region, log)?;
        let heap = Heap::mapped(Arc::new(copy), 0, layout).ok_or(BlackBoxReason::Damaged)?;
        let (timeline, last) = Dates::read(&page);
        let (states, unknown) = states(file, &page, log, &timeline)?;
        // A writer may have been stopped between its look at the clock and its reservation.
        let second = timeline.ticks_per_second().map_or(u64::MAX, NonZero::get);
        let is_patchwork = is_other_boot(identity.machine);
        let salvaged = proof::salvage(&heap.region(), is_patchwork, second);
        let config = Config::new().name(&identity.name).clock(Clock::stopped(last));
        let stream = config.build_past(heap, timeline);
        let last = Time { wall_ns: last.wall_ns, mono_ns: last.mono_ns };
        let newest = stream.newest_first().next().map_or(last, |record| record.time);
        let last = if newest.wall_ns > last.wall_ns { newest } else { last };
        let path = path.to_path_buf();
        let bytes = page::BYTES + log + roster::bytes(roster::places(log));
        Ok(Self { path, identity, end, salvaged, stream, states, unknown, last, bytes })
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

    /// Its last sign of life: its newest record, or when it last looked at its clocks, which it does
    /// every second.
    pub fn last_seen(&self) -> Time {
        self.last
    }

    /// The tasks of the program's `supervisor`, by name, as they were last:
    /// also those whose records were overwritten long ago. Of tasks that are over some may be
    /// missing, see [`forgotten_tasks`](Self::forgotten_tasks).
    pub fn states(&self) -> &[LastState] {
        &self.states
    }

    /// How many tasks were not written down because there were too many at a time: one is kept for
    /// each 16 KiB of the log.
    pub fn forgotten_tasks(&self) -> u64 {
        self.unknown
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

/// The tasks that are written down behind the log, and how many are not.
fn states(
    file: &File,
    page: &[u64],
    log: usize,
    timeline: &Timeline,
) -> io::Result<(Vec<LastState>, u64)> {
    let Ok(Some(&[places, unknown, ..])) = ROSTER.read(page) else { return Ok((Vec::new(), 0)) };
    // What is damaged says no more than could ever have been there.
    let places = usize::try_from(places).unwrap_or(0).min(roster::places(log));
    let mut bytes = Vec::new();
    let roster = ReadAt { file, at: (page::BYTES + log) as u64 };
    roster.take(roster::bytes(places) as u64).read_to_end(&mut bytes)?;
    let word = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_ne_bytes);
    let words: Vec<u64> = bytes.chunks_exact(size_of::<u64>()).map(word).collect();
    Ok((roster::read(&words, timeline), unknown))
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
