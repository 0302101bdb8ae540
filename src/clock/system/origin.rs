//! The instant from which a process counts its monotonic time.

use std::sync::OnceLock;
use std::time::Instant;

use super::NANOS_PER_SEC;
use crate::sync::plain::{AtomicUsize, Ordering};

/// More threads than can be expected to ask for the origin in the same microsecond.
pub(super) const CANDIDATES: usize = 8;

/// An instant that is chosen at the first use, without ever waiting.
///
/// A plain `OnceLock` makes the second thread wait for the first, and a signal handler that
/// interrupts the first would wait for ever. Here every racer takes a slot of its own, in which it
/// is alone, and then bids for its slot to become the origin; a handler that interrupts a racer
/// simply wins. Racers beyond the slots need none: they are so close to the origin that 0 is right.
///
/// | word      | order   | pairs with                                             |
/// |-----------|---------|--------------------------------------------------------|
/// | `elected` | Release | the Acquire in `origin`: the elected slot is filled    |
/// | `claimed` | Relaxed | publishes nothing: it only gives each racer its number |
#[derive(Debug)]
pub(super) struct Origin {
    /// Slots claimed so far; grows only while nothing is elected.
    claimed: AtomicUsize,
    /// Number of the elected slot counted from 1; 0 before the election.
    elected: AtomicUsize,
    candidates: [OnceLock<Instant>; CANDIDATES],
}

impl Origin {
    pub(super) const fn new() -> Self {
        Self {
            claimed: AtomicUsize::new(0),
            elected: AtomicUsize::new(0),
            candidates: [const { OnceLock::new() }; CANDIDATES],
        }
    }

    /// Nanoseconds since the origin, for 584 years.
    pub(super) fn elapsed_ns(&self) -> u64 {
        let now = Instant::now();
        let since = |origin| now.saturating_duration_since(origin);
        let elapsed = self.origin(now).map(since).unwrap_or_default();
        elapsed.as_secs() * NANOS_PER_SEC + u64::from(elapsed.subsec_nanos())
    }

    /// The origin; `None` if the election is still open and all slots are taken.
    #[inline]
    fn origin(&self, now: Instant) -> Option<Instant> {
        let elected = match self.elected.load(Ordering::Acquire) {
            0 => self.elect(now),
            elected => elected,
        };
        self.candidates.get(elected.wrapping_sub(1))?.get().copied()
    }

    #[cold]
    fn elect(&self, now: Instant) -> usize {
        let claimed = self.claimed.fetch_add(1, Ordering::Relaxed);
        let Some(slot) = self.candidates.get(claimed) else {
            return self.elected.load(Ordering::Acquire);
        };
        let filled = slot.set(now);
        debug_assert!(filled.is_ok(), "a slot is claimed by one racer only");
        let bid = claimed + 1;
        match self.elected.compare_exchange(0, bid, Ordering::Release, Ordering::Acquire) {
            Ok(_) => bid,
            Err(elected) => elected,
        }
    }
}
