//! Reading a stream record by record.

use core::fmt;

use crate::record::Record;
use crate::ring::{Armed, Reader, Shard, Storage};

use super::core::Core;
use super::decoder::Decoder;
#[cfg(feature = "std")]
use super::decoder::Seen;
use super::merge::{Merge, Next, Raw};
use super::position::Position;

/// A place in a stream from which records are read; any number of them may be open.
///
/// It remembers how much was lost on the way: a reader that is too slow loses the oldest records
/// and is told so, in place, by [`Entry::Lost`].
pub struct Cursor<'a, S: Storage> {
    core: &'a Core<S>,
    merge: Merge<S>,
    decoder: Decoder<'a, S>,
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

/// How often a reader that will not wait looks again for a record that is reserved and not
/// committed: longer than a commit takes, unless its thread was interrupted.
const LOOKS: u32 = 1000;

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

    /// A cursor whose readers are made by `reader`, one for each shard.
    #[cfg(feature = "cortex-m")]
    pub(super) fn starting_at(
        core: &'a Core<S>,
        reader: impl Fn(&Shard<'_, S::Word>) -> Reader<S::Word>,
    ) -> Self {
        Self::over(core, Merge::new(core.storage.region(), |_, shard| reader(shard)))
    }

    fn over(core: &'a Core<S>, merge: Merge<S>) -> Self {
        core.state.prepare(core);
        Self { core, merge, decoder: Decoder::new(core) }
    }

    /// Ends where the stream ends now, so that a reader slower than the writers comes to an end.
    pub(crate) fn end_here(mut self) -> Self {
        self.merge.end_here(self.core.storage.region());
        self
    }

    /// The same as [`next`](Self::next) for a cursor that ends: a record that is not finished is
    /// waited for a little and then told as lost, so that it does not hide those behind it.
    #[cfg(not(feature = "std"))]
    pub(crate) fn next_to_end(&mut self) -> Option<Entry<'_>> {
        match self.advance_to_end() {
            Next::Record => Some(self.entry()),
            Next::Lost(lost) => Some(Entry::Lost(lost)),
            Next::Nothing => None,
        }
    }

    /// The next record, or how many were lost before it; `None` when there is nothing (more) to
    /// read now.
    #[allow(clippy::should_implement_trait, reason = "the record is borrowed from the cursor")]
    #[inline]
    pub fn next(&mut self) -> Option<Entry<'_>> {
        match self.advance() {
            Next::Record => Some(self.entry()),
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

    /// The block of each shard from which is read next.
    #[cfg(feature = "std")]
    pub(super) fn blocks(&self) -> impl Iterator<Item = u64> + '_ {
        self.merge.blocks()
    }

    /// Steps to the next record without decoding it.
    #[inline]
    pub(super) fn advance(&mut self) -> Next {
        self.merge.next(self.core.storage.region())
    }

    /// The same for a reader that does not wait: a record that is not finished soon is passed over
    /// and counts as lost.
    #[inline]
    pub(super) fn advance_to_end(&mut self) -> Next {
        let mut looks = 0;
        loop {
            let next = self.advance();
            if next != Next::Nothing || !self.is_pending() {
                return next;
            }
            looks += 1;
            if looks == LOOKS {
                self.skip_pending();
                looks = 0;
            }
            core::hint::spin_loop();
        }
    }

    /// The record that was stepped to.
    #[inline]
    pub(super) fn entry(&mut self) -> Entry<'_> {
        self.decoder.entry(self.merge.current())
    }

    /// Shows the record that was stepped to.
    #[cfg(feature = "std")]
    #[inline]
    pub(super) fn visit<T>(&mut self, act: impl FnOnce(Seen<'_, '_>) -> T) -> T {
        self.decoder.visit(self.merge.current(), act)
    }

    /// The record that was stepped to, as it is encoded, and what decodes it.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "queries need std"))]
    #[inline]
    pub(super) fn raw(&mut self) -> (Raw<'_>, &mut Decoder<'a, S>) {
        (self.merge.current(), &mut self.decoder)
    }

    pub(super) fn has_next(&mut self) -> bool {
        self.merge.has_next(self.core.storage.region())
    }

    /// Whether some writer had begun a record and not finished it when [`next`](Self::next) last
    /// looked. Records behind it in its shard come after it, or after
    /// [`skip_pending`](Self::skip_pending).
    pub fn is_pending(&self) -> bool {
        self.merge.is_pending()
    }

    pub(super) fn arm(&self) -> Armed {
        self.merge.arm(self.core.storage.region())
    }

    pub(super) fn core(&self) -> &'a Core<S> {
        self.core
    }
}

impl<S: Storage> fmt::Debug for Cursor<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("position", &self.position()).finish_non_exhaustive()
    }
}
