//! Where the words of a shard's head and blocks are.

use super::control::Control;
use super::shard::Shard;
use super::word::{Slot, Word};
use crate::sync::Ordering;

/// One block of a shard: its words, and those behind it.
#[derive(Debug)]
pub(super) struct Block<'a, W: Word> {
    words: &'a [W::Atomic],
}

impl<'a, W: Word> Shard<'a, W> {
    /// Sequence of the block that is being written; starts at the number of blocks, so that lap 0
    /// is over in a ring of zeros and its blocks are free to open.
    #[inline(always)]
    pub(super) fn head(&self) -> W {
        W::load(at(self.words, 0), Ordering::Acquire).plus(self.blocks())
    }

    /// The head as it was known before an Acquire fence.
    #[inline(always)]
    pub(super) fn head_relaxed(&self) -> W {
        W::load(at(self.words, 0), Ordering::Relaxed).plus(self.blocks())
    }

    /// Moves the head on by one block if it is still at `sequence`.
    pub(super) fn move_head(&self, sequence: W) {
        let stored = sequence.minus(self.blocks());
        let _ = W::swap_if(at(self.words, 0), stored, stored.plus(W::ONE));
    }

    /// See [`Region::start_at`](super::Region::start_at).
    pub(super) fn start_at(&self, sequence: W, base: W) {
        W::store(&self.words[0], sequence.minus(self.blocks()), Ordering::Relaxed);
        for back in 1..=self.geometry.blocks() as u64 {
            let earlier = sequence.minus(W::from_u64(back));
            let block = self.block(earlier);
            let control = Control::opened(self.lap(earlier), false).closed();
            W::store(block.control_cell(), control.0, Ordering::Relaxed);
            W::store(block.base_cell(), base, Ordering::Relaxed);
            for index in 0..self.geometry.slots {
                let entry = Slot { tag: W::tag(earlier), offset: 0, len: 0 };
                W::publish(block.slot(index), entry, Ordering::Relaxed);
            }
        }
    }

    /// Number of blocks.
    #[inline(always)]
    pub(super) fn blocks(&self) -> W {
        W::ONE << self.geometry.blocks_log2
    }

    #[inline(always)]
    pub(super) fn lap(&self, sequence: W) -> W {
        sequence >> self.geometry.blocks_log2
    }

    #[inline(always)]
    pub(super) fn block(&self, sequence: W) -> Block<'a, W> {
        Block { words: from(self.words, self.block_start(sequence)) }
    }

    /// Whether `words` more data words and one more slot fit.
    #[inline(always)]
    pub(super) fn has_room(&self, control: Control<W>, words: usize) -> bool {
        control.offset() + words <= self.geometry.data && control.count() < self.geometry.slots
    }

    /// The first word of block `sequence`.
    #[inline(always)]
    pub(super) fn block_start(&self, sequence: W) -> usize {
        let index = sequence & self.blocks().minus(W::ONE);
        2 * W::LINE + index.as_u64() as usize * self.geometry.block
    }
}

impl<'a, W: Word> Block<'a, W> {
    #[inline(always)]
    pub(super) fn control_cell(&self) -> &'a W::Atomic {
        at(self.words, 0)
    }

    #[inline(always)]
    pub(super) fn control(&self) -> Control<W> {
        Control(W::load(self.control_cell(), Ordering::Acquire))
    }

    pub(super) fn base_cell(&self) -> &'a W::Atomic {
        at(self.words, 1)
    }

    /// Number of records written before this block's first one, modulo the word size.
    pub(super) fn base(&self) -> W {
        W::load(self.base_cell(), Ordering::Acquire)
    }

    /// Records of a block whose count is final.
    pub(super) fn records(&self) -> W {
        W::from_u64(self.control().records() as u64)
    }

    /// The words of slot `index`, which is less than the geometry's number of slots.
    #[inline(always)]
    pub(super) fn slot(&self, index: usize) -> &'a [W::Atomic] {
        self.words(W::LINE + index * W::SLOT, W::SLOT)
    }

    /// So many of the block's words from `start` on; both numbers are computed from the geometry.
    #[inline(always)]
    #[allow(unsafe_code)]
    pub(super) fn words(&self, start: usize, len: usize) -> &'a [W::Atomic] {
        debug_assert!(len <= self.words.len() && start <= self.words.len() - len);
        // SAFETY: as in `from`; a slot, and what was reserved for a record, end within the block.
        unsafe { self.words.get_unchecked(start..start + len) }
    }
}

/// `words[start..]` without the check, which costs a fifth of a write.
#[inline(always)]
#[allow(unsafe_code)]
fn from<A>(words: &[A], start: usize) -> &[A] {
    debug_assert!(start <= words.len());
    // SAFETY: every shard is made by `Region::shard` from at least as many words as its geometry
    // divides, and `start` is computed by that geometry from a masked block index and a slot or an
    // offset that the control word counts, which reservations keep within the block.
    unsafe { words.get_unchecked(start..) }
}

/// The cell of a head, a counter or a block's control, without the check.
#[inline(always)]
#[allow(unsafe_code)]
pub(super) fn at<A>(words: &[A], index: usize) -> &A {
    debug_assert!(index < words.len());
    // SAFETY: as in `from`; every shard begins with two lines, and every block with one.
    unsafe { words.get_unchecked(index) }
}
