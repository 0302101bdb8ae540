//! The writer's side of one shard: reserve, copy, commit.

use super::barrier::{after_reserve, commit_order};
use super::block::{Block, at};
use super::control::{Control, Phase};
use super::copy::{copy_in, copy_in_u64, words_of};
use super::geometry::Geometry;
use super::open::Run;
use super::word::{Slot, Word};
use crate::sync::Ordering;

/// One overwriting byte ring over borrowed words: any number of writers and readers.
///
/// A record is a byte string of at most [`len_max`](Self::len_max) bytes. Writing never waits: when
/// the ring is full, the oldest block of records goes; a block in which some writer has not
/// finished is passed over until it has.
#[derive(Debug)]
pub struct Shard<'a, W: Word> {
    /// The shard's words, and those behind it.
    pub(super) words: &'a [W::Atomic],
    pub(super) geometry: &'a Geometry,
}

/// Whether a follower sleeps and must be woken, now that a record was committed.
#[must_use = "a sleeping follower is woken only by who commits"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Nobody sleeps.
    Nobody,
    /// Wake every follower that registered before it called [`Reader::arm`](super::Reader::arm).
    Followers,
}

/// A reservation was refused; the record is not in the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveError {
    /// The record is longer than [`Shard::len_max`].
    TooLong,
    /// Every block holds a writer that has not finished. Counted as rejected.
    AllPinned,
}

/// Room for one record that no reader sees yet; dropped without [`commit`](Self::commit) it is
/// [abandoned](Self::abandon), and whoever commits next wakes the followers.
#[must_use = "an uncommitted reservation pins its block"]
#[derive(Debug)]
pub struct Reservation<'a, W: Word> {
    shard: Shard<'a, W>,
    place: Place<'a, W>,
    len: usize,
    /// Bytes of the record that are in place: none, or all.
    filled: usize,
}

/// Where a reserved record goes: into the first free words and the first free slot of `before`.
#[derive(Debug)]
struct Place<'a, W: Word> {
    sequence: W,
    block: Block<'a, W>,
    before: Control<W>,
}

impl<W: Word> Clone for Shard<'_, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: Word> Copy for Shard<'_, W> {}

impl<'a, W: Word> Shard<'a, W> {
    /// Writes one record; what it returns tells whether to wake followers.
    ///
    /// # Errors
    /// When the record is too long, or every block holds a writer that has not finished.
    #[inline]
    pub fn write(&self, record: &[u8]) -> Result<Wake, ReserveError> {
        let place = self.reserve_place(record.len())?;
        self.fill(&place, record);
        Ok(self.commit(&place, record.len()))
    }

    /// Writes one record that consists of the bytes of `head`, little endian, and of `body`; for
    /// cores on which putting the two together first would cost as much as the rest, and on which
    /// nobody sleeps until a record comes: it wakes no followers.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    #[inline(always)]
    pub fn write_headed(&self, head: u64, body: &[u8]) -> Result<(), ReserveError> {
        let place = self.reserve_place(size_of::<u64>() + body.len())?;
        self.put_headed(&place, head, body);
        Ok(())
    }

    /// The same where the block that is being written has room and nobody comes in between; what it
    /// returns tells whether that was so. Nothing is called, which is a sixth of a short record.
    #[inline(always)]
    pub fn try_write_headed(&self, head: u64, body: &[u8]) -> bool {
        let len = size_of::<u64>() + body.len();
        if len > self.geometry.len_max {
            return false;
        }
        let Ok(place) = self.try_reserve(self.head(), words_of::<W>(len)) else { return false };
        self.put_headed(&place, head, body);
        true
    }

    #[inline(always)]
    fn put_headed(&self, place: &Place<'a, W>, head: u64, body: &[u8]) {
        let len = size_of::<u64>() + body.len();
        let slot = place.block.slot(place.before.count());
        let entry = Slot { tag: W::tag(place.sequence), offset: place.before.offset(), len };
        // Where slots are two words, what stands in the first need not be remembered until then.
        W::describe(slot, entry);
        copy_in::<W>(body, copy_in_u64::<W>(head, self.room(place, len)));
        W::publish_described(slot, entry, commit_order());
    }

