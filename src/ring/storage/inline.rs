//! A region inside a value, for a `static`.

use arrayvec::ArrayVec;

use super::{InPlace, Native, Storage};
use crate::ring::geometry::{BLOCKS_MIN, Geometry};
use crate::ring::region::HEADER;
use crate::ring::{Layout, Region, Word};

type Cell = <Native as Word>::Atomic;
const LINE: usize = <Native as Word>::LINE;

/// A ring's memory as a plain value: one shard of `BLOCKS` blocks of `WORDS` words, and a string
/// table of `STRINGS` words.
///
/// `STRINGS` is a multiple of 16, `BLOCKS` a power of two from 4 on; a block takes at least 256 bytes, and the longest record
/// is half a block's data. A table of 0 words is allowed: names then stand in each record. All of
/// it is zero at first, so a `static` takes room in `.bss` and none in flash.
///
/// A ring that is too small does not compile:
///
/// ```compile_fail
/// static RING: ringvisor::ring::Inline<2> = ringvisor::ring::Inline::new();
/// ```
#[derive(Debug)]
#[repr(C, align(128))]
pub struct Inline<const BLOCKS: usize, const WORDS: usize = 128, const STRINGS: usize = 0> {
    header: [Cell; HEADER],
    strings: [Cell; STRINGS],
    shard: [[Cell; LINE]; 2],
    blocks: [[Cell; WORDS]; BLOCKS],
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize> Default
    for Inline<BLOCKS, WORDS, STRINGS>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize> Inline<BLOCKS, WORDS, STRINGS> {
    const LAYOUT: Layout = {
        assert!(
            BLOCKS.is_power_of_two() && BLOCKS >= BLOCKS_MIN,
            "blocks: a power of two, 4 or more"
        );
        assert!(STRINGS % LINE == 0, "the string table: a multiple of 16 words");
        match Geometry::with_blocks::<Native>(BLOCKS.trailing_zeros(), WORDS) {
            Some(geometry) => Layout::with::<Native>(0, STRINGS, geometry),
            None => panic!(
                "a block takes 256 bytes or more, and at most 16383 words (u64) or 8191 (u32)"
            ),
        }
    };
    /// Takes over the records that a reset has left in this memory, or wipes it.
    ///
    /// Memory in a section that is not cleared at the start (`.uninit` of `cortex-m-rt`) holds
    /// anything at all: this has to be the first thing that happens to it, and nobody else may use
    /// it meanwhile.
    #[cfg(feature = "cortex-m")]
    pub fn recover(&self) -> crate::ring::Recovered {
        self.region().recover()
    }

    const WORDS_IN_ALL: usize = Self::LAYOUT.words();

    /// An empty ring.
    pub const fn new() -> Self {
        const { assert!(size_of::<Self>() >= Self::WORDS_IN_ALL * <Native as Word>::BYTES) };
        Self {
            header: [const { Cell::new(0) }; HEADER],
            strings: [const { Cell::new(0) }; STRINGS],
            shard: [const { [const { Cell::new(0) }; LINE] }; 2],
            blocks: [const { [const { Cell::new(0) }; WORDS] }; BLOCKS],
        }
    }
}

/// Memory that lies in a `static` of its own, for a linker's section that a reset leaves alone.
impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize> Storage
    for &'static Inline<BLOCKS, WORDS, STRINGS>
{
    type Word = Native;
    type Held<T: Send + Sync + 'static> = InPlace<T>;
    type PerShard<T> = ArrayVec<T, 1>;

    #[inline(always)]
    fn region(&self) -> Region<'_, Native> {
        Inline::region(self)
    }
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize> Storage
    for Inline<BLOCKS, WORDS, STRINGS>
{
    type Word = Native;
    type Held<T: Send + Sync + 'static> = InPlace<T>;
    type PerShard<T> = ArrayVec<T, 1>;

    #[inline(always)]
    #[allow(unsafe_code)]
    fn region(&self) -> Region<'_, Native> {
        let start = core::ptr::from_ref(self).cast::<Cell>();
        // SAFETY: the type is `repr(C)` and consists of arrays of `Cell` only, without padding
        // between them because all have the alignment of `Cell`; `new` asserts that they hold
        // `WORDS_IN_ALL` cells. Shared access to cells is what atomics are for.
        let words = unsafe { core::slice::from_raw_parts(start, Self::WORDS_IN_ALL) };
        Region::over(words, &const { Self::LAYOUT })
    }
}
