//! Which slot of a shard has which name: open addressing over the numbers of slots.
//!
//! A slot knows the hash of its name, so a name is hashed once in the life of a task, and this
//! table costs a task some 6 bytes. Names themselves are compared where they lie.

use std::vec;
use std::vec::Vec;

const EMPTY: u32 = u32::MAX;
const FEWEST: usize = 8;

/// See the module. The hash of a slot's name is asked of the caller wherever it is needed.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// None, or a power of two; at most three quarters are not empty.
    buckets: Vec<u32>,
    len: usize,
}

impl Names {
    /// The slot under this hash that `is` the one.
    pub(super) fn find(&self, hash: u32, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        self.probe(hash).map(|at| self.buckets[at]).find(|slot| is(*slot))
    }

    /// Adds a slot that is not here.
    pub(super) fn insert(&mut self, hash: u32, slot: u32, hash_of: impl Fn(u32) -> u32) {
        if (self.len + 1) * 4 > self.buckets.len() * 3 {
            self.grow(hash_of);
        }
        self.place(hash, slot);
        self.len += 1;
    }

    /// Takes a slot out, if it is here.
    pub(super) fn remove(&mut self, hash: u32, slot: u32, hash_of: impl Fn(u32) -> u32) {
        let Some(mut hole) = self.probe(hash).find(|at| self.buckets[*at] == slot) else { return };
        self.len -= 1;
        // Those behind move up, so that no search ends at the hole before it came to them.
        let mut at = hole;
        loop {
            at = self.wrap(at + 1);
            let moved = self.buckets[at];
            if moved == EMPTY {
                break;
            }
            let home = self.wrap(hash_of(moved) as usize);
            if self.wrap(at.wrapping_sub(home)) >= self.wrap(at.wrapping_sub(hole)) {
                self.buckets[hole] = moved;
                hole = at;
            }
        }
        self.buckets[hole] = EMPTY;
    }

    /// The buckets where a slot with this hash may be.
    fn probe(&self, hash: u32) -> impl Iterator<Item = usize> + use<'_> {
        let from = hash as usize;
        let all = (0..self.buckets.len()).map(move |step| self.wrap(from.wrapping_add(step)));
        all.take_while(|at| self.buckets[*at] != EMPTY)
    }

    fn place(&mut self, hash: u32, slot: u32) {
        let mut at = self.wrap(hash as usize);
        while self.buckets[at] != EMPTY {
            at = self.wrap(at + 1);
        }
        self.buckets[at] = slot;
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u32) {
        let size = (self.buckets.len() * 2).max(FEWEST);
        let before = core::mem::replace(&mut self.buckets, vec![EMPTY; size]);
        for slot in before.into_iter().filter(|slot| *slot != EMPTY) {
            self.place(hash_of(slot), slot);
        }
    }

    fn wrap(&self, at: usize) -> usize {
        at & (self.buckets.len() - 1)
    }
}

#[cfg(test)]
mod tests;
