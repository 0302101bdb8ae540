//! A region that was there before the program was: taken over, or wiped.

use super::block::Block;
use super::control::{Control, Phase};
use super::region::Region;
use super::shard::Shard;
use super::word::{Slot, Word};
use crate::sync::Ordering;

/// What was found in memory that a reset may have left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// Nothing of ours, as after power was switched on: the memory is wiped.
    Cold,
    /// The ring of the run before: its records are there, and new ones come behind them.
    Warm,
}

impl<W: Word> Region<'_, W> {
    /// Takes over what is in the region, or wipes it. Nobody else may use it meanwhile.
    ///
    /// No number in it is trusted: what could lead a writer astray is looked at in every block.
    /// Reservations whose writers the reset has ended are given up, and count as lost.
    pub(super) fn recover(&self) -> Recovered {
        if self.is_stamped() && self.shards().all(|shard| shard.is_sound()) {
            self.shards().for_each(|shard| shard.release());
            self.set_boot(self.shard(0).written());
            return Recovered::Warm;
        }
        self.wipe();
        // The next start has to know it, whether or not somebody reads until then.
        self.stamp(1);
        Recovered::Cold
    }
}

impl<W: Word> Shard<'_, W> {
    /// The sequences of the blocks that readers and writers look at.
    fn window(&self) -> impl Iterator<Item = W> + '_ {
        let head = self.head();
        (0..self.geometry.blocks() as u64).map(move |back| head.minus(W::from_u64(back)))
    }

    /// Whether every block is in a state that our own code can have left behind.
    fn is_sound(&self) -> bool {
        self.window().all(|sequence| {
            let control = self.block(sequence).control();
            let fits = control.offset() <= self.geometry.data;
            fits && control.count() <= self.geometry.slots && self.owner(sequence).is_some()
        })
    }

    /// The sequence whose lap the block at `sequence` is in: the one before where the head has moved
    /// on and the block was not opened yet.
    fn owner(&self, sequence: W) -> Option<W> {
        let control = self.block(sequence).control();
        if control.phase(self.lap(sequence)) != Phase::Elsewhere {
            return Some(sequence);
        }
        let before = sequence.minus(self.blocks());
        let is_left = control.phase(self.lap(before)) != Phase::Elsewhere;
        (is_left && sequence == self.head()).then_some(before)
    }

    /// Gives up every reservation that was not committed.
    fn release(&self) {
        for sequence in self.window() {
            let Some(owner) = self.owner(sequence) else { continue };
            let block = self.block(sequence);
            let control = block.control();
            (0..control.count()).for_each(|index| self.recover_slot(&block, control, owner, index));
        }
    }

    fn recover_slot(&self, block: &Block<'_, W>, control: Control<W>, owner: W, index: usize) {
        // A pinned block has forgotten its lap: what its tags say about the block must do.
        let mask = if control.is_pinned() { self.blocks().minus(W::ONE) } else { !W::ZERO };
        let tag = W::tag(owner);
        if (W::peek(block.slot(index)).tag ^ tag) & mask != W::ZERO {
            let given_up = Slot { tag, offset: 0, len: W::LEN_MAX + 1 };
            W::publish(block.slot(index), given_up, Ordering::Release);
        }
    }
}
