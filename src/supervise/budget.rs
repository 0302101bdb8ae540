//! How many restarts are allowed in a window of time.

use core::time::Duration;

use super::backoff::nanos;

/// At most so many restarts in any window of that length.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::supervise::{Budget, Spent};
///
/// let budget = Budget { restarts: 2, window: Duration::from_nanos(100) };
/// let (mut spent, mut times) = (Spent::default(), [0; 2]);
/// for now in [10, 50] {
///     assert!(budget.allows(&spent, &times, now));
///     spent.record(&budget, &mut times, now);
/// }
/// assert!(!budget.allows(&spent, &times, 109));
/// assert!(budget.allows(&spent, &times, 110));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    /// How many; 0 forbids every restart.
    pub restarts: u32,
    /// In how much time.
    pub window: Duration,
}

impl Default for Budget {
    /// 5 restarts in 60 s.
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Which restarts a budget has seen. Their times lie with whoever owns the memory, in a slice that
/// has room for [`Budget::restarts`] of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Where the next time goes; once the slice is full that is where the oldest one lies.
    next: u32,
    full: bool,
}

impl Budget {
    /// The default, for constants: 5 restarts in 60 s.
    pub const DEFAULT: Self = Self { restarts: 5, window: Duration::from_secs(60) };

    /// Whether a restart at `now`, in nanoseconds, keeps within the budget.
    ///
    /// The slice `times` is the one that was given to [`Spent::record`]; one that is too short for
    /// the budget allows nothing. A window is half open: after a restart at 0 and a window of
    /// 100 ns a restart at 100 is outside.
    #[must_use]
    pub fn allows(&self, spent: &Spent, times: &[u64], now: u64) -> bool {
        let Some(times) = self.kept(times) else { return false };
        if !spent.full {
            return self.restarts > 0;
        }
        let oldest = times.get(spent.next as usize).copied();
        oldest.is_some_and(|oldest| now.saturating_sub(oldest) >= nanos(self.window))
    }

    /// The part of the slice that this budget uses.
    fn kept<'a>(&self, times: &'a [u64]) -> Option<&'a [u64]> {
        times.get(..self.restarts as usize)
    }
}

impl Spent {
    /// Nothing spent.
    pub const NEW: Self = Self { next: 0, full: false };

    /// Takes down a restart at `now`, in nanoseconds, which is not before the one recorded last.
    pub fn record(&mut self, budget: &Budget, times: &mut [u64], now: u64) {
        let Some(time) = times.get_mut(self.next as usize) else { return };
        *time = now;
        self.next += 1;
        if self.next >= budget.restarts {
            *self = Self { next: 0, full: true };
        }
    }

    /// How many of the recorded restarts lie in the window that ends at `now`.
    #[must_use]
    pub fn count(&self, budget: &Budget, times: &[u64], now: u64) -> u32 {
        let filled = if self.full { budget.restarts } else { self.next };
        let within = |time: &&u64| now.saturating_sub(**time) < nanos(budget.window);
        let times = times.get(..filled as usize).unwrap_or_default();
        u32::try_from(times.iter().filter(within).count()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
