//! What all clones of a supervisor share.

use core::fmt;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;
use ::tokio::sync::watch;
use parking_lot::Mutex;

use super::driver::Driver;
use super::entry::Entry;
use super::event::{Bus, Event, EventKind};
use super::local;
use super::registry::{Collision, Registry};
use super::report::Cause;
use super::shutdown::Stage;
use super::sleeper::Sleepers;
use super::traced::Tracer;
use crate::clock::{Clock, Timeline};
use crate::sync::plain::{AtomicBool, AtomicU64, Ordering};

/// Each spawn reads of it and counts a reference to it: what is counted lies in a line of the cache
/// of its own, so that threads that spawn do not take away each other's.
#[repr(align(128))]
pub(super) struct Shared {
    /// The runtime to spawn on; else the one entered by whoever spawns.
    pub(super) home: Option<Handle>,
    /// What happens if a name is taken and nothing else was said.
    pub(super) collision: Collision,
    pub(super) registry: Registry,
    pub(super) driver: Driver,
    pub(super) sleepers: Sleepers,
    pub(super) bus: Bus,
    pub(super) clock: Clock,
    pub(super) timeline: Mutex<Timeline>,
    /// Whether nothing starts any more.
    pub(super) closing: AtomicBool,
    /// How far the shutdown has come.
    pub(super) closed: watch::Sender<Stage>,
    /// How many callers of callbacks there are. A shutdown waits for them, as for bare futures.
    pub(super) callers: AtomicU64,
    /// How many calls of callbacks and of the hook were left out.
    pub(super) lost_callbacks: AtomicU64,
    pub(super) local: Mutex<Option<local::Thread>>,
    #[cfg_attr(not(feature = "trace"), allow(dead_code))]
    pub(super) tracer: Tracer,
}

impl Shared {
    pub(super) fn new(home: Option<Handle>, collision: Collision) -> Self {
        let clock = Clock::system();
        let mut timeline = Timeline::new(clock.frequency_hint());
        // The first anchor of a timeline is never refused.
        _ = timeline.push(clock.sample());
        Self {
            home,
            collision,
            registry: Registry::new(),
            driver: Driver::new(),
            sleepers: Sleepers::default(),
            bus: Bus::new(),
            clock,
            timeline: Mutex::new(timeline),
            closing: AtomicBool::new(false),
            closed: watch::Sender::new(Stage::Open),
            callers: AtomicU64::new(0),
            lost_callbacks: AtomicU64::new(0),
            local: Mutex::new(None),
            tracer: Tracer::default(),
        }
    }

    pub(super) fn emit(&self, entry: &Arc<Entry>, what: EventKind, cause: Cause) {
        self.emit_run(entry, entry.word.seen().run(), what, cause);
    }

    #[inline]
    pub(super) fn emit_run(&self, entry: &Arc<Entry>, run: u32, kind: EventKind, cause: Cause) {
        if self.bus.is_heard() {
            let is_left_out = self.bus.tell(Event::new(entry, run, kind, cause));
            if is_left_out {
                self.lost_callbacks.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn count_lost_callback(&self, entry: &Arc<Entry>, run: u32) {
        self.lost_callbacks.fetch_add(1, Ordering::Relaxed);
        self.emit_run(entry, run, EventKind::CallbackFailed, Cause::None);
    }

    /// All tasks that are listed, in the order of the registry.
    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        let mut all = Vec::new();
        self.registry.each(&mut |entry| {
            all.push(Arc::clone(entry));
            true
        });
        all
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("registry", &self.registry).finish_non_exhaustive()
    }
}
