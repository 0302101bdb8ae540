//! Making a copy of a region readable whose writers died, or were at work while it was copied, or
//! whose bytes were damaged.
//!
//! Readers of a live ring trust its control words. Here nothing is trusted: each block is judged by
//! its own slots and by its neighbours, what is sound is kept where it is, and everything else is
//! rewritten as records that were abandoned, which every reader counts as lost. So the readers of
//! a salvaged region are those of a live one.

mod block;
mod strings;

#[cfg(all(test, unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
mod tests;

use std::vec::Vec;

use self::block::{Found, Judge, Verdict};
use super::region::Region;
use super::shard::Shard;
use super::word::Word;

/// What became of the records of a region that was salvaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Salvaged {
    /// Records that are there and whole.
    pub intact: u64,
    /// Records whose writer was stopped before it had committed them.
    pub uncommitted: u64,
    /// Records that are damaged, and those of blocks that are.
    pub damaged: u64,
}

impl<W: Word> Region<'_, W> {
    /// Makes this copy of a region readable, whatever it holds; `is_intact` judges the bytes of a
    /// record of a shard. It is asked shard after shard, the oldest record of each first. Nobody else
    /// may use the copy meanwhile.
    pub fn salvage(&self, mut is_intact: impl FnMut(usize, &[u8]) -> bool) -> Salvaged {
        let mut judge = Judge::new(&mut is_intact);
        self.strings().salvage();
        for (index, shard) in self.shards().enumerate() {
            judge.shard = index;
            shard.salvage(&mut judge);
        }
        judge.salvaged
    }
}

impl<W: Word> Shard<'_, W> {
    fn salvage(&self, judge: &mut Judge<'_>) {
        let head = self.last_block();
        self.set_head(head);
        let oldest = head.minus(self.blocks()).plus(W::ONE);
        let sequence = |index| oldest.plus(W::from_u64(index as u64));
        let mut found: Vec<Found> =
            (0..self.geometry.blocks()).map(|index| self.examine(sequence(index))).collect();
        fill_gaps(&mut found, self.geometry.slots);
        let mut base = majority(&found);
        for (index, found) in found.iter().enumerate() {
            let verdict = Verdict { found, base, is_last: index + 1 == self.geometry.blocks() };
            self.settle(sequence(index), verdict, judge);
            base = base.wrapping_add(found.count as u64);
        }
    }

    /// Sequence of the newest block. The head's word alone could be damaged or, in a copy of a ring
    /// that was being written, older than the blocks; so the blocks are asked too, and the others
    /// decide by their laps who is right.
    fn last_block(&self) -> W {
        let blocks = (0..self.geometry.blocks()).map(|index| W::from_u64(index as u64));
        let mut named: Vec<W> = blocks.filter_map(|index| self.witnessed(index)).collect();
        named.sort_unstable_by(|a, b| b.cmp(a));
        named.truncate(CANDIDATES);
        named.push(self.head());
        named.retain(|&sequence| sequence > self.blocks());
        let support = |last: W| {
            let earlier =
                (0..self.geometry.blocks()).map(|back| last.minus(W::from_u64(back as u64)));
            earlier.filter(|&sequence| self.is_of_its_lap(sequence)).count()
        };
        let supported = named.into_iter().map(|last| (support(last), last));
        supported.max().map_or(self.blocks(), |(_, last)| last)
    }
}

/// How many of the greatest sequences that blocks bear are considered; more than one only where
/// something is damaged.
const CANDIDATES: usize = 8;

/// Gives blocks that do not tell how many records they hold as many as their neighbours' numbers
/// leave for them, and not less than were found in them.
fn fill_gaps(found: &mut [Found], slots: usize) {
    let mut last: Option<u64> = None;
    let mut start = 0;
    for index in 0..found.len() {
        let Some(base) = found[index].base else { continue };
        let gap = &mut found[start..index];
        let known: usize = gap.iter().map(|found| found.count).sum();
        let missing = last.map_or(0, |last| base.wrapping_sub(last).wrapping_sub(known as u64));
        if missing <= (slots * gap.len() - known) as u64 {
            let mut missing = missing as usize;
            for found in gap {
                let more = missing.min(slots - found.count);
                found.count += more;
                missing -= more;
            }
        }
        last = Some(base.wrapping_add(found[index].count as u64));
        start = index + 1;
    }
}

/// The number of the first record, on which most blocks agree.
fn majority(found: &[Found]) -> u64 {
    let (mut candidate, mut votes, mut before) = (0, 0_u64, 0);
    for found in found {
        if let Some(base) = found.base {
            let vote = base.wrapping_sub(before);
            match votes {
                0 => (candidate, votes) = (vote, 1),
                _ if vote == candidate => votes += 1,
                _ => votes -= 1,
            }
        }
        before += found.count as u64;
    }
    candidate
}
