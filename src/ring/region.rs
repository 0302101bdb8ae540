//! The contiguous, position-independent memory of a ring: header, strings, shards.

use super::geometry::{Geometry, GeometryError};
use super::interner::Interner;
use super::shard::Shard;
use super::word::Word;
use crate::sync::Ordering;

/// How a region is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    shards_log2: u32,
    /// Words of the string table.
    strings: usize,
    /// First word of the first shard.
    shards_start: usize,
    /// Words of one shard.
    shard: usize,
    geometry: Geometry,
}

/// A ring's memory, borrowed from its [`Storage`](super::Storage).
///
/// ```text
/// header (16 words) · string table · shard 0 · shard 1 · …
/// ```
///
/// It holds no pointer, so it means the same at any address, in another process or in a file. All
/// zeros is a valid, empty region; the header of such a one is stamped by its first user.
#[derive(Debug)]
pub struct Region<'a, W: Word> {
    pub(super) words: &'a [W::Atomic],
    layout: &'a Layout,
}

/// Words of the header: magic, version and word size, shards, blocks, words of a block, slots of a
/// block, words of the string table, boot id, records before the last reset, ticks per second (two
/// words, the lower half first).
pub(super) const HEADER: usize = 16;

/// The word of the header that says where the records of this boot begin.
#[cfg(feature = "cortex-m")]
const BOOT: usize = 8;

/// The two words of the header that say how fast the clock of a board's records is.
pub(super) const RATE: usize = 9;

/// `RINGVIS` as little-endian bytes, cut to the word; stands in the first word of a stamped region.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"RINGVIS\0");
/// Version of the layout of region, blocks and slots; raised when a reader of the old one would
/// misread the new.
pub(super) const VERSION: u64 = 2;

impl Layout {
    /// Divides `bytes` bytes among `shards` shards, beside a string table of `strings` bytes.
    ///
    /// # Errors
    /// When the bytes are too few or too many, or the number of shards is no power of two to 64.
    pub fn new<W: Word>(
        bytes: usize,
        shards: usize,
        strings: usize,
    ) -> Result<Self, GeometryError> {
        if !shards.is_power_of_two() || shards > 64 {
            return Err(GeometryError::Shards { shards });
        }
        let most = Geometry::bytes_max::<W>().saturating_mul(shards).min(isize::MAX as usize / 4);
        if bytes > most || strings > most {
            return Err(GeometryError::TooLarge { bytes: bytes.max(strings), most });
        }
        let least = Geometry::words_min::<W>() * W::BYTES * shards;
        let geometry = Geometry::fit::<W>(bytes / shards / W::BYTES)
            .ok_or(GeometryError::TooSmall { bytes, least })?;
        Ok(Self::with::<W>(shards.ilog2(), strings / W::BYTES, geometry))
    }

    pub(super) const fn with<W: Word>(
        shards_log2: u32,
        strings: usize,
        geometry: Geometry,
    ) -> Self {
        // Shards begin at the start of a cache line if the region does.
        let shards_start = (HEADER + strings).next_multiple_of(W::LINE);
        Self { shards_log2, strings, shards_start, shard: geometry.words::<W>(), geometry }
    }

    /// Number of blocks of each shard.
    pub fn blocks(&self) -> usize {
        self.geometry.blocks()
    }

    /// Number of shards.
    pub fn shards(&self) -> usize {
        1 << self.shards_log2
    }

    /// Bytes of the whole region.
    pub fn bytes<W: Word>(&self) -> usize {
        self.words() * W::BYTES
    }

    /// The division as plain numbers, to be kept beside a region that outlives its process.
    pub fn to_words(&self) -> [u64; 5] {
        let Self { shards_log2, strings, geometry, .. } = *self;
        let numbers = [strings, geometry.block, geometry.slots].map(|number| number as u64);
        [shards_log2.into(), geometry.blocks_log2.into(), numbers[1], numbers[2], numbers[0]]
    }

    /// The division that [`to_words`](Self::to_words) told; `None` where no region of words `W` is
    /// divided so, or more than `bytes` bytes would be needed.
    pub fn from_words<W: Word>(numbers: [u64; 5], bytes: usize) -> Option<Self> {
        let [shards_log2, blocks_log2, block, slots, strings] = numbers;
        let strings = usize::try_from(strings).ok().filter(|&words| words <= bytes / W::BYTES)?;
        let shards_log2 = u32::try_from(shards_log2).ok().filter(|&log2| log2 <= 6)?;
        let geometry = Geometry::from_numbers::<W>(blocks_log2, block, slots)?;
        let blocks = u64::from(shards_log2) + u64::from(geometry.blocks_log2);
        let least = u64::try_from(geometry.block).ok()?.checked_shl(u32::try_from(blocks).ok()?)?;
        if least > (bytes / W::BYTES) as u64 {
            return None;
        }
        let layout = Self::with::<W>(shards_log2, strings, geometry);
        (layout.words() <= bytes / W::BYTES).then_some(layout)
    }

