//! Reading a stream from its newest record to its oldest.

use core::fmt;

use crate::record::{MAX_LEN, Record, peek};
use crate::ring::{self, Shard, Storage, Word};

use super::core::Core;
use super::cursor::Entry;
use super::decoder::Decoder;
use super::merge::Raw;
use super::position::Position;

/// Reads a stream from its newest record to its oldest, which is how the last few of something are
/// found fast.
///
/// It ends at the oldest record that is still there. A record that some writer has not finished
/// when its turn comes is passed over; who must not miss it reads forward with a
/// [`Cursor`](super::Cursor).
pub struct Backward<'a, S: Storage> {
    core: &'a Core<S>,
    lanes: S::PerShard<Lane<S::Word>>,
    /// Where the record is that was delivered last: lane and length.
    current: (usize, usize),
    decoder: Decoder<'a, S>,
}

/// One shard's reader and the record it has read ahead.
#[derive(Clone, Debug)]
struct Lane<W> {
    reader: ring::Backward<W>,
    buffer: [u8; MAX_LEN],
    /// Length and ticks of that record; `None` at the end.
    ahead: Option<(usize, u64)>,
    /// The number of the record that was delivered last.
    position: u64,
}

impl<'a, S: Storage> Backward<'a, S> {
    pub(super) fn newest(core: &'a Core<S>) -> Self {
        Self::over(core, |_, shard| ring::Backward::newest(shard))
    }

    pub(super) fn over(
        core: &'a Core<S>,
        reader: impl Fn(usize, &Shard<'_, S::Word>) -> ring::Backward<S::Word>,
    ) -> Self {
        let lane = |(index, shard)| Lane::new(reader(index, &shard), &shard);
        let lanes = core.storage.region().shards().enumerate().map(lane).collect();
        Self { core, lanes, current: (0, 0), decoder: Decoder::new(core) }
    }

    /// The record before the last one: of those that are left, that with the largest time; `None`
    /// when nothing older is there any more.
    #[allow(clippy::should_implement_trait, reason = "the record is borrowed from the reader")]
    pub fn next(&mut self) -> Option<Record<'_>> {
        if !self.advance() {
            return None;
        }
        let (raw, decoder) = self.raw();
        match decoder.entry(raw) {
            Entry::Record(record) => Some(record),
            // Our own ring holds only what our own encoder wrote, so that this does not happen.
            Entry::Lost(_) => None,
        }
    }

    /// Another reader that is where this one is.
    #[cfg(feature = "std")]
    pub(super) fn fork(&self) -> Self {
        let lanes = self.lanes.iter().cloned().collect();
        Self { core: self.core, lanes, current: self.current, decoder: Decoder::new(self.core) }
    }

    /// From here on a [`Cursor`](super::Cursor) reads what this one has read.
    pub(super) fn position(&self) -> Position {
        let boot = self.core.storage.region().boot_id();
        Position { boot, next: self.lanes.iter().map(|lane| lane.position).collect() }
    }

    /// Steps to the record before; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        let (last, _) = self.current;
        if let (Some(lane), Some(shard)) =
            (self.lanes.get_mut(last), self.core.storage.region().shards().nth(last))
        {
            if lane.ahead.is_none() {
                lane.read(&shard);
            }
        }
        let order = |(index, lane): (usize, &Lane<S::Word>)| Some((lane.ahead?.1, index));
        let Some((_, index)) = self.lanes.iter().enumerate().filter_map(order).max() else {
            return false;
        };
        let lane = &mut self.lanes[index];
        let len = lane.ahead.take().map_or(0, |(len, _)| len);
        lane.position = lane.reader.position();
        self.current = (index, len);
        true
    }

    /// The record that was stepped to, as it is encoded, and what decodes it.
    pub(super) fn raw(&mut self) -> (Raw<'_>, &mut Decoder<'a, S>) {
        let (index, len) = self.current;
        let raw = self.lanes.get(index).map(|lane| Raw {
            bytes: lane.buffer.get(..len).unwrap_or_default(),
            shard: index as u8,
            seq: lane.position,
            out_of_order: false,
        });
        (raw.unwrap_or_default(), &mut self.decoder)
    }
}

impl<W: Word> Lane<W> {
    fn new(reader: ring::Backward<W>, shard: &Shard<'_, W>) -> Self {
        let position = reader.position();
        let mut lane = Self { reader, buffer: [0; MAX_LEN], ahead: None, position };
        lane.read(shard);
        lane
    }

    fn read(&mut self, shard: &Shard<'_, W>) {
        let bytes = self.reader.previous(shard, &mut self.buffer);
        self.ahead = bytes.map(|bytes| (bytes.len(), peek(bytes).map_or(0, |head| head.ticks)));
    }
}

impl<S: Storage> fmt::Debug for Backward<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backward").field("position", &self.position()).finish_non_exhaustive()
    }
}
