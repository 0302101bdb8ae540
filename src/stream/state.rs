//! What a stream remembers beside its ring, where there are threads.

use crate::clock::{Clock, Pushed, Timeline};
use crate::record::{Level, LevelFilter};
use crate::ring::{Interner, Shard, Storage, Word};
use crate::sync::plain::{AtomicU16, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::bell::Bell;
use super::brake::Brake;
use super::core::Core;
use super::levels::Levels;
use super::sites::Sites;
use super::tasks::TaskNames;
use super::thread;
use super::verbosity::Verbosity;
use super::writer::Partials;

/// Levels, call sites, threads, time and followers of one stream.
#[derive(Debug)]
pub(super) struct State {
    /// Tells streams of this process apart; 0 before the first record.
    id: AtomicU16,
    pub(super) levels: Levels,
    pub(super) verbosity: Verbosity,
    pub(super) sites: Sites,
    tasks: TaskNames,
    pub(super) partials: Partials,
    pub(super) bell: Bell,
    pub(super) brake: Brake,
    timeline: Mutex<Option<Timeline>>,
    truncated: AtomicU64,
}

static IDS: AtomicU16 = AtomicU16::new(1);

impl State {
    pub(super) const fn new() -> Self {
        Self {
            id: AtomicU16::new(0),
            levels: Levels::all(),
            verbosity: Verbosity::new(),
            sites: Sites::new(),
            tasks: TaskNames::new(),
            partials: Partials::new(),
            bell: Bell::new(),
            brake: Brake::new(),
            timeline: Mutex::new(None),
            truncated: AtomicU64::new(0),
        }
    }

    #[inline]
    pub(super) fn max(&self) -> LevelFilter {
        self.levels.max()
    }

    /// Whether a record of this level passes anywhere.
    #[inline]
    pub(super) fn may_pass(&self, level: Level) -> bool {
        level <= self.max()
    }

    pub(super) fn allows(&self, level: Level, target: &str) -> bool {
        self.levels.allows(level, target)
    }

    /// Gives the stream its identity, which positions name, before the first record does.
    pub(super) fn prepare<S: Storage>(&self, core: &Core<S>) {
        if self.id.load(Ordering::Relaxed) == 0 {
            self.begin(core);
        }
    }

    /// The number of the writing thread.
    #[inline]
    pub(super) fn thread<S: Storage>(&self, core: &Core<S>) -> u16 {
        let id = self.id.load(Ordering::Relaxed);
        let id = if id == 0 { self.begin(core) } else { id };
        thread::current(id, || core.strings())
    }

    /// The entry of a task's name; 0 when the table is full.
    #[inline]
    pub(super) fn task_entry<W: Word>(&self, name: &str, table: &Interner<'_, W>) -> u32 {
        self.tasks.entry(name, table)
    }

    /// The first record of a stream: it gets an id, its region a header, its clock an anchor.
    #[cold]
    fn begin<S: Storage>(&self, core: &Core<S>) -> u16 {
        let now = core.clock.sample();
        let id = IDS.fetch_add(1, Ordering::Relaxed).max(1);
        // The count tells streams apart that begin at the same moment of the same clock.
        core.storage.region().stamp(now.wall_ns as u64 ^ now.ticks ^ u64::from(id) << 48);
        let race = self.id.compare_exchange(0, id, Ordering::Relaxed, Ordering::Relaxed);
        // A reader that holds the lock pushes an anchor itself; a writer must not wait for it.
        if let Some(mut timeline) = self.timeline.try_lock() {
            let timeline =
                timeline.get_or_insert_with(|| Timeline::new(core.clock.frequency_hint()));
            let _ = timeline.push(now);
        }
        race.err().unwrap_or(id)
    }

    /// The timeline, brought up to date.
    pub(super) fn timeline(&self, clock: &Clock) -> Timeline {
        let mut guard = self.timeline.lock();
        let timeline = guard.get_or_insert_with(|| Timeline::new(clock.frequency_hint()));
        let _: Pushed = timeline.push(clock.sample());
        timeline.clone()
    }

    /// Dates records by what is known already.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub(super) fn date_by(&self, timeline: Timeline) {
        *self.timeline.lock() = Some(timeline);
    }

    /// Waits where a reader asked writers to.
    #[inline]
    pub(super) fn pace<W: Word>(&self, shard: &Shard<'_, W>, thread: u16, shards: usize) {
        self.brake.pace(shard, thread, shards);
    }

    pub(super) fn count_truncated(&self) {
        self.truncated.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn truncated(&self) -> u64 {
        self.truncated.load(Ordering::Relaxed)
    }

    #[cold]
    pub(super) fn ring_bell(&self) {
        self.bell.ring();
    }
}
