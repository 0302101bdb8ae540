//! From encoded records to records, with all that they refer to.

use crate::clock::{Time, Timeline};
use crate::record::{Names, Record, decode, peek};
use crate::ring::Storage;

use super::core::Core;
use super::cursor::Entry;
use super::merge::Raw;
use super::names::StreamNames;

/// Decodes and dates the records of one stream.
pub(super) struct Decoder<'a, S: Storage> {
    core: &'a Core<S>,
    names: StreamNames<'a, S::Word>,
    timeline: Timeline,
    /// Up to which ticks the timeline is good enough.
    dated: u64,
}

/// What comes next in a stream, for one who looks at it where it lies.
#[derive(Debug)]
pub(crate) enum Seen<'r, 'c> {
    Record(&'r Record<'c>),
    /// So many records were overwritten before this reader came to them.
    Lost(u64),
}

impl<'a, S: Storage> Decoder<'a, S> {
    pub(super) fn new(core: &'a Core<S>) -> Self {
        let (timeline, dated) = timeline(core);
        Self { core, names: StreamNames::new(core.strings()), timeline, dated }
    }

    /// The record that `raw` encodes.
    #[inline]
    pub(super) fn entry<'c>(&'c mut self, raw: Raw<'c>) -> Entry<'c> {
        self.visit(raw, |seen| match seen {
            Seen::Record(record) => Entry::Record(*record),
            Seen::Lost(lost) => Entry::Lost(lost),
        })
    }

    /// Shows the record that `raw` encodes where it was decoded: to hand it on from there costs as
    /// much as a tenth of a sink's line.
    #[inline(always)]
    pub(super) fn visit<'c, T>(
        &'c mut self,
        raw: Raw<'c>,
        act: impl FnOnce(Seen<'_, 'c>) -> T,
    ) -> T {
        let time = self.time(peek(raw.bytes).map_or(0, |head| head.ticks));
        // Our own ring holds only what our own encoder wrote, so that decoding does not fail.
        let mut decoded = decode(raw.bytes, &self.names);
        let Ok(record) = &mut decoded else { return act(Seen::Lost(1)) };
        record.time = time;
        record.shard = raw.shard;
        record.seq = raw.seq;
        record.out_of_order = raw.out_of_order;
        act(Seen::Record(record))
    }

    #[inline]
    pub(super) fn time(&mut self, ticks: u64) -> Time {
        if ticks > self.dated {
            (self.timeline, self.dated) = timeline(self.core);
        }
        self.timeline.time(ticks)
    }

    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "queries need std"))]
    pub(super) fn names(&self) -> &impl Names {
        &self.names
    }
}

/// A timeline, and up to which ticks it is good enough: a hundredth of a second beyond its newest
/// anchor, so that a reader at the end of a busy stream need not read the clocks for each record.
fn timeline<S: Storage>(core: &Core<S>) -> (Timeline, u64) {
    let timeline = core.timeline();
    let slack = timeline.ticks_per_second().map_or(0, |rate| rate.get() / 100);
    (timeline, core.clock.ticks().saturating_add(slack))
}
