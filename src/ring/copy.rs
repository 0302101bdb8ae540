//! Bytes into words and back; relaxed atomics on both sides.
//!
//! A reader may copy words that a writer of the next lap is storing. Plain memory would make that
//! undefined behaviour even if the result is thrown away, so each word is one atomic access.

use super::word::Word;
use crate::sync::Ordering::Relaxed;

/// Stores `bytes` into the first of `words`; returns whether there were enough words.
#[inline(always)]
#[must_use]
pub(super) fn copy_in<W: Word>(bytes: &[u8], words: &[W::Atomic]) -> bool {
    if words.len() < bytes.len().div_ceil(W::BYTES) {
        return false;
    }
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
        W::store(&words[whole], last_word(bytes, rest), Relaxed);
    }
    true
}

/// Stores the bytes of `number`, little endian; returns the words behind it.
#[inline(always)]
pub(super) fn copy_in_u64<W: Word>(number: u64, words: &[W::Atomic]) -> &[W::Atomic] {
    let Some((low, rest)) = words.split_first() else { return words };
    W::store(low, W::from_u64(number), Relaxed);
    match rest.split_first() {
        Some((high, rest)) if W::BYTES == 4 => {
            W::store(high, W::from_u64(number >> 32), Relaxed);
            rest
        }
        _ => rest,
    }
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
