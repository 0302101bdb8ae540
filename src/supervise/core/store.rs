//! Who owns the core's memory.

use super::slot::Slot;

#[cfg(feature = "std")]
mod heap;
mod inline;

#[cfg(feature = "std")]
pub use heap::Heap;
pub use inline::Inline;

/// Memory of a core.
///
/// 1. [`slots`](Self::slots) never gets shorter, and nothing but the core changes what is in it.
/// 2. A slot has its own restart times; they stay as they were written.
/// 3. Slots that are added are [`Slot::EMPTY`].
pub trait Store {
    /// All slots.
    fn slots(&self) -> &[Slot];
    /// The same to write.
    fn slots_mut(&mut self) -> &mut [Slot];
    /// Adds at least one slot; `false` where there is no room.
    fn grow(&mut self) -> bool;
    /// The restart times of the slot at `index`.
    fn times(&self, index: u32) -> &[u64];
    /// The same to write.
    fn times_mut(&mut self, index: u32) -> &mut [u64];
    /// Makes room for `count` restart times of the slot at `index`; `false` where there is none.
    fn reserve_times(&mut self, index: u32, count: u32) -> bool;
}
