//! The reader's side of one shard: copy, validate, count what was lost.

use super::barrier::{Mutant, before_validate, keeps};
use super::control::Phase;
use super::shard::Shard;
use super::word::Word;
use crate::sync::Ordering;

/// A position in a shard, and how much was read and lost up to it.
///
/// A reader holds no lock and no reference: any number of them may read the same shard, each at its
/// own pace, and none can slow a writer. For each of them, once it has caught up,
/// `delivered + lost` equals [`Shard::written`] since its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader<W> {
    /// Sequence of the block being read.
    pub(super) block: W,
    /// Next record of that block.
    pub(super) index: usize,
    /// Records of that block known to be reserved, so that a busy control word is not looked at
    /// for each record.
    known: usize,
    /// Number of the next record, counted from 0.
    next: u64,
    /// Records delivered.
    delivered: u64,
    /// Records lost.
    lost: u64,
}

/// What a reader found.
#[derive(Debug, PartialEq, Eq)]
pub enum Read<'b> {
    /// A record; its bytes are in the caller's buffer.
    Record(&'b [u8]),
    /// So many records were overwritten or abandoned before they could be read.
    Lost(u64),
    /// The next record is reserved but not committed; it may come at any moment, or never.
    Pending,
    /// Nothing yet.
    Empty,
}

/// What became of an attempt to wait for the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Armed {
    /// The next committer will be told to wake followers: sleep, without a time limit.
    Yes,
    /// There is something to read, or a reservation on its way: look again.
    No,
}

impl<W: Word> Reader<W> {
    /// A reader of the shard's whole history: what was overwritten already counts as lost.
    pub fn from_start(shard: &Shard<'_, W>) -> Self {
        Self { block: shard.blocks(), index: 0, known: 0, next: 0, delivered: 0, lost: 0 }
    }

    /// A reader that begins with the oldest record that is still there.
    pub fn oldest(shard: &Shard<'_, W>) -> Self {
        let mut reader = Self::from_start(shard);
        // In a young ring this leads to lap 0, whose blocks are zeros: empty and left behind.
        reader.resync(shard, W::ONE);
        reader.lost = 0;
        reader
    }

    /// A reader that begins with the next record to be written.
    pub fn newest(shard: &Shard<'_, W>) -> Self {
        let mut reader = Self::oldest(shard);
        loop {
            let head = shard.head();
            let block = shard.block(head);
            let (control, base) = (block.control(), block.base());
            let phase = control.phase(shard.lap(head));
            if phase == Phase::Elsewhere {
                shard.open(head);
            } else if shard.head() == head {
                reader.block = head;
                reader.index = control.records();
                let at = base.plus(W::from_u64(reader.index as u64));
                reader.next += at.minus(W::from_u64(reader.next)).as_u64();
                return reader;
            }
        }
    }

    /// Number of the next record, counted from 0.
    pub fn position(&self) -> u64 {
        self.next
    }

    /// Records delivered so far.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Copies the next record into `buffer`, which should hold [`Shard::len_max`] bytes; what does
    /// not fit is cut.
    #[inline]
    pub fn read<'b>(&mut self, shard: &Shard<'_, W>, buffer: &'b mut [u8]) -> Read<'b> {
        loop {
            if self.index >= self.known && !self.find(shard) {
                if self.is_lapped(shard.head(), shard) {
                    match self.resync(shard, W::ONE << 1) {
                        0 => continue,
                        lost => return Read::Lost(lost),
                    }
                }
                return Read::Empty;
            }
            let block = shard.block(self.block);
            let slot = W::peek(block.slot(self.index));
            let is_committed = slot.tag == W::tag(self.block);
            let copied = if is_committed {
                let start = shard.data_index(self.block) + slot.offset;
                copy::<W>(shard.words, start, slot.len, buffer)
            } else {
                None
            };
            before_validate();
            if self.is_lapped(shard.head_relaxed(), shard) {
                self.known = self.index;
                continue;
            }
            if !is_committed {
                return Read::Pending;
            }
            return match copied {
                Some(len) => {
                    self.step();
                    self.delivered += 1;
                    Read::Record(&buffer[..len])
                }
                None => {
                    self.step();
                    self.lost += 1;
                    Read::Lost(1)
                }
            };
        }
    }

