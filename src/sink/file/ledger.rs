//! How far a file has come, noted where it outlives the process.
//!
//! Before lines are appended it is noted which file they go to, how long it is and how long it will
//! be, and which records are in it before and after. After any death the file's length tells which
//! of the two holds; a file that has a part of the lines is cut back to where they began. Two copies
//! are written in turns, so that one of them is always whole.
//!
//! ```text
//! byte     0  note   1280  note   2560  path
//! ```

use core::fmt;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec::Vec;

use crate::record::seal;
use crate::sink::lanes::{Frame, Place};

/// A page that outlives the process, at least [`BYTES`] long.
pub(crate) trait Notes: fmt::Debug + Send + Sync {
    fn read(&self) -> io::Result<Vec<u8>>;
    fn write(&self, at: usize, bytes: &[u8]) -> io::Result<()>;
}

/// Bytes of the page that are used.
pub(crate) const BYTES: usize = PATH + 1536;
const COPY: usize = 1280;
const PATH: usize = 2 * COPY;
/// Numbers of records that a note has room for: one for each shard of each lane.
const WIDTH_MAX: usize = 64;
/// Of the numbers before that.
const HEAD: usize = 6;

/// The state of a file before and after a write that may have been the last one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    turn: u64,
    /// The file; zeros where none was opened yet.
    pub(super) id: (u64, u64),
    /// Bytes of the file before, and after; no end where a part of a line was written.
    pub(super) from: u64,
    pub(super) to: u64,
    /// Of each shard of each lane, the number of the first record that is not in the file.
    pub(super) before: Vec<u64>,
    pub(super) after: Vec<u64>,
}

impl Note {
    fn to_bytes(&self) -> Vec<u8> {
        let head = [self.turn, self.id.0, self.id.1, self.from, self.to, self.before.len() as u64];
        let words = head.iter().chain(&self.before).chain(&self.after);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(seal(&bytes));
        bytes
    }

    /// `None` for what was not written as a whole.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut words =
            bytes.chunks_exact(8).map(|word| word.try_into().map_or(0, u64::from_le_bytes));
        let mut word = || words.next();
        let (turn, id, from, to) = (word()?, (word()?, word()?), word()?, word()?);
        let width = usize::try_from(word()?).ok().filter(|width| *width <= WIDTH_MAX)?;
        let len = 8 * (HEAD + 2 * width);
        let is_whole = bytes.get(len..)?.starts_with(&seal(bytes.get(..len)?));
        let mut numbers = || words.by_ref().take(width).collect();
        let (before, after) = (numbers(), numbers());
        is_whole.then_some(Self { turn, id, from, to, before, after })
    }
}

/// Notes how far one file has come.
#[derive(Debug)]
pub(super) struct Ledger {
    notes: Arc<dyn Notes>,
    shards: usize,
    note: Note,
    /// The file and its length, with all lines of `note.before` and no others, while a write that
    /// began there has not come to an end.
    begun: Option<((u64, u64), u64)>,
    /// Lines that were taken and are not in the file: of which lane, and which record.
    waiting: VecDeque<(usize, Place)>,
    is_within_line: bool,
}

impl Ledger {
    /// Begins with these numbers, one for each shard, in every lane; `None` if they are too many.
    pub(super) fn begin(
        notes: Arc<dyn Notes>,
        paths: [&Path; 2],
        lanes: usize,
        start: &[u64],
    ) -> io::Result<Option<Self>> {
        if lanes * start.len() > WIDTH_MAX {
            return Ok(None);
        }
        let text = path_bytes(paths);
        if PATH + text.len() > BYTES {
            return Ok(None);
        }
        // All of it once, so that there is room for it later.
        notes.write(0, &[0; BYTES])?;
        notes.write(PATH, &text)?;
        let before = start.repeat(lanes);
        let note = Note { after: before.clone(), before, ..Note::default() };
        let mut ledger = Self::go_on(notes, start.len(), note);
        ledger.note()?;
        Ok(Some(ledger))
    }

    /// Goes on where another process came to an end: what is in the file is `note.before`.
    pub(super) fn go_on(notes: Arc<dyn Notes>, shards: usize, note: Note) -> Self {
        Self { notes, shards, note, begun: None, waiting: VecDeque::new(), is_within_line: false }
    }

