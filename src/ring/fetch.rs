//! The one place where a record's bytes leave the ring: look at the slot, copy, validate.

use super::barrier::before_validate;
use super::copy::copy_out;
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
    /// Copies record `index` of block `sequence` into `buffer`; what does not fit is cut.
    ///
    /// The head is looked at last, so what was copied is whole unless it says [`Fetched::Lapped`].
    #[inline(always)]
    pub(super) fn fetch(&self, sequence: W, index: usize, buffer: &mut [u8]) -> Fetched {
        let block = self.block(sequence);
        let slot = W::peek(block.slot(index));
        let is_committed = slot.tag == W::tag(sequence);
        let copied = if is_committed {
            let start = self.geometry.data_start + slot.offset;
            copy::<W>(block.words_from(0), start, slot.len, buffer)
        } else {
            None
        };
        before_validate();
        match (self.is_lapped(self.head_relaxed(), sequence), is_committed, copied) {
            (true, ..) => Fetched::Lapped,
            (_, false, _) => Fetched::Pending,
            (_, _, Some(len)) => Fetched::Record(len),
            (_, _, None) => Fetched::Abandoned,
        }
    }

    /// Whether block `sequence` may have been recycled when the head was at `head`.
    #[inline(always)]
    pub(super) fn is_lapped(&self, head: W, sequence: W) -> bool {
        head.minus(sequence) >= self.blocks()
    }
}

/// Copies `len` bytes out of the ring; `None` when that is not the length of a record.
///
/// Where the buffer has room the last word is copied as a whole: to copy a part of it costs a
/// quarter of the record. What then stands in the buffer behind the record means nothing.
#[inline(always)]
fn copy<W: Word>(words: &[W::Atomic], start: usize, len: usize, out: &mut [u8]) -> Option<usize> {
    let len = if len <= W::LEN_MAX { len.min(out.len()) } else { return None };
    let whole = len.next_multiple_of(W::BYTES);
    let end = if whole <= out.len() { whole } else { len };
    copy_out::<W>(words.get(start..)?, &mut out[..end]).then_some(len)
}