    /// Words of the whole region.
    pub(super) const fn words(&self) -> usize {
        self.shards_start + (self.shard << self.shards_log2)
    }
}

impl<W: Word> Clone for Region<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: Word> Copy for Region<'_, W> {}

impl<'a, W: Word> Region<'a, W> {
    /// The region in the first of `words`, which are as many as the layout needs.
    pub(super) fn over(words: &'a [W::Atomic], layout: &'a Layout) -> Self {
        debug_assert!(words.len() >= layout.words());
        Self { words, layout }
    }

    /// Shard `index`, modulo the number of shards.
    #[inline(always)]
    pub fn shard(&self, index: usize) -> Shard<'a, W> {
        let index = index & ((1 << self.layout.shards_log2) - 1);
        let start = self.layout.shards_start + index * self.layout.shard;
        Shard { words: &self.words[start..], geometry: &self.layout.geometry }
    }

    /// All shards.
    pub fn shards(&self) -> impl ExactSizeIterator<Item = Shard<'a, W>> + use<'a, W> {
        let region = *self;
        (0..self.layout.shards()).map(move |index| region.shard(index))
    }

    /// The table of strings that records share.
    pub fn strings(&self) -> Interner<'a, W> {
        Interner::over(&self.words[HEADER..HEADER + self.layout.strings])
    }

    /// How the region is divided.
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// Makes an empty region continue at block `sequence` and record number `base` of every shard,
    /// as if so much had been written before; for tests that start just below a wrap-around. Nobody
    /// else may use the region meanwhile.
    pub fn start_at(&self, sequence: W, base: W) {
        for shard in self.shards() {
            shard.start_at(sequence, base);
        }
    }

    /// Bytes of the region.
    pub fn bytes(&self) -> usize {
        self.layout.words() * W::BYTES
    }

    /// Number that tells this region from those of other runs; 0 until it is stamped.
    pub fn boot_id(&self) -> u64 {
        W::load(&self.words[7], Ordering::Relaxed).as_u64()
    }

    /// How many records of the first shard were written before the last reset.
    #[cfg(feature = "cortex-m")]
    pub(crate) fn boot(&self) -> W {
        W::load(&self.words[BOOT], Ordering::Relaxed)
    }

    #[cfg(feature = "cortex-m")]
    pub(super) fn set_boot(&self, written: W) {
        W::store(&self.words[BOOT], written, Ordering::Relaxed);
    }

    /// Tells who finds the region in a dump how fast the clock of its records is.
    #[cfg(feature = "cortex-m")]
    pub(crate) fn set_rate(&self, ticks_per_second: u64) {
        for (word, half) in
            self.words[RATE..].iter().zip([ticks_per_second, ticks_per_second >> 32])
        {
            W::store(word, W::from_u64(half & u64::from(u32::MAX)), Ordering::Relaxed);
        }
    }

    /// Whether the header is the one that [`stamp`](Self::stamp) writes into such a region.
    #[cfg(feature = "cortex-m")]
    pub(super) fn is_stamped(&self) -> bool {
        let is = |index: usize, field| W::load(&self.words[index], Ordering::Acquire) == field;
        let mut fields = self.header().into_iter().enumerate();
        let known = fields.all(|(index, field)| is(1 + index, W::from_u64(field)));
        known && is(0, W::from_u64(MAGIC)) && self.boot_id() != 0
    }

    /// Makes it an empty region.
    #[cfg(feature = "cortex-m")]
    pub(super) fn wipe(&self) {
        self.words.iter().for_each(|word| W::store(word, W::ZERO, Ordering::Relaxed));
    }

    /// Version and word size, and how the region is divided.
    fn header(&self) -> [u64; 6] {
        let Layout { shards_log2, strings, geometry, .. } = *self.layout;
        [
            VERSION << 8 | W::BYTES as u64,
            shards_log2.into(),
            geometry.blocks_log2.into(),
            geometry.block as u64,
            geometry.slots as u64,
            strings as u64,
        ]
    }

    /// Writes the header, so that the region can be read without knowing its type. Called again it
    /// does nothing; called by several at once, the first one's boot id stays.
    pub fn stamp(&self, boot_id: u64) {
        let boot_id = W::from_u64(boot_id | 1);
        if !W::swap_if(&self.words[7], W::ZERO, boot_id) {
            return;
        }
        for (word, field) in self.words[1..].iter().zip(self.header()) {
            W::store(word, W::from_u64(field), Ordering::Relaxed);
        }
        // Release: who reads the magic number (Acquire) finds the fields.
        W::store(&self.words[0], W::from_u64(MAGIC), Ordering::Release);
    }
}
