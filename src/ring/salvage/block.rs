//! One block of a salvaged shard.

use std::vec::Vec;

use super::super::control::{Control, Phase};
use super::super::copy::{copy_out, words_of};
use super::super::shard::Shard;
use super::super::word::{Slot, Word};
use super::Salvaged;
use crate::sync::Ordering::Relaxed;

/// What a block says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Records reserved in it.
    pub(super) count: usize,
    /// Number of its first record; `None` where none of its slots bears witness to the lap: then its
    /// base may be of another one, or cut off.
    pub(super) base: Option<u64>,
    /// Whether its control word is of this lap: what is not there was never committed.
    is_of_its_lap: bool,
    /// First data word that no record takes, where its control word is to be trusted with that.
    end: Option<usize>,
    is_pinned: bool,
}

/// What a block is to become.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict<'f> {
    pub(super) found: &'f Found,
    pub(super) base: u64,
    pub(super) is_last: bool,
}

/// What stands in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not of this lap: its writer never committed.
    Uncommitted,
    Abandoned,
    /// So many bytes in these data words.
    Record {
        start: usize,
        end: usize,
        len: usize,
    },
}

impl<W: Word> Shard<'_, W> {
    pub(super) fn set_head(&self, sequence: W) {
        W::store(&self.words[0], sequence.minus(self.blocks()), Relaxed);
    }

    /// The sequence that the block at `index` has, if one of its slots bears witness.
    pub(super) fn witnessed(&self, index: W) -> Option<W> {
        let control = self.block(index).control();
        let sequence = control.lap() << self.geometry.blocks_log2 | index;
        let mut slots = 0..control.records().min(self.geometry.slots);
        slots.any(|slot| self.state(sequence, slot) != State::Uncommitted).then_some(sequence)
    }

    pub(super) fn is_of_its_lap(&self, sequence: W) -> bool {
        self.block(sequence).control().phase(self.lap(sequence)) != Phase::Elsewhere
    }

    pub(super) fn examine(&self, sequence: W) -> Found {
        let block = self.block(sequence);
        let control = block.control();
        let committed = self.committed(sequence);
        let base = block.base().as_u64();
        match control.phase(self.lap(sequence)) {
            // Its slots may know better than its control word, and the base beside that.
            Phase::Elsewhere => return Found { count: committed, ..Found::default() },
            // In a block that is passed over nobody writes.
            Phase::Pinned if committed > 0 => {
                return Found { count: committed, ..Found::default() };
            }
            Phase::Pinned => {
                return Found { base: Some(base), is_pinned: true, ..Found::default() };
            }
            Phase::Open | Phase::Closed => {}
        }
        let reserved = control.records();
        let count = self.count(sequence, committed, reserved, self.told(sequence));
        let end = (count == reserved).then_some(control.offset());
        let base = (committed > 0).then_some(base);
        Found { count, base, end, is_of_its_lap: true, is_pinned: false }
    }

    /// How many records the successor of a block says that it holds; the newest block has none.
    fn told(&self, sequence: W) -> Option<usize> {
        let next = sequence.plus(W::ONE);
        let base = self.block(sequence).base().as_u64();
        let told = self.block(next).base().as_u64().wrapping_sub(base);
        self.is_of_its_lap(next).then(|| usize::try_from(told).unwrap_or(usize::MAX))
    }

    /// How many records a block holds. Where its control word and its successor contradict each
    /// other, one of them is damaged, and the slots decide.
    fn count(&self, sequence: W, committed: usize, reserved: usize, told: Option<usize>) -> usize {
        let fits = |count: &usize| *count <= self.geometry.slots;
        let is_refuted = |count: usize| {
            let is_slot = count < self.geometry.slots;
            is_slot && self.state(sequence, count) != State::Uncommitted
        };
        let agreed = told.filter(|told| *told == reserved || *told == committed).filter(fits);
        let possible = |count: &usize| fits(count) && !is_refuted(*count);
        let said = [Some(reserved), told];
        agreed.or_else(|| said.into_iter().flatten().find(possible)).unwrap_or(committed)
    }

    /// One more than the last slot that was committed in this lap.
    fn committed(&self, sequence: W) -> usize {
        let slots = (0..self.geometry.slots).rev();
        let mut committed = slots.filter(|&slot| self.state(sequence, slot) != State::Uncommitted);
        committed.next().map_or(0, |slot| slot + 1)
    }

    fn state(&self, sequence: W, index: usize) -> State {
        let Slot { tag, offset, len } = W::peek(self.block(sequence).slot(index));
        match tag == W::tag(sequence) {
            false => State::Uncommitted,
            true if len > W::LEN_MAX => State::Abandoned,
            true => {
                let end = offset + len.div_ceil(W::BYTES);
                State::Record { start: offset, end, len }
            }
        }
    }

    /// Rewrites the block so that readers find its sound records and count all others.
    pub(super) fn settle(&self, sequence: W, verdict: Verdict<'_>, judge: &mut Judge<'_>) {
        let Verdict { found, base, is_last } = verdict;
        let block = self.block(sequence);
        let open = Control::opened(self.lap(sequence), false);
        let end = found.end.filter(|end| *end <= self.geometry.data);
        let full = open.with_records(found.count, end.unwrap_or(self.geometry.data));
        let control = match found.is_pinned {
            true => open.pinned(self.lap(sequence), false),
            // Only an open block lets a follower wait.
            false if is_last => full,
            false => full.closed(),
        };
        W::store(block.control_cell(), control.0, Relaxed);
        W::store(block.base_cell(), W::from_u64(base), Relaxed);
        // Each is judged by its neighbours, so the next is looked at before this one is rewritten.
        let mut around = Around { before: None, next: None, end: found.end };
        let mut states = (0..found.count).map(|slot| self.state(sequence, slot));
        let mut this = states.next();
        for index in 0..found.count {
            around.next = states.next();
            if let Some(state) = this {
                let is_kept = self.is_kept(sequence, state, &around, judge);
                judge.count(state, is_kept, found);
                if !is_kept {
                    let entry = Slot { tag: W::tag(sequence), offset: 0, len: W::LEN_MAX + 1 };
                    W::publish(block.slot(index), entry, Relaxed);
                }
            }
            (around.before, this) = (this, around.next);
        }
    }

    fn is_kept(&self, sequence: W, state: State, around: &Around, judge: &mut Judge<'_>) -> bool {
        let State::Record { start, end, len } = state else { return false };
        if end > self.geometry.data || !around.agrees(start, end) {
            return false;
        }
        let words =
            self.block(sequence).words(self.geometry.data_start + start, words_of::<W>(len));
        // Whole words are copied faster than bytes.
        let copy = judge.buffer.get_mut(..len.next_multiple_of(W::BYTES));
        copy.is_some_and(|copy| {
            copy_out::<W>(words, copy) && (judge.is_intact)(judge.shard, &copy[..len])
        })
    }
}

