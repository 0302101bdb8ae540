//! A shard read from its newest record to its oldest.

use super::control::Phase;
use super::fetch::Fetched;
use super::reader::Reader;
use super::shard::Shard;
use super::word::Word;

/// A position in a shard from which the records before it are read, the newest first.
///
/// It ends at the oldest record that is still there; what the writers recycle meanwhile, it does
/// not reach any more. Records that were not committed when it came to them, and abandoned ones,
/// are passed over: who must not miss them reads forward.
///
/// ```
/// use ringvisor::ring::{Backward, Heap, Storage};
///
/// let heap = Heap::<u64>::new(1 << 16, 1, 0)?;
/// let shard = heap.region().shard(0);
/// let _ = shard.write(b"first");
/// let _ = shard.write(b"second");
///
/// let mut backward = Backward::newest(&shard);
/// let mut buffer = [0; 64];
/// assert_eq!(backward.previous(&shard, &mut buffer), Some(&b"second"[..]));
/// assert_eq!(backward.previous(&shard, &mut buffer), Some(&b"first"[..]));
/// assert_eq!(backward.previous(&shard, &mut buffer), None);
/// # Ok::<(), ringvisor::ring::GeometryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backward<W> {
    /// Sequence of the block being read.
    block: W,
    /// Records of that block which are still to be read.
    left: usize,
    /// Number of the record read last, counted from 0; at first that of the next one to be written.
    position: u64,
}

impl<W: Word> Backward<W> {
    /// Begins with the newest record.
    pub fn newest(shard: &Shard<'_, W>) -> Self {
        Self::before(&Reader::newest(shard))
    }

    /// Begins with the record before the one that `reader` reads next, so that both together read
    /// each record once.
    pub fn before(reader: &Reader<W>) -> Self {
        Self { block: reader.block, left: reader.index, position: reader.position() }
    }

    /// Number of the record that was read last, counted from 0; before the first that of the next
    /// one to be written.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Copies the record before the last one into `buffer`, which should hold [`Shard::len_max`]
    /// bytes; what does not fit is cut. `None` when nothing older is there any more.
    pub fn previous<'b>(&mut self, shard: &Shard<'_, W>, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        loop {
            while self.left == 0 {
                self.enter_earlier(shard)?;
            }
            let place = (self.block, shard.block_start(self.block));
            let fetched = shard.fetch(place, self.left - 1, buffer);
            if fetched == Fetched::Lapped {
                self.left = 0;
                return None;
            }
            self.left -= 1;
            self.position = self.position.wrapping_sub(1);
            if let Fetched::Record(len) = fetched {
                return Some(&buffer[..len]);
            }
        }
    }

    /// Steps to the block before, whose count is final because the head has left it.
    fn enter_earlier(&mut self, shard: &Shard<'_, W>) -> Option<()> {
        let earlier = self.block.minus(W::ONE);
        let control = shard.block(earlier).control();
        let is_elsewhere = control.phase(shard.lap(earlier)) == Phase::Elsewhere;
        if is_elsewhere || shard.is_lapped(shard.head(), earlier) {
            return None;
        }
        (self.block, self.left) = (earlier, shard.records(control));
        Some(())
    }
}
