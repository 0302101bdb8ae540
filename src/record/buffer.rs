//! Where encoders put their bytes.

use arrayvec::ArrayVec;

use super::MAX_LEN;

/// A run of bytes that an encoder appends to. Implemented for [`Buffer`] and, with `std`, for
/// `Vec<u8>`.
pub trait Append {
    /// What has been appended so far.
    fn bytes(&self) -> &[u8];

    /// The same, to patch lengths that are known only later.
    fn bytes_mut(&mut self) -> &mut [u8];

    /// How many bytes more it takes.
    fn room(&self) -> usize;

    /// Appends all of `bytes`; nothing where there is not enough room.
    fn append(&mut self, bytes: &[u8]);

    /// Forgets all but the first `len` bytes.
    fn truncate(&mut self, len: usize);
}

/// Room for the longest record, without an allocation. It is never zeroed, so a new one on the
/// stack costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Buffer(ArrayVec<u8, MAX_LEN>);

impl Buffer {
    /// An empty buffer.
    #[inline]
    pub const fn new() -> Self {
        Self(ArrayVec::new_const())
    }
}

impl Append for Buffer {
    #[inline]
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    #[inline]
    fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    #[inline]
    fn room(&self) -> usize {
        self.0.remaining_capacity()
    }

    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        let _ = self.0.try_extend_from_slice(bytes);
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

#[cfg(any(test, feature = "std"))]
impl Append for std::vec::Vec<u8> {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }

    fn room(&self) -> usize {
        usize::MAX - self.len()
    }

    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn truncate(&mut self, len: usize) {
        Self::truncate(self, len);
    }
}