/// Decides about records, and counts what it decided.
pub(super) struct Judge<'j> {
    is_intact: &'j mut dyn FnMut(usize, &[u8]) -> bool,
    /// The shard whose records are judged.
    pub(super) shard: usize,
    pub(super) salvaged: Salvaged,
    buffer: Vec<u8>,
}

impl<'j> Judge<'j> {
    pub(super) fn new(is_intact: &'j mut dyn FnMut(usize, &[u8]) -> bool) -> Self {
        // No slot can describe a longer record.
        let buffer = std::vec![0; 1 << 14];
        Self { is_intact, shard: 0, salvaged: Salvaged::default(), buffer }
    }

    fn count(&mut self, state: State, is_kept: bool, found: &Found) {
        let count = match state {
            State::Abandoned => return,
            _ if is_kept => &mut self.salvaged.intact,
            State::Uncommitted if found.is_of_its_lap => &mut self.salvaged.uncommitted,
            _ => &mut self.salvaged.damaged,
        };
        *count += 1;
    }
}

/// What stands beside a record.
struct Around {
    before: Option<State>,
    next: Option<State>,
    /// Where the last record of the block ends, if that is known.
    end: Option<usize>,
}

impl Around {
    /// Whether a record in these words follows the one before it or precedes the next, as records
    /// do: of two slots that claim the same words one is damaged.
    fn agrees(&self, start: usize, end: usize) -> bool {
        let before = match self.before {
            None => Some(start == 0),
            Some(State::Record { end: before, .. }) => Some(before == start),
            Some(State::Uncommitted | State::Abandoned) => None,
        };
        let next = match self.next {
            None => self.end.map(|last| last == end),
            Some(State::Record { start: next, .. }) => Some(next == end),
            Some(State::Uncommitted | State::Abandoned) => None,
        };
        before == Some(true) || next == Some(true) || (before, next) == (None, None)
    }
}
