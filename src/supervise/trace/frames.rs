//! Where one await stands, and all of them of one task: addresses, without a meaning yet.

use core::hash::Hasher;
use std::boxed::Box;
use std::vec::Vec;

use arrayvec::ArrayVec;

/// Addresses kept of one stack.
pub(crate) const MAX_FRAMES: usize = 64;
/// Leaves kept of one task.
pub(crate) const MAX_LEAVES: usize = 32;

/// Room for the addresses of one stack, where nothing can be allocated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffer {
    addresses: ArrayVec<usize, MAX_FRAMES>,
    truncated: bool,
}

impl Buffer {
    /// Adds the next outer frame; `false` once there is no room, which is remembered.
    pub(crate) fn push(&mut self, address: usize) -> bool {
        self.truncated |= self.addresses.try_push(address).is_err();
        !self.truncated
    }

    #[cfg_attr(not(feature = "stall-backtrace"), allow(dead_code))]
    pub(crate) fn addresses(&self) -> &[usize] {
        &self.addresses
    }

    #[cfg_attr(not(feature = "stall-backtrace"), allow(dead_code))]
    pub(crate) fn is_truncated(&self) -> bool {
        self.truncated
    }
}

/// Return addresses of one stack, the innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Frames {
    addresses: Box<[usize]>,
    truncated: bool,
}

impl Frames {
    /// No frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The return addresses, the innermost first.
    #[must_use]
    pub fn addresses(&self) -> &[usize] {
        &self.addresses
    }

    /// Whether the stack was deeper than what was kept.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

impl From<&Buffer> for Frames {
    fn from(buffer: &Buffer) -> Self {
        Self { addresses: buffer.addresses.as_slice().into(), truncated: buffer.truncated }
    }
}

/// Everything that a suspended task waits for: one stack for each waker that it registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain {
    leaves: Vec<Frames>,
    missed: u32,
}

impl Chain {
    /// A chain without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The leaves in the order in which they were polled. None of them, after a poll that came out
    /// pending, means that nothing can ever wake the task.
    #[must_use]
    pub fn leaves(&self) -> &[Frames] {
        &self.leaves
    }

    /// How many leaves found no room.
    #[must_use]
    pub fn missed(&self) -> u32 {
        self.missed
    }

    /// Adds a leaf. One that is there already, because a waker was cloned twice at the same place,
    /// is not added again.
    pub(crate) fn add(&mut self, leaf: Frames) {
        if self.leaves.contains(&leaf) {
            return;
        }
        if self.leaves.len() < MAX_LEAVES {
            self.leaves.push(leaf);
        } else {
            self.missed = self.missed.saturating_add(1);
        }
    }

    /// The same number for the same places.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Fnv::default();
        for leaf in &self.leaves {
            leaf.addresses().iter().for_each(|address| hasher.write_usize(*address));
            hasher.write_u8(0xff);
        }
        hasher.finish()
    }
}

/// Fowler, Noll and Vo's hash, taken over words: for small keys that nobody chooses to collide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // The low bits of a product depend on low bits only.
        self.0 ^= self.0 >> 29;
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.mix(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
