//! The reader's side of one shard: copy, validate, count what was lost.

use super::barrier::{Mutant, keeps};
use super::control::Phase;
use super::fetch::Fetched;
use super::shard::Shard;
use super::word::Word;

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
    /// First word of that block; set together with `known`, because computing it for each record costs
    /// a sixth of a read.
    start: usize,
    /// Number of that block's first record, counted from 0.
    first: u64,
    /// Number of the record at which the reader began.
    begin: u64,
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
        Self { block: shard.blocks(), index: 0, known: 0, start: 0, first: 0, begin: 0, lost: 0 }
    }

    /// A reader that begins with the oldest record that is still there.
    pub fn oldest(shard: &Shard<'_, W>) -> Self {
        let mut reader = Self::from_start(shard);
        // In a young ring this leads to lap 0, whose blocks are zeros: empty and left behind.
        reader.resync(shard, W::ONE);
        (reader.begin, reader.lost) = (reader.position(), 0);
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
                let jumped = base.minus(W::from_u64(reader.position())).as_u64();
                reader.first = reader.position().wrapping_add(jumped);
                (reader.block, reader.index) = (head, shard.records(control));
                reader.begin = reader.position();
                return reader;
            }
        }
    }

    /// A reader that continues with record number `position`; if that is gone, what is missing up to
    /// the oldest record counts as lost.
    pub fn at(shard: &Shard<'_, W>, position: u64) -> Self {
        loop {
            let mut reader = Self::oldest(shard);
            if position < reader.position() {
                // One block too old: the first read finds itself lapped and counts.
                reader.block = reader.block.minus(W::ONE);
                (reader.first, reader.begin) = (position, position);
                return reader;
            }
            while reader.position() < position && reader.find(shard) {
                let steps =
                    (position - reader.position()).min((reader.known - reader.index) as u64);
                reader.index += steps as usize;
            }
            // Lapped on the way, it is no longer on the way to `position`: once more.
            let is_short = reader.position() < position;
            if !is_short || !shard.is_lapped(shard.head(), reader.block) {
                reader.begin = reader.position();
                return reader;
            }
        }
    }

    /// Number of the next record, counted from 0.
    #[inline]
    pub fn position(&self) -> u64 {
        self.first.wrapping_add(self.index as u64)
    }

    /// The number behind the last record that the reader knows to be reserved.
    #[inline]
    pub fn known(&self) -> u64 {
        self.first.wrapping_add(self.known as u64)
    }

    /// Number of the block that is read next; blocks before it are not needed any more.
    pub fn block(&self) -> u64 {
        self.block.as_u64()
    }

    /// Records delivered so far.
    pub fn delivered(&self) -> u64 {
        self.position().wrapping_sub(self.begin).wrapping_sub(self.lost)
    }

    /// Records lost so far.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Copies the next record into `buffer`, which should hold [`Shard::len_max`] bytes; what does
    /// not fit is cut.
    #[inline(always)]
    pub fn read<'b>(&mut self, shard: &Shard<'_, W>, buffer: &'b mut [u8]) -> Read<'b> {
        loop {
            if self.index >= self.known && !self.find(shard) {
                if shard.is_lapped(shard.head(), self.block) {
                    match self.resync(shard, W::ONE << 1) {
                        0 => continue,
                        lost => return Read::Lost(lost),
                    }
                }
                return Read::Empty;
            }
            return match shard.fetch((self.block, self.start), self.index, buffer) {
                Fetched::Record(len) => {
                    self.index += 1;
                    Read::Record(&buffer[..len])
                }
                Fetched::Abandoned => {
                    self.index += 1;
                    self.lost += 1;
                    Read::Lost(1)
                }
                Fetched::Pending => Read::Pending,
                Fetched::Lapped => {
                    self.known = self.index;
                    continue;
                }
            };
        }
    }

    /// Passes over the next record, which is counted as lost; for a reader that will not wait for a
    /// pending one.
    pub fn skip(&mut self) {
        if self.index < self.known {
            self.index += 1;
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

    /// Looks for a reserved record at or after the position; false when there is none or the
    /// reader was lapped.
    #[inline(never)]
    fn find(&mut self, shard: &Shard<'_, W>) -> bool {
        loop {
            let head = shard.head();
            if shard.is_lapped(head, self.block) {
                return false;
            }
            let control = shard.block(self.block).control();
            let phase = control.phase(shard.lap(self.block));
            if phase == Phase::Elsewhere {
                return false;
            }
            self.known = shard.records(control);
            self.start = shard.block_start(self.block);
            if self.index < self.known {
                return true;
            }
            // The count of a block is final once the head has left it.
            if head == self.block {
                return false;
            }
            self.first = self.position();
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
                // Acts at the head only, where `sequence` is in a ring of two blocks, as models
                // have; in all others the block was recycled, and the next look is at another.
                shard.open(sequence);
            } else if shard.head().minus(sequence) < shard.blocks() {
                let lost = base.minus(W::from_u64(self.position())).as_u64();
                self.first = self.position().wrapping_add(lost);
                (self.block, self.index, self.known) = (sequence, 0, 0);
                self.lost += lost;
                return lost;
            }
        }
    }
}
