//! Looking for the first byte of a kind on a core without vectors.

/// Where the first special byte is.
#[inline]
pub(super) fn position(bytes: &[u8], special: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    bytes.iter().position(|&byte| special(byte))
}
