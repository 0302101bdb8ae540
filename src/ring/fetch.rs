//! The one place where a record's bytes leave the ring: look at the slot, copy, validate.

use super::barrier::before_validate;
use super::copy::{copy_out, copy_out_cut};
use super::shard::Shard;
use super::word::Word;

/// What stood at one place of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// A record; so many bytes of it were copied.
    Record(usize),
    /// A reservation that was given up.
    Abandoned,
    /// A reservation that is not committed yet.
    Pending,
    /// Something of a later lap: the block was recycled, now or before.
    Lapped,
}

impl<W: Word> Shard<'_, W> {
    /// Copies record `index` of block `sequence`, which begins at word `start`, into `buffer`; what
    /// does not fit is cut.
    ///
    /// The head is looked at last, so what was copied is whole unless it says [`Fetched::Lapped`].
    #[inline(always)]
    pub(super) fn fetch(
        &self,
        (sequence, start): (W, usize),
        index: usize,
        buffer: &mut [u8],
    ) -> Fetched {
        // Place and index are the caller's, who may have got them from another shard; then nothing
        // sensible is found, but nothing outside is looked at.
        let slot_at = start + W::LINE + index * W::SLOT;
        let Some(slot) = self.words.get(slot_at..slot_at + W::SLOT) else {
            return Fetched::Lapped;
        };
        let slot = W::peek(slot);
        let is_committed = slot.tag == W::tag(sequence);
        if is_committed && slot.len <= W::LEN_MAX {
            let data_at = start + self.geometry.data_start + slot.offset;
            let copied = copy::<W>(self.words, data_at, slot.len, buffer);
            before_validate();
            if let (false, Some(len)) = (self.is_lapped(self.head_relaxed(), sequence), copied) {
                return Fetched::Record(len);
            }
        }
        self.no_record(sequence, is_committed)
    }

    /// What else was found in block `sequence`.
    #[cold]
    fn no_record(&self, sequence: W, is_committed: bool) -> Fetched {
        before_validate();
        match (self.is_lapped(self.head_relaxed(), sequence), is_committed) {
            (true, _) => Fetched::Lapped,
            (false, true) => Fetched::Abandoned,
            (false, false) => Fetched::Pending,
        }
    }

    /// Whether block `sequence` may have been recycled when the head was at `head`.
    #[inline(always)]
    pub(super) fn is_lapped(&self, head: W, sequence: W) -> bool {
        head.minus(sequence) >= self.blocks()
    }
}

/// Copies `len` bytes out of the ring; `None` when they do not lie in it.
///
/// Where the buffer has room the last word is copied as a whole, which costs less than a part of
/// it. What then stands in the buffer behind the record means nothing.
#[inline(always)]
fn copy<W: Word>(words: &[W::Atomic], start: usize, len: usize, out: &mut [u8]) -> Option<usize> {
    let words = words.get(start..)?;
    if let Some(out) = out.get_mut(..len.next_multiple_of(W::BYTES)) {
        return copy_out::<W>(words, out).then_some(len);
    }
    let len = len.min(out.len());
    copy_out_cut::<W>(words, &mut out[..len]).then_some(len)
}
