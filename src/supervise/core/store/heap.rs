//! Memory that grows.

use std::boxed::Box;
use std::vec;
use std::vec::Vec;

use super::super::slot::NIL;
use super::{Slot, Store};

/// As many tasks and groups as there is memory for; restart times only for those with a budget.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    slots: Vec<Slot>,
    times: Vec<Box<[u64]>>,
}

impl Heap {
    /// The most tasks and groups.
    pub const MAX_SLOTS: u32 = NIL / 2;

    /// The most restarts that a budget may allow: more is a typing mistake, and would take real
    /// memory.
    pub const MAX_RESTARTS: u32 = 1 << 16;

    /// Memory that nobody uses yet; none is taken.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), times: Vec::new() }
    }
}

impl Store for Heap {
    fn slots(&self) -> &[Slot] {
        &self.slots
    }

    fn slots_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    fn grow(&mut self) -> bool {
        if self.slots.len() >= Self::MAX_SLOTS as usize {
            return false;
        }
        self.slots.push(Slot::EMPTY);
        self.times.push(Box::default());
        true
    }

    fn times(&self, index: u32) -> &[u64] {
        self.times.get(index as usize).map_or(&[], |times| times)
    }

    fn times_mut(&mut self, index: u32) -> &mut [u64] {
        self.times.get_mut(index as usize).map_or(&mut [], |times| times)
    }

    fn reserve_times(&mut self, index: u32, count: u32) -> bool {
        let Some(times) = self.times.get_mut(index as usize) else { return false };
        if count > Self::MAX_RESTARTS {
            return false;
        }
        if times.len() != count as usize {
            *times = vec![0; count as usize].into_boxed_slice();
        }
        true
    }
}
