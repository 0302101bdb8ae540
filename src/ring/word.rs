//! The machine word that a ring is made of: one layout for 64-bit atomics, one for 32-bit ones.

use core::fmt::Debug;
use core::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};

#[cfg(target_has_atomic = "64")]
use crate::sync::AtomicU64;
use crate::sync::{AtomicU32, Ordering, store_over};

/// A word with native atomics, `u64` or `u32`, and the layout of a ring built from it.
///
/// The two layouts run the same protocol. On 32 bits the lap of a block is kept in 9 bits and a
/// block sequence in 32, so a thread that sleeps between two instructions for an exact multiple of
/// 512 laps (a writer) or of 2³² blocks (a reader) can mistake one lap for another. With 64 bits
/// the same needs 2³⁵ laps.
pub trait Word:
    sealed::Sealed
    + Copy
    + Eq
    + Ord
    + Debug
    + Send
    + Sync
    + 'static
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
{
    /// The atomic cell that holds one word.
    type Atomic: Debug + Send + Sync + 'static;

    /// Size of a word in bytes.
    const BYTES: usize;
    /// Bits of a control word that hold the offset of a block's first free data word.
    const OFFSET_BITS: u32;
    /// Bits of a control word that hold the number of records in a block.
    const COUNT_BITS: u32;
    /// Bits of a control word that are left for the lap, below two state bits and the waiters bit.
    const LAP_BITS: u32 = Self::BYTES as u32 * 8 - Self::OFFSET_BITS - Self::COUNT_BITS - 3;
    /// Words that keep two hot words out of each other's cache lines, where there are caches.
    const LINE: usize;
    /// Words of one slot.
    const SLOT: usize;
    /// Longest record in bytes that a slot can describe.
    const LEN_MAX: usize;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;

    /// The value modulo the word size.
    fn from_u64(value: u64) -> Self;
    /// The value, widened.
    fn as_u64(self) -> u64;
    /// Sum modulo the word size.
    fn plus(self, other: Self) -> Self;
    /// Difference modulo the word size.
    fn minus(self, other: Self) -> Self;
    /// The word whose little-endian bytes these are; `bytes` holds exactly [`BYTES`](Self::BYTES).
    fn from_bytes(bytes: &[u8]) -> Self;
    /// The word that, stored in memory, has the little-endian bytes of this one.
    fn in_memory_order(self) -> Self;
    /// Writes the word's little-endian bytes; `bytes` holds exactly [`BYTES`](Self::BYTES).
    fn to_bytes(self, bytes: &mut [u8]);

    /// A cell that holds `value`.
    fn cell(value: Self) -> Self::Atomic;
    /// Atomic load.
    fn load(cell: &Self::Atomic, order: Ordering) -> Self;
    /// Atomic store.
    fn store(cell: &Self::Atomic, value: Self, order: Ordering);
    /// Atomic addition; returns the value before.
    fn add(cell: &Self::Atomic, value: Self, order: Ordering) -> Self;
    /// Compare and exchange, AcqRel where it succeeds and Acquire where it fails; tells whether it
    /// succeeded.
    fn swap_if(cell: &Self::Atomic, current: Self, new: Self) -> bool;

    /// Publishes a slot; the word that carries the tag is stored last, with `order`.
    #[inline(always)]
    fn publish(slot: &[Self::Atomic], entry: Slot<Self>, order: Ordering) {
        Self::describe(slot, entry);
        Self::publish_described(slot, entry, order);
    }
    /// Stores the word of a slot that does not carry the tag, where there is one.
    fn describe(slot: &[Self::Atomic], entry: Slot<Self>);
    /// Stores the word that carries the tag.
    fn publish_described(slot: &[Self::Atomic], entry: Slot<Self>, order: Ordering);
    /// Reads a slot; the word that carries the tag is loaded first, with Acquire.
    fn peek(slot: &[Self::Atomic]) -> Slot<Self>;
    /// Replaces the slot's tag by `new` if it still is `current.tag`.
    fn retag(slot: &[Self::Atomic], current: Slot<Self>, new: Self);
    /// The part of a block sequence that a slot's tag keeps.
    fn tag(sequence: Self) -> Self;
}

/// Where a record lies in its block, and of which lap it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<W> {
    /// The block sequence, as much of it as fits.
    pub tag: W,
    /// First data word, counted from the start of the block's data.
    pub offset: usize,
    /// Length in bytes, or [`Word::LEN_MAX`] + 1 for an abandoned reservation.
    pub len: usize,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    #[cfg(target_has_atomic = "64")]
    impl Sealed for u64 {}
}