    /// Reserves room for a record of exactly `len` bytes.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn reserve(&self, len: usize) -> Result<Reservation<'a, W>, ReserveError> {
        let place = self.reserve_place(len)?;
        Ok(Reservation { shard: *self, place, len, filled: 0 })
    }

    /// Longest record in bytes.
    #[inline(always)]
    pub fn len_max(&self) -> usize {
        self.geometry.len_max
    }

    /// Records written so far, those readers cannot get any more and abandoned ones included.
    pub fn written(&self) -> W {
        loop {
            let head = self.head();
            let (block, previous) = (self.block(head), self.block(head.minus(W::ONE)));
            let control = block.control();
            let written = match control.phase(self.lap(head)) {
                // The head has moved on to a block that nobody has opened yet.
                Phase::Elsewhere => previous.base().plus(previous.records()),
                _ => block.base().plus(W::from_u64(control.records() as u64)),
            };
            if self.head() == head {
                return written;
            }
        }
    }

    /// Number of the block that is written now: the one [`blocks_len`](Self::blocks_len)
    /// before it is gone.
    #[inline]
    pub fn newest_block(&self) -> u64 {
        self.head().as_u64()
    }

    /// How many blocks there are.
    #[inline]
    pub fn blocks_len(&self) -> usize {
        self.geometry.blocks()
    }

    /// Records refused because every block was pinned.
    pub fn rejected(&self) -> u64 {
        W::load(at(self.words, W::LINE), Ordering::Relaxed).as_u64()
    }

    /// How often a block was passed over because a writer in it had not finished.
    pub fn pins(&self) -> u64 {
        W::load(at(self.words, W::LINE + 1), Ordering::Relaxed).as_u64()
    }

    pub(super) fn count_pin(&self) {
        W::add(at(self.words, W::LINE + 1), W::ONE, Ordering::Relaxed);
    }

    #[inline(always)]
    fn reserve_place(&self, len: usize) -> Result<Place<'a, W>, ReserveError> {
        if len > self.geometry.len_max {
            return Err(ReserveError::TooLong);
        }
        let words = words_of::<W>(len);
        match self.try_reserve(self.head(), words) {
            Ok(place) => Ok(place),
            Err(_) => self.reserve_elsewhere(words),
        }
    }

    /// Reserves in the block at `head`; otherwise returns what was found there.
    #[inline(always)]
    fn try_reserve(&self, head: W, words: usize) -> Result<Place<'a, W>, Control<W>> {
        let block = self.block(head);
        let before = block.control();
        let fits = self.has_room(before, words) && before.is_open(self.lap(head));
        if fits && W::swap_if(block.control_cell(), before.0, before.reserved(words).0) {
            after_reserve();
            return Ok(Place { sequence: head, block, before });
        }
        Err(before)
    }

    /// Slots that are taken: never more than there are, whatever the memory says.
    pub(super) fn taken(&self, control: Control<W>) -> usize {
        control.count().min(self.geometry.slots)
    }

    /// Those that hold records of the control word's own lap.
    pub(super) fn records(&self, control: Control<W>) -> usize {
        control.records().min(self.geometry.slots)
    }

    /// The whole loop, out of line: another writer came first, or the next block is due.
    #[cold]
    #[inline(never)]
    fn reserve_elsewhere(self, words: usize) -> Result<Place<'a, W>, ReserveError> {
        let mut pinned = Run::NONE;
        loop {
            let head = self.head();
            let found = match self.try_reserve(head, words) {
                Ok(place) => return Ok(place),
                Err(found) => found,
            };
            if !self.make_room(head, found, words, &mut pinned) {
                W::add(at(self.words, W::LINE), W::ONE, Ordering::Relaxed);
                return Err(ReserveError::AllPinned);
            }
        }
    }

    #[inline(always)]
    fn fill(&self, place: &Place<'a, W>, record: &[u8]) {
        copy_in::<W>(record, self.room(place, record.len()));
    }

    /// The words that were reserved at `place` for a record of `len` bytes.
    #[inline(always)]
    fn room(&self, place: &Place<'a, W>, len: usize) -> &'a [W::Atomic] {
        let start = self.geometry.data_start + place.before.offset();
        place.block.words(start, words_of::<W>(len))
    }

    #[inline(always)]
    fn commit(&self, place: &Place<'_, W>, len: usize) -> Wake {
        self.publish(place, len);
        if place.before.waiters() { self.take_waiters(place.sequence) } else { Wake::Nobody }
    }

    #[inline(always)]
    fn publish(&self, place: &Place<'_, W>, len: usize) {
        let entry = Slot { tag: W::tag(place.sequence), offset: place.before.offset(), len };
        W::publish(place.block.slot(place.before.count()), entry, commit_order());
    }

    /// Clears the waiters bit, unless the block is closed: then the opener of the next block has
    /// carried the bit on, and clearing it here would change a final word.
    #[cold]
    fn take_waiters(self, sequence: W) -> Wake {
        let block = self.block(sequence);
        loop {
            let control = block.control();
            if control.phase(self.lap(sequence)) != Phase::Open || !control.waiters() {
                return Wake::Followers;
            }
            if W::swap_if(block.control_cell(), control.0, control.with_waiters(false).0) {
                return Wake::Followers;
            }
        }
    }
}

impl<W: Word> Reservation<'_, W> {
    /// The length that says that there is no record.
    const ABANDONED: usize = W::LEN_MAX + 1;

    /// Puts the record's bytes in; may be called again before the commit.
    ///
    /// # Panics
    /// When `record` is not as long as what was reserved.
    pub fn fill(&mut self, record: &[u8]) {
        assert_eq!(record.len(), self.len, "the record is as long as its reservation");
        self.shard.fill(&self.place, record);
        self.filled = self.len;
    }

    /// Makes the record visible to readers; one that was never filled is empty.
    pub fn commit(self) -> Wake {
        let len = self.filled;
        self.end(len)
    }

    /// Gives the room back without a record; readers count it as lost.
    pub fn abandon(self) -> Wake {
        self.end(Self::ABANDONED)
    }

    fn end(self, len: usize) -> Wake {
        let wake = self.shard.commit(&self.place, len);
        core::mem::forget(self);
        wake
    }
}

impl<W: Word> Drop for Reservation<'_, W> {
    fn drop(&mut self) {
        // Nobody can be told here, so the waiters bit stays for whoever commits next.
        self.shard.publish(&self.place, Self::ABANDONED);
    }
}

impl core::fmt::Display for ReserveError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the record is longer than the ring takes; see `Shard::len_max`",
            Self::AllPinned => "every block of the ring holds a writer that has not finished",
        })
    }
}

impl core::error::Error for ReserveError {}
