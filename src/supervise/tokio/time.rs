//! The core's clock: tokio's, so that tests may pause it.

use core::time::Duration;

use ::tokio::time::Instant;

/// The moment that times are counted from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin(Instant);

impl Origin {
    pub(super) fn now() -> Self {
        Self(Instant::now())
    }

    /// Nanoseconds since then.
    pub(super) fn elapsed(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Whether a moment has come.
    pub(super) fn is_past(&self, moment: Instant) -> bool {
        moment <= Instant::now()
    }

    /// The moment `nanos` after it.
    pub(super) fn at(&self, nanos: u64) -> Instant {
        // Sleeping for longer than a year is sleeping until somebody rings.
        const YEAR: u64 = 365 * 86_400 * 1_000_000_000;
        self.0 + Duration::from_nanos(nanos.min(self.elapsed().saturating_add(YEAR)))
    }
}
