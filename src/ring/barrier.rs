//! The orderings that the ring stands on, each with its partner.
//!
//! | | written by | read by | what it carries |
//! |---|---|---|---|
//! | A | `COMMIT`: the slot's store in `Shard::commit` | the Acquire load of [`Word::peek`] in `Reader::read` and `Shard::is_settled` | the record's words: to a reader, and to the opener, so that the next lap's words come after them |
//! | B | [`after_reserve`], before the record's words are stored | [`before_validate`], after they are loaded, before the head is checked | who read a word of a later lap also sees the head of that lap, and discards |
//! | C | compare-and-exchange of the control word (AcqRel) in `reserve`, `open`, `close` | Acquire loads of the control word | `base` and the recycled slots, set before a block opens |
//! | D | compare-and-exchange of the head (AcqRel) in `advance` | Acquire loads of the head | the final control word and the base of the block that was left |
//! | E | compare-and-exchange of `base` (AcqRel) in `open` | Acquire load of `base` in `Reader` | the head that the opener saw, so a reader that takes a newer base sees that it was lapped |
//!
//! Beside orderings it stands on four steps, each of which looks as if it could be left out:
//!
//! | step | where | without it |
//! |---|---|---|
//! | Arm | a follower exchanges the control word even if the waiters bit is set | the next committer may not see where this follower registered, and it sleeps on |
//! | Recheck | the opener looks at the control word again before it marks a slot | a late one marks the slot of a record of the new lap: it is never read, and its block stays pinned |
//! | Retag | the slots of unfinished writers are marked when their block is pinned first | a lap later their old tags may look committed, and the block is opened under a writer |
//! | Pin | a block with an unfinished writer is passed over | it is opened under the writer: words are torn, and a slot is pending for ever |
//!
//! Under loom a test may take away one of A and B, or a step ([`Mutant`]), and must then see that.

use crate::sync::{Ordering, fence};

/// Order B, the writer's side: nothing of the record becomes visible before the reservation.
#[inline(always)]
pub(super) fn after_reserve() {
    if keeps(Mutant::WriterFence) {
        fence(Ordering::Release);
    }
}

/// Order B, the reader's side: the head is looked at after the record was copied.
#[inline(always)]
pub(super) fn before_validate() {
    if keeps(Mutant::ReaderFence) {
        fence(Ordering::Acquire);
    }
}

/// Order A, the writer's side.
#[inline(always)]
pub(super) fn commit_order() -> Ordering {
    if keeps(Mutant::Commit) { Ordering::Release } else { Ordering::Relaxed }
}

/// An ordering or a step that a model test takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutant {
    WriterFence,
    ReaderFence,
    Commit,
    /// A follower exchanges the control word even if the waiters bit is set already.
    Arm,
    /// The opener looks at the control word again before it retags a slot.
    Recheck,
    /// The slots of unfinished writers are marked before their block is pinned.
    Retag,
    /// A block with an unfinished writer is pinned.
    Pin,
}

#[cfg(not(all(test, ringvisor_loom)))]
#[inline(always)]
pub(super) const fn keeps(_: Mutant) -> bool {
    true
}

#[cfg(all(test, ringvisor_loom))]
std::thread_local! {
    /// The ordering that is missing in models run on this OS thread; loom runs a model's threads on
    /// the thread that started it.
    pub(super) static MISSING: core::cell::Cell<Option<Mutant>> = const { core::cell::Cell::new(None) };
}

#[cfg(all(test, ringvisor_loom))]
pub(super) fn keeps(mutant: Mutant) -> bool {
    MISSING.get() != Some(mutant)
}
