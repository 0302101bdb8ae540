//! Reading a stream record by record.

use core::fmt;

use crate::clock::Timeline;
use crate::record::{Names, Record, decode, peek};
use crate::ring::{Armed, Interner, Reader, Shard, Storage, Word};

use super::core::Core;
use super::merge::{Merge, Next, Raw};
use super::position::Position;

/// A place in a stream from which records are read; any number of them may be open.
///
/// It remembers how much was lost on the way: a reader that is too slow loses the oldest records
/// and is told so, in place, by [`Entry::Lost`].
pub struct Cursor<'a, S: Storage> {
    core: &'a Core<S>,
    merge: Merge<S>,
    names: Table<'a, S::Word>,
    timeline: Timeline,
    /// Up to which ticks the timeline is good enough.
    dated: u64,
}

/// What comes next in a stream.
#[allow(clippy::large_enum_variant, reason = "nearly every entry is a record, none is stored")]
#[derive(Clone, Copy, Debug)]
pub enum Entry<'c> {
    /// A record.
    Record(Record<'c>),
    /// So many records were overwritten before this reader came to them.
    Lost(u64),
}

/// The string table as records see it.
#[derive(Debug)]
struct Table<'a, W: Word>(Interner<'a, W>);

impl<W: Word> Names for Table<'_, W> {
    #[inline]
    fn bytes(&self, id: u32) -> Option<&[u8]> {
        self.0.get(id)
    }

    fn thread_name(&self, thread: u16) -> Option<&str> {
        core::str::from_utf8(self.0.thread_name(thread)?).ok()
    }
}

impl<'a, S: Storage> Cursor<'a, S> {
    pub(super) fn oldest(core: &'a Core<S>) -> Self {
        Self::over(core, Merge::new(core.storage.region(), |_, shard| Reader::oldest(shard)))
    }

    pub(super) fn newest(core: &'a Core<S>) -> Self {
        Self::over(core, Merge::new(core.storage.region(), |_, shard| Reader::newest(shard)))
    }

    pub(super) fn at(core: &'a Core<S>, position: &Position) -> Option<Self> {
        let region = core.storage.region();
        if position.boot != region.boot_id() || position.next.len() != region.shards().len() {
            return None;
        }
        let reader = |index: usize, shard: &Shard<'_, _>| Reader::at(shard, position.next[index]);
        Some(Self::over(core, Merge::new(region, reader)))
    }

    fn over(core: &'a Core<S>, merge: Merge<S>) -> Self {
        let (timeline, dated) = timeline(core);
        Self { core, merge, names: Table(core.strings()), timeline, dated }
    }

    /// The next record, or how many were lost before it; `None` when there is nothing (more) to
    /// read now.
    #[allow(clippy::should_implement_trait, reason = "the record is borrowed from the cursor")]
    pub fn next(&mut self) -> Option<Entry<'_>> {
        match self.merge.next(self.core.storage.region()) {
            Next::Record(raw) => {
                let ticks = peek(raw.bytes).map_or(0, |head| head.ticks);
                if ticks > self.dated {
                    (self.timeline, self.dated) = timeline(self.core);
                }
                // Our own ring holds only what our own encoder wrote.
                Some(date(decode(raw.bytes, &self.names).ok(), &raw, &self.timeline))
            }
            Next::Lost(lost) => Some(Entry::Lost(lost)),
            Next::Nothing => None,
        }
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.merge.lost()
    }

    /// Where this cursor is; see [`RingStream::cursor_from`](super::RingStream::cursor_from).
    pub fn position(&self) -> Position {
        let boot = self.core.storage.region().boot_id();
        Position { boot, next: self.merge.positions().collect() }
    }

    /// Passes over records that some writer has begun and not finished; they count as lost.
    pub fn skip_pending(&mut self) {
        self.merge.skip_pending();
    }

    pub(super) fn has_next(&mut self) -> bool {
        self.merge.has_next(self.core.storage.region())
    }

    pub(super) fn is_pending(&self) -> bool {
        self.merge.is_pending()
    }

    pub(super) fn arm(&self) -> Armed {
        self.merge.arm(self.core.storage.region())
    }

    pub(super) fn core(&self) -> &'a Core<S> {
        self.core
    }
}

/// A timeline, and up to which ticks it is good enough: a hundredth of a second beyond its newest
/// anchor, so that a reader at the end of a busy stream need not read the clocks for each record.
fn timeline<S: Storage>(core: &Core<S>) -> (Timeline, u64) {
    let timeline = core.timeline();
    let slack = timeline.ticks_per_second().map_or(0, |rate| rate.get() / 100);
    (timeline, core.clock.ticks().saturating_add(slack))
}

fn date<'c>(record: Option<Record<'c>>, raw: &Raw<'c>, timeline: &Timeline) -> Entry<'c> {
    let Some(mut record) = record else { return Entry::Lost(1) };
    record.time = timeline.time(record.ticks);
    record.shard = raw.shard;
    record.seq = raw.seq;
    record.out_of_order = raw.out_of_order;
    Entry::Record(record)
}

impl<S: Storage> fmt::Debug for Cursor<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("position", &self.position()).finish_non_exhaustive()
    }
}
