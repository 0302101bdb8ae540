//! The clock of a program that has ended.

use core::num::NonZero;

use super::{Anchor, Clock, Source};

/// It stands at the last moment that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopped {
    last: Anchor,
}

impl Clock {
    /// The clock of a process that has ended: it stands at `last`, which all its records precede
    /// or are dated from.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub(crate) const fn stopped(last: Anchor) -> Self {
        Self { source: Source::Stopped(Stopped { last }) }
    }
}

impl Stopped {
    /// Nothing comes after the end, so that no record is younger than this.
    pub(super) fn ticks(self) -> u64 {
        u64::MAX
    }

    pub(super) fn sample(self) -> Anchor {
        self.last
    }

    pub(super) fn frequency_hint(self) -> Option<NonZero<u64>> {
        None
    }
}
