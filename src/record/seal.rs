//! A checksum at the end of a record, for records that are read from a file.

use super::format::{ITEM_LEN, tag};

/// What a seal adds to a record, in bytes.
pub(crate) const SEAL_LEN: usize = ITEM_LEN + size_of::<u64>();

/// The seal of a record of these bytes.
#[inline]
pub(super) fn seal(record: &[u8]) -> [u8; SEAL_LEN] {
    let mut seal = [tag::SEAL, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    seal[ITEM_LEN..].copy_from_slice(&checksum(record).to_le_bytes());
    seal
}

/// Whether the record ends with the seal of what stands before it.
#[cfg_attr(not(feature = "std"), expect(dead_code, reason = "files need std"))]
pub(crate) fn is_sealed(record: &[u8]) -> bool {
    record.split_last_chunk().is_some_and(|(record, last)| *last == seal(record))
}

/// A checksum against accidents. A change within eight bytes at a multiple of eight is always seen,
/// any other with odds of 2⁶⁴ to 1. Four lanes, so that the multiplications overlap.
#[inline]
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    const FACTORS: [u64; 4] = [
        0x9e37_79b9_7f4a_7c15,
        0xbf58_476d_1ce4_e5b9,
        0x94d0_49bb_1331_11eb,
        0xd6e8_feb8_6659_fd93,
    ];
    let mut lanes = FACTORS;
    let mut rows = bytes.chunks_exact(32);
    for row in rows.by_ref() {
        for ((lane, factor), word) in lanes.iter_mut().zip(FACTORS).zip(row.chunks_exact(8)) {
            *lane = step(*lane, word_of(word), factor);
        }
    }
    for ((lane, factor), word) in lanes.iter_mut().zip(FACTORS).zip(rows.remainder().chunks(8)) {
        *lane = step(*lane, word_of(word), factor);
    }
    let all = lanes.into_iter().zip(FACTORS);
    all.fold(bytes.len() as u64, |sum, (lane, factor)| step(sum, lane, factor))
}

/// Different words make different sums of one sum, and different sums of one word.
#[inline(always)]
fn step(sum: u64, word: u64, factor: u64) -> u64 {
    (sum ^ word).wrapping_mul(factor).rotate_left(29)
}

#[inline(always)]
fn word_of(bytes: &[u8]) -> u64 {
    match bytes.try_into() {
        Ok(word) => u64::from_le_bytes(word),
        Err(_) => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}