/// What both words do alike.
macro_rules! common {
    ($word:ty, $atomic:ty) => {
        type Atomic = $atomic;
        const BYTES: usize = size_of::<$word>();
        const ZERO: Self = 0;
        const ONE: Self = 1;

        #[inline(always)]
        fn from_u64(value: u64) -> Self {
            value as $word
        }
        #[inline(always)]
        fn as_u64(self) -> u64 {
            u64::from(self)
        }
        #[inline(always)]
        fn plus(self, other: Self) -> Self {
            self.wrapping_add(other)
        }
        #[inline(always)]
        fn minus(self, other: Self) -> Self {
            self.wrapping_sub(other)
        }
        #[inline(always)]
        fn from_bytes(bytes: &[u8]) -> Self {
            let mut word = [0; size_of::<$word>()];
            word.copy_from_slice(bytes);
            <$word>::from_le_bytes(word)
        }
        fn in_memory_order(self) -> Self {
            self.to_le()
        }
        #[inline(always)]
        fn to_bytes(self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.to_le_bytes());
        }
        #[inline(always)]
        fn cell(value: Self) -> Self::Atomic {
            <$atomic>::new(value)
        }
        #[inline(always)]
        fn load(cell: &Self::Atomic, order: Ordering) -> Self {
            cell.load(order)
        }
        #[inline(always)]
        fn store(cell: &Self::Atomic, value: Self, order: Ordering) {
            cell.store(value, order);
        }
        #[inline(always)]
        fn add(cell: &Self::Atomic, value: Self, order: Ordering) -> Self {
            cell.fetch_add(value, order)
        }
        #[inline(always)]
        fn swap_if(cell: &Self::Atomic, current: Self, new: Self) -> bool {
            cell.compare_exchange(current, new, Ordering::AcqRel, Ordering::Acquire).is_ok()
        }
    };
}

/// Slot in one word: tag 36 | offset 14 | length 14.
#[cfg(target_has_atomic = "64")]
impl Word for u64 {
    common!(u64, AtomicU64);
    const OFFSET_BITS: u32 = 14;
    const COUNT_BITS: u32 = 12;
    const LINE: usize = 16;
    const SLOT: usize = 1;
    const LEN_MAX: usize = (1 << 14) - 2;

    #[inline(always)]
    fn describe(_: &[AtomicU64], _: Slot<u64>) {}
    #[inline(always)]
    fn publish_described(slot: &[AtomicU64], entry: Slot<u64>, order: Ordering) {
        let word = entry.tag << 28 | (entry.offset as u64) << 14 | entry.len as u64;
        store_over!(slot[0], word, order);
    }
    #[inline(always)]
    fn peek(slot: &[AtomicU64]) -> Slot<u64> {
        let word = slot[0].load(Ordering::Acquire);
        let offset = (word >> 14 & 0x3fff) as usize;
        Slot { tag: word >> 28, offset, len: (word & 0x3fff) as usize }
    }
    #[inline(always)]
    fn retag(slot: &[AtomicU64], current: Slot<u64>, new: u64) {
        let place = (current.offset as u64) << 14 | current.len as u64;
        let _ = Self::swap_if(&slot[0], current.tag << 28 | place, new << 28 | place);
    }
    #[inline(always)]
    fn tag(sequence: u64) -> u64 {
        sequence & ((1 << 36) - 1)
    }
}

/// Slot in two words: tag 32, then offset 16 | length 16.
impl Word for u32 {
    common!(u32, AtomicU32);
    const OFFSET_BITS: u32 = 13;
    const COUNT_BITS: u32 = 7;
    const LINE: usize = 2;
    const SLOT: usize = 2;
    const LEN_MAX: usize = (1 << 14) - 2;

    #[inline(always)]
    fn describe(slot: &[AtomicU32], entry: Slot<u32>) {
        slot[1].store((entry.offset as u32) << 16 | entry.len as u32, Ordering::Relaxed);
    }
    #[inline(always)]
    fn publish_described(slot: &[AtomicU32], entry: Slot<u32>, order: Ordering) {
        store_over!(slot[0], entry.tag, order);
    }
    #[inline(always)]
    fn peek(slot: &[AtomicU32]) -> Slot<u32> {
        let tag = slot[0].load(Ordering::Acquire);
        let place = slot[1].load(Ordering::Relaxed);
        Slot { tag, offset: (place >> 16) as usize, len: (place & 0xffff) as usize }
    }
    #[inline(always)]
    fn retag(slot: &[AtomicU32], current: Slot<u32>, new: u32) {
        let _ = Self::swap_if(&slot[0], current.tag, new);
    }
    #[inline(always)]
    fn tag(sequence: u32) -> u32 {
        sequence
    }
}
