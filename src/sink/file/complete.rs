//! What a dead process had still to write, written by another one.
//!
//! The records of its box are read as a sink would read them, those that the ledger says are in the
//! file are left out, and the rest goes the way of all lines, rotation included.

use std::io;
use std::path::{Path, PathBuf};
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::File;
use super::disk::{Disk, Real, Stat};
use super::error::{Action, FileError, failed};
use super::files::Files;
use super::ledger::{Ledger, Note, Notes, read};
use super::names::Names;
use crate::record::Record;
use crate::sink::handoff::Handoff;
use crate::sink::lanes::{Batch, Frame, Origin};
use crate::sink::route::Table;
use crate::sink::writer::Drain;
use crate::stream::{Entry, Joiner, RingStream};

/// Bytes of lines that are written together.
const PORTION: usize = 64 << 10;

/// What was added to a file that a dead process had not completed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completed {
    /// The file.
    pub path: PathBuf,
    /// Records that were added.
    pub records: u64,
    /// Records that no longer were in the box, of whatever level; a line in the file tells of them.
    pub lost: u64,
}

impl File {
    /// Adds what the log of a dead process holds and its file of this description does not; `None`
    /// if none of `pages` is about such a file.
    pub(crate) fn complete(
        &self,
        past: &RingStream,
        pages: &[Arc<dyn Notes>],
    ) -> Result<Option<Completed>, FileError> {
        self.complete_on(past, pages, Arc::new(Real))
    }

    pub(super) fn complete_on(
        &self,
        past: &RingStream,
        pages: &[Arc<dyn Notes>],
        disk: Arc<dyn Disk>,
    ) -> Result<Option<Completed>, FileError> {
        let given = absolute(&self.path);
        for page in pages {
            let found = read(page.as_ref()).map_err(failed(Action::Complete, &given))?;
            let of_this =
                |(_, [of, path]): &(Note, [PathBuf; 2])| *of == given && self.may_be(path);
            let Some((note, [_, path])) = found.filter(of_this) else { continue };
            let task = Task { file: self, past, path: &path, disk };
            let completed = task.run(note, page).map_err(failed(Action::Complete, &path));
            return completed.map(Some);
        }
        Ok(None)
    }

    /// Whether a run may have called its file so. A box is not to lead anywhere else.
    fn may_be(&self, path: &Path) -> bool {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let own = absolute(&self.place(&self.path).path(&stem));
        own == path || name.contains(['{', '%']) && own.parent() == path.parent()
    }
}

pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

struct Task<'a> {
    file: &'a File,
    past: &'a RingStream,
    path: &'a Path,
    disk: Arc<dyn Disk>,
}

