//! Encoded records that are kept beyond the next step of their reader.

use std::vec::Vec;

use super::merge::Raw;

/// An encoded record and where it stood.
#[derive(Debug, Default)]
pub(super) struct Kept {
    bytes: Vec<u8>,
    shard: u8,
    seq: u64,
}

impl Kept {
    pub(super) fn new(raw: Raw<'_>) -> Self {
        let mut kept = Self::default();
        kept.replace(raw);
        kept
    }

    /// Keeps another record in the same memory.
    pub(super) fn replace(&mut self, raw: Raw<'_>) {
        self.bytes.clear();
        self.bytes.extend_from_slice(raw.bytes);
        (self.shard, self.seq) = (raw.shard, raw.seq);
    }

    pub(super) fn raw(&self) -> Raw<'_> {
        Raw { bytes: &self.bytes, shard: self.shard, seq: self.seq, out_of_order: false }
    }
}
