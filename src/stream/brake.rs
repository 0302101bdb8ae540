//! Writers wait for a reader that asked not to lose anything.
//!
//! Such a reader says for each shard up to which block it lets writers go, one block before they
//! would overwrite what it has not read. A writer that is beyond sleeps in short turns until a
//! quarter of the shard is free again, so that it sleeps seldom. It waits with nothing reserved, so
//! nobody else is held up by it.
//!
//! The wait has an end: a reader that gets nowhere for its whole patience is not waited for again
//! before it has got on. A thread that blocks a signal never waits, because it may be in a signal
//! handler; where a system does not say, no thread does.

use core::time::Duration;
use std::thread::sleep;
use std::vec::Vec;

use parking_lot::Mutex;

use super::RingStream;
use super::cursor::Cursor;
use super::thread::blocks_no_signal;
use crate::clock::Clock;
use crate::ring::{Heap, Shard, Storage, Word};
use crate::sync::plain::{AtomicBool, AtomicU64, Ordering};

/// The most shards of a stream.
const SHARDS: usize = 64;
/// How long a waiting writer sleeps before it looks again.
const NAP: Duration = Duration::from_micros(50);

// Every access is relaxed: what a writer reads too late or too early makes it wait a turn more or go
// a block further, and what it may overwrite the ring itself protects and counts.
#[derive(Debug)]
pub(super) struct Brake {
    is_on: AtomicBool,
    /// The last block that writers may write, for each shard.
    limits: [AtomicU64; SHARDS],
    /// The limits that did not move while somebody waited for all the patience.
    given_up: [AtomicU64; SHARDS],
    readers: Mutex<Vec<Careful>>,
}

/// A reader for which writers wait.
#[derive(Debug)]
struct Careful {
    id: u64,
    limits: Vec<u64>,
    patience: Duration,
    /// The number of its thread, which must not wait for itself.
    thread: u16,
}

/// Keeps writers waiting for a reader as long as it is held.
#[derive(Debug)]
pub(crate) struct Hold<'s> {
    stream: &'s RingStream,
    id: u64,
}

impl Brake {
    pub(super) const fn new() -> Self {
        Self {
            is_on: AtomicBool::new(false),
            limits: [const { AtomicU64::new(u64::MAX) }; SHARDS],
            given_up: [const { AtomicU64::new(0) }; SHARDS],
            readers: Mutex::new(Vec::new()),
        }
    }

    /// Waits, if the next record of `shard` might push out what a careful reader has not read.
    #[inline]
    pub(super) fn pace<W: Word>(&self, shard: &Shard<'_, W>, thread: u16, shards: usize) {
        if self.is_on.load(Ordering::Relaxed) {
            self.check(shard, thread, shards);
        }
    }

    #[inline]
    fn check<W: Word>(&self, shard: &Shard<'_, W>, thread: u16, shards: usize) {
        let index = usize::from(thread) & (shards - 1);
        if let (Some(limit), Some(given_up)) = (self.limits.get(index), self.given_up.get(index)) {
            let most = limit.load(Ordering::Relaxed);
            if shard.newest_block() > most && most != given_up.load(Ordering::Relaxed) {
                self.wait(shard, thread, limit, given_up);
            }
        }
    }

    #[cold]
    fn wait<W: Word>(
        &self,
        shard: &Shard<'_, W>,
        thread: u16,
        limit: &AtomicU64,
        given_up: &AtomicU64,
    ) {
        let Some(patience) = self.patience(thread).filter(|_| blocks_no_signal()) else { return };
        let quarter = shard.blocks_len() as u64 / 4;
        let now = || Duration::from_nanos(Clock::system().sample().mono_ns);
        let (mut seen, mut since) = (limit.load(Ordering::Relaxed), now());
        loop {
            sleep(NAP);
            let most = limit.load(Ordering::Relaxed);
            if shard.newest_block().saturating_add(quarter) <= most {
                return;
            }
            if most != seen {
                (seen, since) = (most, now());
            } else if now().saturating_sub(since) >= patience {
                return given_up.store(most, Ordering::Relaxed);
            }
        }
    }

    /// How long a thread waits; `None` for the readers themselves.
    fn patience(&self, thread: u16) -> Option<Duration> {
        let readers = self.readers.lock();
        let is_reader = readers.iter().any(|reader| reader.thread == thread);
        readers.iter().map(|reader| reader.patience).max().filter(|_| !is_reader)
    }

    /// Takes over the least limit of all readers.
    fn publish(&self, readers: &[Careful]) {
        for (index, limit) in self.limits.iter().enumerate() {
            let limits = readers.iter().filter_map(|reader| reader.limits.get(index));
            limit.store(limits.min().copied().unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.is_on.store(!readers.is_empty(), Ordering::Relaxed);
    }
}

impl RingStream {
    /// Lets writers wait for the reader of `cursor`, each for at most `patience` without progress.
    pub(crate) fn hold_writers(&self, cursor: &Cursor<'_, Heap>, patience: Duration) -> Hold<'_> {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let id = IDS.fetch_add(1, Ordering::Relaxed);
        let limits = cursor.limits().collect();
        let careful = Careful { id, limits, patience, thread: self.this_thread() };
        let brake = &self.core.state.brake;
        let mut readers = brake.readers.lock();
        readers.push(careful);
        brake.publish(&readers);
        drop(readers);
        Hold { stream: self, id }
    }
}

impl Hold<'_> {
    /// Says how far the reader has come.
    pub(crate) fn publish(&self, cursor: &Cursor<'_, Heap>) {
        let brake = &self.stream.core.state.brake;
        let mut readers = brake.readers.lock();
        if let Some(reader) = readers.iter_mut().find(|reader| reader.id == self.id) {
            reader.limits.clear();
            reader.limits.extend(cursor.limits());
        }
        brake.publish(&readers);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let brake = &self.stream.core.state.brake;
        let mut readers = brake.readers.lock();
        readers.retain(|reader| reader.id != self.id);
        brake.publish(&readers);
    }
}

impl Cursor<'_, Heap> {
    /// For each shard the last block that can be written without overwriting what this has not read.
    fn limits(&self) -> impl Iterator<Item = u64> + '_ {
        self.core().storage.region().shards().zip(self.blocks()).map(|(shard, block)| {
            // One block less, for writers that come at the same moment.
            block.saturating_add(shard.blocks_len() as u64 - 2)
        })
    }
}
