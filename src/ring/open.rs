//! What happens between two blocks: close the full one, move the head, open or pin the next.
//!
//! Every step is one compare-and-exchange that any thread may make; who finds a step undone makes
//! it, so nobody waits for a thread that was stopped in between.

use super::barrier::{Mutant, keeps};
use super::control::{Control, Phase};
use super::shard::Shard;
use super::word::Word;

/// Pinned blocks that a writer found one after another.
///
/// When they are more than all blocks, there are as many unfinished writers at once. The first block
/// may have been pinned long ago; but those behind it were pinned after the writer had seen the head
/// at the first, and none was open since, so each of their reservations was there at that moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<W> {
    /// The sequence that would continue the run.
    next: W,
    count: usize,
}

impl<W: Word> Run<W> {
    pub(super) const NONE: Self = Self { next: W::ZERO, count: 0 };

    /// Adds the pinned block `sequence` and returns the length of the run.
    fn extend(&mut self, sequence: W) -> usize {
        self.count = if self.next == sequence { self.count + 1 } else { 1 };
        self.next = sequence.plus(W::ONE);
        self.count
    }
}

impl<W: Word> Shard<'_, W> {
    /// Makes one step towards an open block with room for `words`, if `control` has none; false when
    /// that is pointless, because every block is pinned.
    pub(super) fn make_room(
        &self,
        head: W,
        control: Control<W>,
        words: usize,
        pinned: &mut Run<W>,
    ) -> bool {
        match control.phase(self.lap(head)) {
            Phase::Elsewhere => self.open(head),
            // Another writer came first; there may still be room behind it.
            Phase::Open if self.has_room(control, words) => {}
            Phase::Open => {
                let _ = W::swap_if(self.block(head).control_cell(), control.0, control.closed().0);
            }
            Phase::Closed => self.advance(head),
            Phase::Pinned => {
                if pinned.extend(head) > self.geometry.blocks() {
                    return false;
                }
                self.advance(head);
            }
        }
        true
    }

    /// Leaves the block at `head`, whose control word is final, and opens the next.
    pub(super) fn advance(&self, head: W) {
        self.move_head(head);
        self.open(head.plus(W::ONE));
    }

    /// Opens block `sequence` for its lap, or pins it when a writer of an earlier lap is still in
    /// it. Does nothing when that has been done or the head is elsewhere.
    ///
    /// A helper may be arbitrarily late. Its exchange of the control word fails because the word
    /// has moved on to another lap; its exchange of `base` fails because `base` only grows (or
    /// stores the same number once more).
    pub(super) fn open(&self, sequence: W) {
        let (block, previous) = (self.block(sequence), self.block(sequence.minus(W::ONE)));
        loop {
            let (control, base) = (block.control(), block.base());
            // Final, because the head has left that block: see the check of the head below.
            let (before, new_base) = (previous.control(), previous.base().plus(previous.records()));
            let is_done = control.phase(self.lap(sequence)) != Phase::Elsewhere;
            if is_done || self.head() != sequence {
                return;
            }
            let next = if self.is_settled(sequence, control) {
                Control::opened(self.lap(sequence), before.waiters())
            } else {
                control.pinned(self.lap(sequence), before.waiters())
            };
            if self.head() != sequence {
                return;
            }
            let _ = W::swap_if(block.base_cell(), base, new_base);
            if W::swap_if(block.control_cell(), control.0, next.0) {
                if next.is_pinned() {
                    self.count_pin();
                }
                return;
            }
        }
    }

    /// Whether every writer that reserved in the block has committed, so that its words are free.
    ///
    /// A pinned block has forgotten in which lap it was opened, hence the slots that were found
    /// uncommitted when it was pinned for the first time got a tag that no commit can produce: that
    /// of a neighbouring block. Such a slot stays recognisable for as long as its writer sleeps.
    fn is_settled(&self, sequence: W, control: Control<W>) -> bool {
        let opened = W::tag(sequence.minus(self.blocks()));
        // What a tag may differ in: nothing after one lap, the lap after more.
        let mask = if control.is_pinned() { self.blocks().minus(W::ONE) } else { !W::ZERO };
        let block = self.block(sequence);
        let slots = 0..self.taken(control);
        let differs = |index| (W::peek(block.slot(index)).tag ^ opened) & mask;
        if slots.clone().fold(W::ZERO, |all, index| all | differs(index)) == W::ZERO {
            return true;
        }
        if !control.is_pinned() {
            for index in slots {
                let slot = W::peek(block.slot(index));
                // Looked at after the slot: if the block was opened meanwhile, the tag may be that
                // of a record of the new lap, which must keep it.
                let is_old = block.control() == control || !keeps(Mutant::Recheck);
                if slot.tag != opened && is_old && keeps(Mutant::Retag) {
                    // A writer that commits meanwhile makes the exchange fail, and the next look,
                    // in the next lap, will find its slot settled.
                    W::retag(block.slot(index), slot, opened ^ W::ONE);
                }
            }
        }
        !keeps(Mutant::Pin)
    }
}
