//! Stands in for the manual clock where the core has no 64-bit atomics.

use super::Anchor;

/// A clock for tests, which this target cannot have: its core has no 64-bit atomics. A function
/// over a counter of the test's own, given to `Clock::from_fn`, does the same.
#[derive(Debug)]
pub enum Manual {}

impl Manual {
    pub(super) fn ticks(&self) -> u64 {
        match *self {}
    }

    pub(super) fn sample(&self) -> Anchor {
        match *self {}
    }
}
