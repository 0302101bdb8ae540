//! A region on the heap, or in a file that is mapped.

use core::ptr::NonNull;
use std::sync::Arc;
use std::vec::Vec;

use super::{Mapping, Native, Storage};
use crate::ring::{GeometryError, Layout, Region, Word};

/// A ring's memory on the heap: allocated once, every page touched, never grown.
///
/// Or in a [`Mapping`], where it outlives the process; nothing else is different.
#[derive(Debug)]
pub struct Heap<W: Word = Native> {
    /// The region's words, which lie in `memory`.
    words: NonNull<[W::Atomic]>,
    layout: Layout,
    /// Holds the words, and is not used again.
    _memory: Memory<W>,
}

#[derive(Debug)]
enum Memory<W: Word> {
    Own { _words: Vec<W::Atomic> },
    Mapped { _mapping: Arc<Mapping<W>> },
}

// SAFETY: `words` are atomics, which threads may share, and are borrowed from memory that is owned
// here and does not move.
#[allow(unsafe_code)]
unsafe impl<W: Word> Send for Heap<W> {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl<W: Word> Sync for Heap<W> {}

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

    /// The ring that lies in `mapping`, `start` words from its beginning; `None` where it does not
    /// fit. A mapping of zeros holds an empty ring; a copy of one that others wrote may hold
    /// anything, and is not to be used before [`Region::salvage`].
    pub fn mapped(mapping: Arc<Mapping<W>>, start: usize, layout: Layout) -> Option<Self> {
        let words = mapping.words().get(start..)?.get(..layout.words())?;
        Some(Self {
            words: NonNull::from(words),
            layout,
            _memory: Memory::Mapped { _mapping: mapping },
        })
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
        // Its lines must not straddle cache lines.
        let skip = ((line - misplaced) % line / W::BYTES).min(spare);
        Some(Self::over(words, skip, layout))
    }

    fn over(words: Vec<W::Atomic>, skip: usize, layout: Layout) -> Self {
        let region = NonNull::from(&words[skip..skip + layout.words()]);
        Self { words: region, layout, _memory: Memory::Own { _words: words } }
    }
}

impl<W: Word> Storage for Heap<W> {
    type Word = W;
    type Held<T: Send + Sync + 'static> = Arc<T>;
    type PerShard<T> = Vec<T>;

    #[inline(always)]
    #[allow(unsafe_code)]
    fn region(&self) -> Region<'_, W> {
        // SAFETY: the words lie in `memory`, which neither moves nor ends before `self` does, and
        // of which there are only shared references.
        Region::over(unsafe { self.words.as_ref() }, &self.layout)
    }
}
