//! A ring of a board in a dump of the board's memory.

use super::region::{MAGIC, RATE, VERSION};
use super::storage::{Heap, Storage};
use super::{Layout, Word};
use crate::sync::Ordering;

type Board = u32;

/// A copy of a ring that was found in a dump; to be [salvaged](super::Region::salvage) before it is
/// read.
pub(crate) struct Dumped {
    pub(crate) heap: Heap<Board>,
    /// Ticks of the clock of its records in a second; 0 where that was not told.
    pub(crate) rate: u64,
}

/// Copies the first ring of 32-bit words that lies in `dump`, wherever it begins.
pub(crate) fn find(dump: &[u8]) -> Option<Dumped> {
    (0..dump.len()).step_by(Board::BYTES).find_map(|start| read(dump.get(start..)?))
}

/// Copies the ring at the beginning of `bytes`. No number in them is trusted.
fn read(bytes: &[u8]) -> Option<Dumped> {
    let word = |index: usize| {
        let bytes = bytes.get(index * Board::BYTES..)?.first_chunk()?;
        Some(u64::from(Board::from_le_bytes(*bytes)))
    };
    let is_ours = word(0)? == MAGIC & u64::from(Board::MAX);
    if !is_ours || word(1)? != VERSION << 8 | Board::BYTES as u64 {
        return None;
    }
    let numbers = [word(2)?, word(3)?, word(4)?, word(5)?, word(6)?];
    let layout = Layout::from_words::<Board>(numbers, bytes.len())?;
    let heap = Heap::with_layout(layout)?;
    for (cell, bytes) in heap.region().words.iter().zip(bytes.chunks_exact(Board::BYTES)) {
        Board::store(cell, Board::from_bytes(bytes), Ordering::Relaxed);
    }
    Some(Dumped { heap, rate: word(RATE)? | word(RATE + 1)? << 32 })
}

#[cfg(test)]
mod tests;
