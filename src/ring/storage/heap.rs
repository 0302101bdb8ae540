//! A region on the heap.

use std::sync::Arc;
use std::vec::Vec;

use super::{Native, Storage};
use crate::ring::{GeometryError, Layout, Region, Word};

/// A ring's memory on the heap: allocated once, every page touched, never grown.
#[derive(Debug)]
pub struct Heap<W: Word = Native> {
    words: Vec<W::Atomic>,
    /// Words before the region, so that its lines do not straddle cache lines.
    skip: usize,
    layout: Layout,
}

impl<W: Word> Heap<W> {
    /// A ring of about `bytes` bytes in `shards` shards (1, 2, 4 … 64), beside a table of `strings`
    /// bytes for call sites and names.
    ///
    /// # Errors
    /// When the bytes are too few or too many or cannot be had, or the number of shards is not as
    /// said.
    ///
    /// ```
    /// use ringvisor::ring::{Heap, Read, Reader, Storage};
    ///
    /// let heap = Heap::<u64>::new(1 << 16, 1, 0)?;
    /// let shard = heap.region().shard(0);
    /// let mut reader = Reader::from_start(&shard);
    /// let _ = shard.write(b"hello");
    ///
    /// let mut buffer = [0; 64];
    /// assert_eq!(reader.read(&shard, &mut buffer), Read::Record(b"hello"));
    /// assert_eq!(reader.read(&shard, &mut buffer), Read::Empty);
    /// # Ok::<(), ringvisor::ring::GeometryError>(())
    /// ```
    pub fn new(bytes: usize, shards: usize, strings: usize) -> Result<Self, GeometryError> {
        let layout = Layout::new::<W>(bytes, shards, strings)?;
        Self::with_layout(layout).ok_or(GeometryError::NoMemory { bytes })
    }

    /// `None` if the memory cannot be had.
    pub(in crate::ring) fn with_layout(layout: Layout) -> Option<Self> {
        let spare = W::LINE;
        let needed = layout.words() + spare;
        let mut words = Vec::new();
        words.try_reserve_exact(needed).ok()?;
        words.resize_with(needed, || W::cell(W::ZERO));
        let line = W::LINE * W::BYTES;
        let misplaced = words.as_ptr() as usize % line;
        let skip = ((line - misplaced) % line / W::BYTES).min(spare);
        Some(Self { words, skip, layout })
    }
}

impl<W: Word> Storage for Heap<W> {
    type Word = W;
    type Held<T: Send + Sync + 'static> = Arc<T>;
    type PerShard<T> = Vec<T>;

    #[inline(always)]
    fn region(&self) -> Region<'_, W> {
        Region::over(&self.words[self.skip..], &self.layout)
    }
}
