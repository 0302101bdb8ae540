//! Looking for the first byte of a kind, 16 bytes at a time.

/// How many bytes are searched at a time.
const CHUNK: usize = 16;

/// Where the first special byte is. Whole chunks are tested without a branch, which the compiler
/// turns into vector instructions; the last one overlaps those before it.
#[inline]
pub(super) fn position(bytes: &[u8], special: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    let hit = |chunk: &[u8; CHUNK]| chunk.iter().fold(false, |hit, &byte| hit | special(byte));
    let mut start = 0;
    if let Some(last) = bytes.last_chunk() {
        while let Some((chunk, _)) = bytes[start..].split_first_chunk() {
            if hit(chunk) {
                break;
            }
            start += CHUNK;
        }
        if start + CHUNK > bytes.len() && !hit(last) {
            return None;
        }
    }
    bytes[start..].iter().position(|&byte| special(byte)).map(|at| start + at)
}