    /// Takes a line, or a part of one.
    pub(super) fn take(&mut self, lane: usize, frame: &Frame) {
        self.is_within_line = frame.goes_on;
        if frame.ends_line() {
            self.waiting.push_back((lane, frame.place));
            self.note.pass(self.shards, lane, frame.place, |note| &mut note.after);
        }
    }

    /// Notes that so many bytes are about to be appended to a file of that length.
    pub(super) fn intend(&mut self, id: (u64, u64), size: u64, bytes: usize) -> io::Result<()> {
        let begun = self.begun.filter(|(begun, _)| *begun == id);
        let (_, from) = *self.begun.insert(begun.unwrap_or((id, size)));
        let to = if self.is_within_line { u64::MAX } else { size.saturating_add(bytes as u64) };
        (self.note.id, self.note.from, self.note.to) = (id, from, to);
        self.note()
    }

    /// Everything that was taken is in the file.
    pub(super) fn is_written(&mut self) -> io::Result<()> {
        if self.is_within_line {
            return Ok(());
        }
        self.waiting.clear();
        self.note.before.clone_from(&self.note.after);
        self.begun = None;
        // Were it emptied now, it would be as long as before these lines.
        if self.note.from == 0 && self.note.to > 0 {
            self.note.from = self.note.to;
            return self.note();
        }
        Ok(())
    }

    /// These lines are in the file, and the rest is not.
    pub(super) fn is_partly_written(&mut self, lines: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', lines).count();
        for (lane, place) in self.waiting.drain(..lines.min(self.waiting.len())) {
            self.note.pass(self.shards, lane, place, |note| &mut note.before);
        }
        if lines > 0 {
            self.begun = None;
        }
    }

    fn note(&mut self) -> io::Result<()> {
        self.note.turn += 1;
        self.notes.write(COPY * (self.note.turn % 2) as usize, &self.note.to_bytes())
    }
}

impl Note {
    /// The note of a process that goes on with these numbers, and first tells what is missing up to
    /// the `oldest` records, one for each shard.
    pub(super) fn resumed(&self, numbers: &[u64], oldest: &[u64]) -> Self {
        let told = numbers.iter().zip(oldest.iter().cycle());
        let after = told.map(|(number, oldest)| *number.max(oldest)).collect();
        Self { turn: self.turn, before: numbers.into(), after, ..Self::default() }
    }

    fn pass(
        &mut self,
        shards: usize,
        lane: usize,
        place: Place,
        numbers: impl Fn(&mut Self) -> &mut Vec<u64>,
    ) {
        let Some((shard, seq)) = place.split() else { return };
        if let Some(next) = numbers(self).get_mut(lane * shards + shard) {
            *next = (*next).max(seq + 1);
        }
    }
}

/// What is noted in a page: the newest whole note, the path as it was given, and that of the file.
pub(super) fn read(notes: &dyn Notes) -> io::Result<Option<(Note, [PathBuf; 2])>> {
    let page = notes.read()?;
    let copies = [0, COPY].into_iter().filter_map(|at| Note::from_bytes(page.get(at..at + COPY)?));
    let newest = copies.max_by_key(|note| note.turn);
    Ok(newest.and_then(|note| Some((note, paths_from(page.get(PATH..)?)?))))
}

fn path_bytes(paths: [&Path; 2]) -> Vec<u8> {
    let text = paths.map(Path::to_string_lossy).join("\0");
    let mut bytes = Vec::from((text.len() as u64).to_le_bytes());
    bytes.extend(text.bytes());
    bytes.extend(seal(&bytes));
    bytes
}

fn paths_from(bytes: &[u8]) -> Option<[PathBuf; 2]> {
    let (len, rest) = bytes.split_first_chunk()?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
    let text = rest.get(..len)?;
    let is_whole = rest.get(len..)?.starts_with(&seal(bytes.get(..8 + len)?));
    let (given, path) = core::str::from_utf8(text).ok()?.split_once('\0')?;
    is_whole.then(|| [given.into(), path.into()])
}