impl Task<'_> {
    fn run(self, note: Note, page: &Arc<dyn Notes>) -> io::Result<Completed> {
        let mut cursor = self.past.cursor();
        let oldest = cursor.position();
        let shards = oldest.numbers().len();
        let mut press = self.file.pump.press(self.past);
        let last_lane = press.lanes.count() - 1;
        if note.before.len() != press.lanes.count() * shards {
            return Err(io::Error::other("its lanes were others"));
        }
        let written = Written { numbers: self.numbers(&note)?, shards };
        let lost = written.lost(oldest.numbers());
        let note = note.resumed(&written.numbers, oldest.numbers());
        let ledger = Ledger::go_on(Arc::clone(page), shards, note);
        let mut lines = Portion::new(self.files(ledger));
        if lost > 0 {
            lines.add(last_lane, Origin::NONE, |text| press.renderers.lost(lost, text))?;
        }
        let (mut joiner, mut records) = (Joiner::default(), 0);
        while let Some(entry) = joiner.next_to_end(&mut cursor) {
            let Entry::Record(record) = entry else { continue };
            let lane = press.lanes.of(record.level);
            if !written.has(lane, &record) && press.admits(&record) {
                let renderers = &mut press.renderers;
                lines.add(lane, Origin::of(&record), |text| renderers.record(&record, text))?;
                records += 1;
            }
        }
        lines.write()?;
        Ok(Completed { path: self.path.into(), records, lost })
    }

    /// Up to which numbers records are in the file; cuts what of it is in parts.
    fn numbers(&self, note: &Note) -> io::Result<Vec<u64>> {
        if note.id == (0, 0) {
            return Ok(note.before.clone());
        }
        let Some((path, len)) = self.find(note.id)? else { return Ok(note.after.clone()) };
        // A shorter one was emptied after it was written.
        if len < note.from || len >= note.to {
            return Ok(note.after.clone());
        }
        if len > note.from {
            self.disk.open(&path, false)?.cut(note.from)?;
        }
        Ok(note.before.clone())
    }

    /// Where the file is now, if it still is, and how long.
    fn find(&self, id: (u64, u64)) -> io::Result<Option<(PathBuf, u64)>> {
        if let Ok(stat) = self.disk.stat(self.path) {
            if stat.id == id {
                return Ok(Some((self.path.into(), stat.len)));
            }
        }
        let names = Names::new(self.path);
        let files = match self.disk.list(names.dir()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            files => files?,
        };
        let base = self.path.file_name().unwrap_or_default().to_string_lossy();
        let is_it = |(name, stat): &(String, Stat)| stat.id == id && name.starts_with(&*base);
        let found = files.into_iter().find(is_it);
        Ok(found.map(|(name, stat)| (names.dir().join(name), stat.len)))
    }

    fn files(&self, ledger: Ledger) -> Files {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let mut file = self.file.clone();
        // They are in the path.
        file.prefix.clear();
        file.suffix.clear();
        file.rules.rotates_at_start = false;
        file.rules.packs = false;
        let handoff = Arc::new(Handoff::default());
        let place = file.place(self.path);
        let context =
            file.context(Arc::clone(&self.disk), self.past.clock(), handoff, Some(ledger));
        Files::new(context, place, Table::new(&name), file.is_json)
    }
}

/// Which records are in the file: those before these numbers, one for each shard of each lane.
struct Written {
    numbers: Vec<u64>,
    shards: usize,
}

impl Written {
    fn has(&self, lane: usize, record: &Record<'_>) -> bool {
        let first = self.numbers.get(lane * self.shards + usize::from(record.shard));
        first.is_none_or(|first| record.seq < *first)
    }

    /// Records that are neither there nor among those of which `oldest` are the first.
    fn lost(&self, oldest: &[u64]) -> u64 {
        // A lane that had nothing to write stays behind; the reader was as far as the foremost.
        let of_shard = |shard: usize| self.numbers.iter().skip(shard).step_by(self.shards).max();
        let lost = |(shard, oldest): (usize, &u64)| {
            of_shard(shard).map_or(0, |first| oldest.saturating_sub(*first))
        };
        oldest.iter().enumerate().map(lost).sum()
    }
}

/// Lines of one lane that are written together.
struct Portion {
    files: Files,
    text: String,
    frames: Vec<Frame>,
    lane: usize,
}

impl Portion {
    fn new(files: Files) -> Self {
        Self { files, text: String::new(), frames: Vec::new(), lane: 0 }
    }

    fn add(
        &mut self,
        lane: usize,
        Origin { second, place }: Origin,
        render: impl FnOnce(&mut String),
    ) -> io::Result<()> {
        if lane != self.lane || self.text.len() >= PORTION {
            self.write()?;
        }
        self.lane = lane;
        let start = self.text.len();
        render(&mut self.text);
        let len = u32::try_from(self.text.len() - start).unwrap_or(u32::MAX);
        self.frames.push(Frame { second, place, len, ..Frame::default() });
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let batch = Batch { lane: self.lane, frames: &self.frames, bytes: self.text.as_bytes() };
        let (_, written) = self.files.write(batch);
        if written.and_then(|()| self.files.flush()).is_err() {
            let notice = self.files.context.handoff.next_notice();
            return Err(io::Error::other(notice.map_or(String::new(), |(_, notice)| notice)));
        }
        self.frames.clear();
        self.text.clear();
        Ok(())
    }
}
