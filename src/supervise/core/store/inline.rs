//! Memory in place, for a `static` or the stack.

use super::{Slot, Store};

/// `SLOTS` tasks and groups, one of which the core keeps for itself, with budgets of at most
/// `TIMES` restarts.
#[derive(Clone, Debug)]
pub struct Inline<const SLOTS: usize, const TIMES: usize> {
    slots: [Slot; SLOTS],
    times: [[u64; TIMES]; SLOTS],
}

impl<const SLOTS: usize, const TIMES: usize> Inline<SLOTS, TIMES> {
    /// Memory that nobody uses yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: [Slot::EMPTY; SLOTS], times: [[0; TIMES]; SLOTS] }
    }
}

impl<const SLOTS: usize, const TIMES: usize> Default for Inline<SLOTS, TIMES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const SLOTS: usize, const TIMES: usize> Store for Inline<SLOTS, TIMES> {
    fn slots(&self) -> &[Slot] {
        &self.slots
    }

    fn slots_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    fn grow(&mut self) -> bool {
        false
    }

    fn times(&self, index: u32) -> &[u64] {
        self.times.get(index as usize).map_or(&[], |times| times)
    }

    fn times_mut(&mut self, index: u32) -> &mut [u64] {
        self.times.get_mut(index as usize).map_or(&mut [], |times| times)
    }

    fn reserve_times(&mut self, _: u32, count: u32) -> bool {
        count as usize <= TIMES
    }
}
