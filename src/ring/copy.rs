//! Bytes into words and back; relaxed atomics on both sides.
//!
//! A reader may copy words that a writer of the next lap is storing. Plain memory would make that
//! undefined behaviour even if the result is thrown away, so each word is one atomic access.

use super::word::Word;
use crate::sync::Ordering::Relaxed;

/// How many words a record of `len` bytes takes.
#[inline(always)]
#[allow(
    clippy::manual_div_ceil,
    reason = "no length overflows here, and to think of it takes longer"
)]
pub(super) const fn words_of<W: Word>(len: usize) -> usize {
    (len + W::BYTES - 1) / W::BYTES
}

/// Stores `bytes` into `words`, which are those that were reserved for them.
#[inline(always)]
pub(super) fn copy_in<W: Word>(bytes: &[u8], words: &[W::Atomic]) {
    debug_assert_eq!(words.len(), words_of::<W>(bytes.len()), "the reservation is the record's");
    let whole = bytes.len() / W::BYTES;
    for_each::<W>(whole, |index| {
        // SAFETY: `index < whole`, so there are `index + 1` whole words of bytes and of `words`.
        #[allow(unsafe_code)]
        let (bytes, word) = unsafe {
            let start = index * W::BYTES;
            (bytes.get_unchecked(start..start + W::BYTES), words.get_unchecked(index))
        };
        W::store(word, W::from_bytes(bytes), Relaxed);
    });
    let rest = bytes.len() % W::BYTES;
    if rest > 0 {
        // SAFETY: bytes are left behind the whole words, and they take one word more.
        #[allow(unsafe_code)]
        let last = unsafe { words.get_unchecked(whole) };
        W::store(last, last_word(bytes, rest), Relaxed);
    }
}

/// Stores the bytes of `number`, little endian; returns the words behind it.
#[inline(always)]
pub(super) fn copy_in_u64<W: Word>(number: u64, words: &[W::Atomic]) -> &[W::Atomic] {
    let taken = size_of::<u64>() / W::BYTES;
    debug_assert!(words.len() >= taken, "the reservation has room for the head");
    // SAFETY: a record with a head takes at least the words of the head, and as many were reserved.
    #[allow(unsafe_code)]
    let (head, rest) = unsafe { (words.get_unchecked(..taken), words.get_unchecked(taken..)) };
    W::store(&head[0], W::from_u64(number), Relaxed);
    if W::BYTES == 4 {
        W::store(&head[1], W::from_u64(number >> 32), Relaxed);
    }
    rest
}

/// Loads whole words; returns whether there were as many as `out` has room for.
#[inline(always)]
#[must_use]
pub(super) fn copy_out<W: Word>(words: &[W::Atomic], out: &mut [u8]) -> bool {
    let whole = out.len() / W::BYTES;
    if words.len() < whole {
        return false;
    }
    for_each::<W>(whole, |index| {
        // SAFETY: `index < whole`, so there are `index + 1` whole words of `words` and of `out`.
        #[allow(unsafe_code)]
        let (word, bytes) = unsafe {
            let start = index * W::BYTES;
            (words.get_unchecked(index), out.get_unchecked_mut(start..start + W::BYTES))
        };
        W::load(word, Relaxed).to_bytes(bytes);
    });
    true
}

/// Loads `out.len()` bytes, of the last word perhaps only a part.
#[cold]
#[must_use]
pub(super) fn copy_out_cut<W: Word>(words: &[W::Atomic], out: &mut [u8]) -> bool {
    if words.len() < out.len().div_ceil(W::BYTES) {
        return false;
    }
    for (word, bytes) in words.iter().zip(out.chunks_mut(W::BYTES)) {
        let loaded = W::load(word, Relaxed).as_u64().to_le_bytes();
        bytes.copy_from_slice(&loaded[..bytes.len()]);
    }
    true
}

/// Calls `step` for `0..count`, four to a turn: the compiler does not unroll loops over atomics. With
/// small words, which are those of small cores, one to a turn is shorter and not slower.
#[inline(always)]
fn for_each<W: Word>(count: usize, mut step: impl FnMut(usize)) {
    let (mut index, even) = (0, if W::BYTES == 8 { count & !3 } else { 0 });
    while index < even {
        step(index);
        step(index + 1);
        step(index + 2);
        step(index + 3);
        index += 4;
    }
    while index < count {
        step(index);
        index += 1;
    }
}

/// The short last word, cut out of the last full word where there is one: a copy of variable length
/// costs more than the rest of the record (5 ns of 13).
#[inline(always)]
fn last_word<W: Word>(bytes: &[u8], rest: usize) -> W {
    match bytes.len().checked_sub(W::BYTES) {
        Some(start) => W::from_bytes(&bytes[start..]) >> (8 * (W::BYTES - rest)) as u32,
        None => {
            bytes.iter().rev().fold(W::ZERO, |word, &byte| word << 8 | W::from_u64(byte.into()))
        }
    }
}
