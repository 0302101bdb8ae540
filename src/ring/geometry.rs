//! How a shard's words are divided; pure arithmetic.

use super::word::Word;

/// Fewest blocks of a shard: one being written, one that readers jump to, two in between.
pub const BLOCKS_MIN: usize = 4;

/// The division of one shard into blocks, and of a block into control words, slots and data.
///
/// ```text
/// shard:  head line · counters line · block 0 · block 1 · …
/// block:  control, base (one line) · slots · data
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Number of blocks, as a power of two.
    pub(super) blocks_log2: u32,
    /// Words of one block.
    pub(super) block: usize,
    /// Slots of one block: the most records it can hold.
    pub(super) slots: usize,
    /// First data word of a block.
    pub(super) data_start: usize,
    /// Data words of a block.
    pub(super) data: usize,
    /// Longest record in bytes: half a block's data, and what a slot can describe.
    pub(super) len_max: usize,
}

/// Why a ring cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeometryError {
    /// The memory does not suffice; `least` bytes would.
    TooSmall {
        /// Bytes asked for.
        bytes: usize,
        /// Bytes needed at least.
        least: usize,
    },
    /// The memory cannot be addressed; at most `most` bytes can.
    TooLarge {
        /// Bytes asked for.
        bytes: usize,
        /// Bytes that can be used at most.
        most: usize,
    },
    /// The system has not so much memory.
    NoMemory {
        /// Bytes asked for.
        bytes: usize,
    },
    /// The number of shards is not a power of two from 1 to 64.
    Shards {
        /// Shards asked for.
        shards: usize,
    },
}

impl Geometry {
    /// Divides `words` words into blocks; `None` if that is too few or too many.
    pub(super) const fn fit<W: Word>(words: usize) -> Option<Self> {
        let words = words.saturating_sub(2 * W::LINE);
        let mut blocks_log2 = BLOCKS_MIN.trailing_zeros();
        // Larger blocks waste less and are changed less often; more blocks lose less history at a
        // lap and survive more frozen writers. 64 blocks are enough for both.
        while blocks_log2 < 6
            && words >> (blocks_log2 + 1) >= Self::BLOCK_PREFERRED_BYTES / W::BYTES
        {
            blocks_log2 += 1;
        }
        while words >> blocks_log2 > Self::block_max::<W>() && blocks_log2 < 31 {
            blocks_log2 += 1;
        }
        Self::with_blocks::<W>(blocks_log2, (words >> blocks_log2) / W::LINE * W::LINE)
    }

    /// A shard of `1 << blocks_log2` blocks of `block` words each.
    pub(super) const fn with_blocks<W: Word>(blocks_log2: u32, block: usize) -> Option<Self> {
        if block < Self::BLOCK_MIN_BYTES / W::BYTES || block > Self::block_max::<W>() {
            return None;
        }
        // One slot for each 64 bytes of data; a ring of shorter records closes blocks early.
        let slots = (block - W::LINE) / (64 / W::BYTES + W::SLOT);
        let most = (1 << W::COUNT_BITS) - 1;
        let slots = if slots < most { slots } else { most };
        Some(Self::with_slots::<W>(blocks_log2, block, slots))
    }

    pub(super) const fn with_slots<W: Word>(blocks_log2: u32, block: usize, slots: usize) -> Self {
        let data_start = W::LINE + slots * W::SLOT;
        let data = block - data_start;
        let half = data / 2 * W::BYTES;
        let len_max = if half < W::LEN_MAX { half } else { W::LEN_MAX };
        Self { blocks_log2, block, slots, data_start, data, len_max }
    }

    /// The geometry that these numbers say; `None` where they do not make one.
    pub(super) fn from_numbers<W: Word>(blocks_log2: u64, block: u64, slots: u64) -> Option<Self> {
        let blocks_log2 = u32::try_from(blocks_log2).ok()?;
        let (block, slots) = (usize::try_from(block).ok()?, usize::try_from(slots).ok()?);
        let is_block = block >= Self::BLOCK_MIN_BYTES / W::BYTES && block <= Self::block_max::<W>();
        let is_count = (BLOCKS_MIN.trailing_zeros()..32).contains(&blocks_log2);
        let room = block.checked_sub(W::LINE)? / W::SLOT;
        // A block has room for data beside its slots, and its control word counts them all.
        let is_slots = slots > 0 && slots < room && slots < 1 << W::COUNT_BITS;
        (is_block && is_count && is_slots).then(|| Self::with_slots::<W>(blocks_log2, block, slots))
    }

    /// Blocks of 16 KiB amortise opening to about a nanosecond per record.
    const BLOCK_PREFERRED_BYTES: usize = 16 << 10;
    const BLOCK_MIN_BYTES: usize = 256;

    const fn block_max<W: Word>() -> usize {
        (1 << W::OFFSET_BITS) - 1
    }

    /// Most bytes of a shard: 2³¹ blocks of the largest size.
    pub(super) const fn bytes_max<W: Word>() -> usize {
        let blocks = 1_usize << if usize::BITS > 32 { 31 } else { 8 };
        blocks.saturating_mul(Self::block_max::<W>() / W::LINE * W::LINE * W::BYTES)
    }

    /// Fewest words of a usable shard.
    pub(super) const fn words_min<W: Word>() -> usize {
        2 * W::LINE + BLOCKS_MIN * Self::BLOCK_MIN_BYTES / W::BYTES
    }

    /// Number of blocks.
    pub const fn blocks(&self) -> usize {
        1 << self.blocks_log2
    }

    /// Words of the whole shard.
    pub(super) const fn words<W: Word>(&self) -> usize {
        2 * W::LINE + (self.block << self.blocks_log2)
    }
}

impl core::fmt::Display for GeometryError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::TooSmall { bytes, least } => {
                write!(f, "a ring of {bytes} bytes is too small; give it at least {least} bytes")
            }
            Self::TooLarge { bytes, most } => {
                write!(f, "a ring of {bytes} bytes is too large; give it at most {most} bytes")
            }
            Self::NoMemory { bytes } => {
                write!(f, "the system has no memory for a ring of {bytes} bytes; give it less")
            }
            Self::Shards { shards } => {
                write!(f, "{shards} shards are not possible; choose 1, 2, 4, 8, 16, 32 or 64")
            }
        }
    }
}

impl core::error::Error for GeometryError {}
