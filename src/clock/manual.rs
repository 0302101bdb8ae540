//! A clock that moves only when it is told to.

use core::time::Duration;

use super::Anchor;
use crate::sync::plain::{AtomicU64, Ordering};

/// 2000-01-01T00:00:00Z, so that a manual clock starts with a known wall time.
const FIRST_WALL_NS: u64 = 946_684_800_000_000_000;

/// A clock for tests: it stands still until it is moved, and any thread may move it.
///
/// It starts with 0 ticks at 2000-01-01T00:00:00Z; one tick is one nanosecond. Moving the time
/// moves the wall clock along; [`set_wall`](Self::set_wall) makes the wall clock jump alone.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::clock::{Clock, Manual};
///
/// static TIME: Manual = Manual::new();
/// let clock = Clock::manual(&TIME);
///
/// TIME.advance(Duration::from_secs(1));
/// TIME.set_wall(1_700_000_000_000_000_000);
/// TIME.advance(Duration::from_nanos(5));
///
/// assert_eq!(clock.ticks(), 1_000_000_005);
/// assert_eq!(clock.sample().wall_ns, 1_700_000_000_000_000_005);
/// ```
#[derive(Debug)]
pub struct Manual {
    /// Nanoseconds since the clock's start.
    now: AtomicU64,
    /// Wall time minus `now`, modulo 2^64.
    wall_offset: AtomicU64,
}

// Every access is relaxed: each word is meaningful by itself and publishes nothing else. A test
// that moves the clock in one thread and logs in another orders the two by its own means.
impl Manual {
    /// A clock that shows 0 ticks and the year 2000.
    #[must_use]
    pub const fn new() -> Self {
        Self { now: AtomicU64::new(0), wall_offset: AtomicU64::new(FIRST_WALL_NS) }
    }

    /// Time since the clock's start.
    #[must_use]
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.ticks())
    }

    /// Nanoseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn wall_ns(&self) -> i64 {
        self.wall_at(self.ticks())
    }

    /// Moves the clock forward; it stops at 584 years after its start.
    pub fn advance(&self, by: Duration) {
        let by = nanos(by);
        let forward = |now: u64| Some(now.saturating_add(by));
        let moved = self.now.fetch_update(Ordering::Relaxed, Ordering::Relaxed, forward);
        debug_assert!(moved.is_ok(), "every time has a successor");
    }

    /// Sets the time since the clock's start. It may go backwards, as no real source does.
    pub fn set(&self, now: Duration) {
        self.now.store(nanos(now), Ordering::Relaxed);
    }

    /// Makes the wall clock jump to `wall_ns` nanoseconds since 1970-01-01 UTC.
    pub fn set_wall(&self, wall_ns: i64) {
        let offset = (wall_ns as u64).wrapping_sub(self.ticks());
        self.wall_offset.store(offset, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn ticks(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    pub(super) fn sample(&self) -> Anchor {
        let ticks = self.ticks();
        Anchor { ticks, mono_ns: ticks, wall_ns: self.wall_at(ticks) }
    }

    fn wall_at(&self, ticks: u64) -> i64 {
        ticks.wrapping_add(self.wall_offset.load(Ordering::Relaxed)) as i64
    }
}

impl Default for Manual {
    fn default() -> Self {
        Self::new()
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
