//! The writer's side of one shard: reserve, copy, commit.

use super::barrier::{after_reserve, commit_order};
use super::control::Phase;
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
    pub(super) words: &'a [W::Atomic],
    pub(super) geometry: Geometry,
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
/// abandoned, and readers count it as lost.
#[must_use = "an uncommitted reservation pins its block"]
#[derive(Debug)]
pub struct Reservation<'a, W: Word> {
    shard: Shard<'a, W>,
    place: Place<W>,
    len: usize,
}

/// Where a reserved record goes.
#[derive(Clone, Copy, Debug)]
struct Place<W> {
    sequence: W,
    slot: usize,
    offset: usize,
    waiters: bool,
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

    /// Reserves room for a record of exactly `len` bytes.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn reserve(&self, len: usize) -> Result<Reservation<'a, W>, ReserveError> {
        let place = self.reserve_place(len)?;
        Ok(Reservation { shard: *self, place, len })
    }

    /// Longest record in bytes.
    #[inline(always)]
    pub fn len_max(&self) -> usize {
        self.geometry.len_max::<W>()
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

    /// Records refused because every block was pinned.
    pub fn rejected(&self) -> u64 {
        W::load(&self.words[W::LINE], Ordering::Relaxed).as_u64()
    }

    /// How often a block was passed over because a writer in it had not finished.
    pub fn pins(&self) -> u64 {
        W::load(&self.words[W::LINE + 1], Ordering::Relaxed).as_u64()
    }

    pub(super) fn count_pin(&self) {
        W::add(&self.words[W::LINE + 1], W::ONE, Ordering::Relaxed);
    }

    #[inline(always)]
    fn reserve_place(&self, len: usize) -> Result<Place<W>, ReserveError> {
        if len > self.len_max() {
            return Err(ReserveError::TooLong);
        }
        let words = len.div_ceil(W::BYTES);
        let mut pinned = Run::NONE;
        loop {
            let sequence = self.head();
            let block = self.block(sequence);
            let control = block.control();
            let (offset, slot) = (control.offset(), control.count());
            let fits = offset + words <= self.geometry.data::<W>() && slot < self.geometry.slots;
            if control.is_open(self.lap(sequence)) && fits {
                if W::swap_if(block.control_cell(), control.0, control.reserved(words).0) {
                    after_reserve();
                    return Ok(Place { sequence, slot, offset, waiters: control.waiters() });
                }
            } else if !self.make_room(sequence, control, &mut pinned) {
                W::add(&self.words[W::LINE], W::ONE, Ordering::Relaxed);
                return Err(ReserveError::AllPinned);
            }
        }
    }

    /// Copies the record into its words. A short last word is cut out of the record's last full
    /// word, because a copy of variable length costs more than the whole rest (5 ns of 13).
    #[inline(always)]
    fn fill(&self, place: &Place<W>, record: &[u8]) {
        let start = self.data_index(place.sequence) + place.offset;
        let words = &self.words[start..start + record.len().div_ceil(W::BYTES)];
        let mut whole = record.chunks_exact(W::BYTES);
        for (bytes, word) in whole.by_ref().zip(words) {
            W::store(word, W::from_bytes(bytes), Ordering::Relaxed);
        }
        let rest = whole.remainder();
        if let (false, Some(word)) = (rest.is_empty(), words.last()) {
            let value = if record.len() >= W::BYTES {
                let last = W::from_bytes(&record[record.len() - W::BYTES..]);
                last >> (8 * (W::BYTES - rest.len())) as u32
            } else {
                rest.iter().rev().fold(W::ZERO, |word, &byte| word << 8 | W::from_u64(byte.into()))
            };
            W::store(word, value, Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn commit(&self, place: &Place<W>, len: usize) -> Wake {
        let entry = Slot { tag: W::tag(place.sequence), offset: place.offset, len };
        W::publish(self.block(place.sequence).slot(place.slot), entry, commit_order());
        if place.waiters { self.take_waiters(place.sequence) } else { Wake::Nobody }
    }

    /// Clears the waiters bit, unless the block is closed: then the opener of the next block has
    /// carried the bit on, and clearing it here would change a final word.
    #[cold]
    fn take_waiters(&self, sequence: W) -> Wake {
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
    /// Puts the record's bytes in; may be called again before the commit.
    ///
    /// # Panics
    /// When `record` is not as long as what was reserved.
    pub fn fill(&mut self, record: &[u8]) {
        assert_eq!(record.len(), self.len, "the record is as long as its reservation");
        self.shard.fill(&self.place, record);
    }

    /// Makes the record visible to readers.
    pub fn commit(self) -> Wake {
        let wake = self.shard.commit(&self.place, self.len);
        core::mem::forget(self);
        wake
    }
}

impl<W: Word> Drop for Reservation<'_, W> {
    fn drop(&mut self) {
        // The waiters bit stays for whoever commits next: there is nothing here to wake up for.
        let entry = Slot {
            tag: W::tag(self.place.sequence),
            offset: self.place.offset,
            len: W::LEN_MAX + 1,
        };
        let block = self.shard.block(self.place.sequence);
        W::publish(block.slot(self.place.slot), entry, commit_order());
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
