//! The control word of a block.

use super::word::Word;

/// A block's whole state in one word, so that one compare-and-exchange decides everything.
///
/// | bits (u64 / u32) | field | |
/// |---|---|---|
/// | 35 / 9 | lap | of the block sequence that this state belongs to, modulo the field |
/// | 1 | pinned | the block is passed over in this lap; `count` is that of the lap it was opened in |
/// | 1 | closed | no more reservations; the word does not change again in this lap |
/// | 1 | waiters | a follower sleeps and wants the next committer to wake it |
/// | 12 / 7 | count | records reserved |
/// | 14 / 13 | offset | data words reserved |
///
/// | pinned | closed | who may do what |
/// |---|---|---|
/// | 0 | 0 | open: writers reserve (offset and count grow), followers set and committers clear waiters, a writer that finds no room closes |
/// | 0 | 1 | closed: nobody until the ring comes round; then the opener reopens or pins |
/// | 1 | 1 | pinned: nobody until the ring comes round; then the opener reopens or pins again |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Control<W>(pub(super) W);

/// What a block is to somebody who looks for one particular lap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Of another lap: not opened yet, or already recycled.
    Elsewhere,
    /// Accepts reservations.
    Open,
    /// Full; its count is final.
    Closed,
    /// Passed over in this lap: a writer of an earlier lap has not committed yet.
    Pinned,
}

impl<W: Word> Control<W> {
    const WAITERS_SHIFT: u32 = W::OFFSET_BITS + W::COUNT_BITS;
    const CLOSED_SHIFT: u32 = Self::WAITERS_SHIFT + 1;
    const PINNED_SHIFT: u32 = Self::WAITERS_SHIFT + 2;
    const LAP_SHIFT: u32 = Self::WAITERS_SHIFT + 3;

    /// An open, empty block.
    pub(super) fn opened(lap: W, waiters: bool) -> Self {
        Self(lap << Self::LAP_SHIFT).with_waiters(waiters)
    }

    /// The state of a block that is passed over in `lap` because `self` still has writers in it.
    pub(super) fn pinned(self, lap: W, waiters: bool) -> Self {
        let count = self.0 & Self::low(W::COUNT_BITS) << W::OFFSET_BITS;
        let state = W::ONE << Self::PINNED_SHIFT | W::ONE << Self::CLOSED_SHIFT;
        Self(lap << Self::LAP_SHIFT | state | count).with_waiters(waiters)
    }

    /// The same state, closed.
    pub(super) fn closed(self) -> Self {
        Self(self.0 | W::ONE << Self::CLOSED_SHIFT)
    }

    /// The same state with one more record of `words` data words.
    #[inline(always)]
    pub(super) fn reserved(self, words: usize) -> Self {
        Self(self.0.plus(W::from_u64(words as u64 | 1 << W::OFFSET_BITS)))
    }

    /// The same state with `count` records that reach to data word `offset`.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "salvage needs std"))]
    pub(super) fn with_records(self, count: usize, offset: usize) -> Self {
        Self(self.0.plus(W::from_u64((offset | count << W::OFFSET_BITS) as u64)))
    }

    /// The lap that this state belongs to, as much of it as is kept.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "salvage needs std"))]
    pub(super) fn lap(self) -> W {
        self.0 >> Self::LAP_SHIFT
    }

    pub(super) fn with_waiters(self, waiters: bool) -> Self {
        let bit = W::ONE << Self::WAITERS_SHIFT;
        Self(if waiters { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether reservations for `lap` are accepted: the lap matches and neither state bit is set.
    #[inline(always)]
    pub(super) fn is_open(self, lap: W) -> bool {
        (self.0 >> Self::CLOSED_SHIFT) == (lap & Self::low(W::LAP_BITS)) << 2
    }

    pub(super) fn phase(self, lap: W) -> Phase {
        let wanted = lap & Self::low(W::LAP_BITS);
        match (self.0 >> Self::LAP_SHIFT == wanted, self.is_pinned(), self.is_closed()) {
            (false, ..) => Phase::Elsewhere,
            (true, true, _) => Phase::Pinned,
            (true, false, true) => Phase::Closed,
            (true, false, false) => Phase::Open,
        }
    }

    /// First free data word.
    #[inline(always)]
    pub(super) fn offset(self) -> usize {
        (self.0 & Self::low(W::OFFSET_BITS)).as_u64() as usize
    }

    /// Slots that somebody must have committed before the block can be reopened.
    #[inline(always)]
    pub(super) fn count(self) -> usize {
        (self.0 >> W::OFFSET_BITS & Self::low(W::COUNT_BITS)).as_u64() as usize
    }

    /// Records that belong to this lap: none in a pinned block.
    pub(super) fn records(self) -> usize {
        if self.is_pinned() { 0 } else { self.count() }
    }

    #[inline(always)]
    pub(super) fn waiters(self) -> bool {
        self.bit(Self::WAITERS_SHIFT)
    }

    pub(super) fn is_pinned(self) -> bool {
        self.bit(Self::PINNED_SHIFT)
    }

    fn is_closed(self) -> bool {
        self.bit(Self::CLOSED_SHIFT)
    }

    #[inline(always)]
    fn bit(self, shift: u32) -> bool {
        self.0 >> shift & W::ONE == W::ONE
    }

    #[inline(always)]
    fn low(bits: u32) -> W {
        (W::ONE << bits).minus(W::ONE)
    }
}
