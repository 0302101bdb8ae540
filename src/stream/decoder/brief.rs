//! From a board's encoded records to records, dated by the counter that stamped them.

use crate::clock::Time;
use crate::record::{Brief, decode_brief};
use crate::ring::Storage;

use super::core::Core;
use super::cursor::Entry;
use super::merge::Raw;

/// Decodes and dates the records of one stream.
pub(super) struct Decoder<'a, S: Storage> {
    core: &'a Core<S>,
}

impl<'a, S: Storage> Decoder<'a, S> {
    pub(super) fn new(core: &'a Core<S>) -> Self {
        Self { core }
    }

    /// The record that `raw` encodes.
    pub(super) fn entry<'c>(&'c mut self, raw: Raw<'c>) -> Entry<'c> {
        // Our own ring holds only what our own encoder wrote, so that decoding does not fail.
        let Ok(mut record) = decode_brief(raw.bytes) else { return Entry::Lost(1) };
        record.ticks = self.widened(record.ticks);
        record.time = Time { wall_ns: 0, mono_ns: self.core.clock.nanos(record.ticks) };
        record.seq = raw.seq;
        Entry::Record(record)
    }

    /// The newest moment up to now whose ticks end so. What seems to lie in the future is of a run
    /// before the last reset, whose counter began anew too.
    fn widened(&self, ticks: u64) -> u64 {
        let now = self.core.clock.ticks();
        let age = now.wrapping_sub(ticks) & ((1 << Brief::TICK_BITS) - 1);
        if age >> (Brief::TICK_BITS - 1) == 0 { now.saturating_sub(age) } else { ticks }
    }
}
