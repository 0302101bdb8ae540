//! Stands in for the system's clock where there is no system.

use core::num::NonZero;

use super::Anchor;

#[derive(Clone, Copy, Debug)]
pub(super) enum System {}

impl System {
    pub(super) fn ticks(self) -> u64 {
        match self {}
    }

    pub(super) fn sample(self) -> Anchor {
        match self {}
    }

    pub(super) fn frequency_hint(self) -> Option<NonZero<u64>> {
        match self {}
    }
}