    /// Passes over the next record, which is counted as lost; for a reader that will not wait for a
    /// pending one.
    pub fn skip(&mut self) {
        if self.index < self.known {
            self.step();
            self.lost += 1;
        }
    }

    /// Asks to be woken for the next record. Register where to be woken before the call; whoever
    /// commits next is told [`Wake::Followers`](super::Wake).
    pub fn arm(&self, shard: &Shard<'_, W>) -> Armed {
        for _ in 0..=shard.geometry.blocks() {
            let head = shard.head();
            if head != self.block {
                return Armed::No;
            }
            let block = shard.block(head);
            let control = block.control();
            match control.phase(shard.lap(head)) {
                Phase::Open if control.count() > self.index => return Armed::No,
                Phase::Open => {
                    // Exchanged even if the bit is set already: only who reads this exchange is
                    // sure to see where this follower registered.
                    let armed = control.with_waiters(true).0;
                    let is_known = !keeps(Mutant::Arm) && control.waiters();
                    if is_known || W::swap_if(block.control_cell(), control.0, armed) {
                        return Armed::Yes;
                    }
                }
                // Only an open block takes the bit, so the follower helps to get to one.
                Phase::Elsewhere => shard.open(head),
                Phase::Closed | Phase::Pinned => {
                    shard.advance(head);
                    return Armed::No;
                }
            }
        }
        Armed::No
    }

    #[inline(always)]
    fn step(&mut self) {
        self.index += 1;
        self.next += 1;
    }

    #[inline(always)]
    fn is_lapped(&self, head: W, shard: &Shard<'_, W>) -> bool {
        head.minus(self.block) >= shard.blocks()
    }

    /// Looks for a reserved record at or after the position; false when there is none or the
    /// reader was lapped.
    fn find(&mut self, shard: &Shard<'_, W>) -> bool {
        loop {
            let head = shard.head();
            if self.is_lapped(head, shard) {
                return false;
            }
            let control = shard.block(self.block).control();
            let phase = control.phase(shard.lap(self.block));
            if phase == Phase::Elsewhere {
                return false;
            }
            self.known = control.records();
            if self.index < self.known {
                return true;
            }
            // The count of a block is final once the head has left it.
            if head == self.block {
                return false;
            }
            (self.block, self.index, self.known) = (self.block.plus(W::ONE), 0, 0);
        }
    }

    /// Jumps to the oldest block, leaving `slack` blocks before it to the writers, and returns how
    /// many records were jumped over.
    #[cold]
    fn resync(&mut self, shard: &Shard<'_, W>, slack: W) -> u64 {
        loop {
            let sequence = shard.head().minus(shard.blocks()).plus(slack);
            let block = shard.block(sequence);
            let is_opened = block.control().phase(shard.lap(sequence)) != Phase::Elsewhere;
            let base = block.base();
            if !is_opened {
                shard.open(sequence);
            } else if shard.head().minus(sequence) < shard.blocks() {
                let lost = base.minus(W::from_u64(self.next)).as_u64();
                (self.block, self.index, self.known) = (sequence, 0, 0);
                self.next += lost;
                self.lost += lost;
                return lost;
            }
        }
    }
}

/// Copies `len` bytes out of the ring; `None` when that is not the length of a record.
#[inline(always)]
fn copy<W: Word>(words: &[W::Atomic], start: usize, len: usize, out: &mut [u8]) -> Option<usize> {
    let len = if len <= W::LEN_MAX { len.min(out.len()) } else { return None };
    let words = words.get(start..start + len.div_ceil(W::BYTES))?;
    let mut whole = out[..len].chunks_exact_mut(W::BYTES);
    for (bytes, word) in whole.by_ref().zip(words) {
        W::load(word, Ordering::Relaxed).to_bytes(bytes);
    }
    let rest = whole.into_remainder();
    if let (false, Some(word)) = (rest.is_empty(), words.last()) {
        let mut value = W::load(word, Ordering::Relaxed);
        for byte in rest {
            *byte = value.as_u64() as u8;
            value = value >> 8;
        }
    }
    Some(len)
}
