//! A checksum at the end of a record, for records that are read from a file.

use super::format::{ITEM_LEN, tag};

/// What a seal adds to a record, in bytes.
pub(crate) const SEAL_LEN: usize = ITEM_LEN + size_of::<u64>();

/// The seal of a record of these bytes.
#[inline]
pub(crate) fn seal(record: &[u8]) -> [u8; SEAL_LEN] {
    let mut seal = [tag::SEAL, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    seal[ITEM_LEN..].copy_from_slice(&checksum(record).to_le_bytes());
    seal
}

/// Whether the record ends with the seal of what stands before it.
#[cfg_attr(not(feature = "std"), allow(dead_code, reason = "files need std"))]
pub(crate) fn is_sealed(record: &[u8]) -> bool {
    record.split_last_chunk().is_some_and(|(record, last)| *last == seal(record))
}

/// A checksum against accidents. A change within eight bytes at a multiple of eight is always seen,
/// any other with odds of 2⁶⁴ to 1. Four lanes, so that the multiplications overlap.
#[inline]
fn checksum(bytes: &[u8]) -> u64 {
    let mut lanes = FACTORS;
    let mut rows = bytes.chunks_exact(32);
    for row in rows.by_ref() {
        add_words(&mut lanes, row);
    }
    add_words(&mut lanes, rows.remainder());
    lanes[3] = step(lanes[3], short_word(bytes), FACTORS[3]);
    let all = lanes.into_iter().zip(FACTORS);
    all.fold(bytes.len() as u64, |sum, (lane, factor)| step(sum, lane, factor))
}

/// One word to each lane.
#[inline(always)]
fn add_words(lanes: &mut [u64; 4], bytes: &[u8]) {
    for ((lane, factor), word) in lanes.iter_mut().zip(FACTORS).zip(bytes.chunks_exact(8)) {
        *lane = step(*lane, word.try_into().map_or(0, u64::from_le_bytes), factor);
    }
}

const FACTORS: [u64; 4] =
    [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93];

/// Different words make different sums of one sum, and different sums of one word.
#[inline(always)]
fn step(sum: u64, word: u64, factor: u64) -> u64 {
    (sum ^ word).wrapping_mul(factor).rotate_left(29)
}

/// The bytes behind the last whole word, cut out of the last eight bytes where there are so many: a
/// copy of variable length costs more than the rest.
#[inline(always)]
fn short_word(bytes: &[u8]) -> u64 {
    match (bytes.last_chunk(), bytes.len() % 8) {
        (_, 0) => 0,
        (Some(last), len) => u64::from_le_bytes(*last) >> (64 - 8 * len),
        (None, _) => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::{SEAL_LEN, is_sealed, seal};

    proptest! {
        #[test]
        fn any_changed_byte_breaks_the_seal(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200),
            at in any::<prop::sample::Index>(),
            by in 1_u8..,
        ) {
            let seal = seal(&bytes);
            bytes.extend(seal);
            prop_assert!(is_sealed(&bytes));
            let at = at.index(bytes.len());
            bytes[at] ^= by;
            prop_assert!(!is_sealed(&bytes));
        }

        #[test]
        fn a_cut_breaks_the_seal(
            mut bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 1..SEAL_LEN,
        ) {
            let seal = seal(&bytes);
            bytes.extend(seal);
            bytes.truncate(bytes.len() - cut);
            prop_assert!(!is_sealed(&bytes));
            prop_assert!(!is_sealed(&Vec::new()));
        }
    }
}
