//! What a stream remembers beside its ring, where there are no threads: one level.

use crate::clock::{Clock, Timeline};
use crate::record::{Level, LevelFilter};
use crate::ring::{Interner, Shard, Storage, Word};
use crate::sync::plain::{AtomicU8, AtomicU32, Ordering};

use crate::stream::core::Core;

/// The level of one stream.
#[derive(Debug)]
pub(super) struct State {
    max: AtomicU8,
    truncated: AtomicU32,
}

impl State {
    pub(super) const fn new() -> Self {
        Self { max: AtomicU8::new(LevelFilter::Trace as u8), truncated: AtomicU32::new(0) }
    }

    /// Gives the stream its identity, which positions name.
    pub(super) fn prepare<S: Storage>(&self, core: &Core<S>) {
        core.storage.region().stamp(core.clock.ticks());
    }

    /// Interrupts and tasks are not numbered.
    #[inline]
    pub(super) fn thread<S: Storage>(&self, _: &Core<S>) -> u16 {
        0
    }

    /// The entry of a task's name; 0 when the table is full.
    pub(super) fn task_entry<W: Word>(&self, name: &str, table: &Interner<'_, W>) -> u32 {
        table.intern(name.as_bytes()).unwrap_or(0)
    }

    /// Nobody can wait.
    #[inline]
    pub(super) fn pace<W: Word>(&self, _: &Shard<'_, W>, _: u16, _: usize) {}

    /// The clock's ticks are its time; nobody knows the wall clock.
    pub(super) fn timeline(&self, clock: &Clock) -> Timeline {
        let mut timeline = Timeline::new(clock.frequency_hint());
        let _ = timeline.push(clock.sample());
        timeline
    }

    #[inline]
    pub(super) fn max(&self) -> LevelFilter {
        LevelFilter::from_u8(self.max.load(Ordering::Relaxed))
    }

    /// Whether a record of this level passes.
    #[inline]
    pub(super) fn may_pass(&self, level: Level) -> bool {
        level as u8 <= self.max.load(Ordering::Relaxed)
    }

    pub(super) fn allows(&self, level: Level, _: &str) -> bool {
        self.may_pass(level)
    }

    pub(super) fn set_max(&self, level: LevelFilter) {
        self.max.store(level as u8, Ordering::Relaxed);
    }

    pub(super) fn count_truncated(&self) {
        // Saturates rather than wraps: a counter must not tell less than it did.
        let next = |count: u32| count.checked_add(1);
        let _ = self.truncated.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    }

    pub(super) fn truncated(&self) -> u64 {
        self.truncated.load(Ordering::Relaxed).into()
    }

    pub(super) fn ring_bell(&self) {}
}
