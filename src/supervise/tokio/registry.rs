//! All tasks, by id and by name, in shards that do not wait for each other.
//!
//! Names of bare futures that are over are free again. They stay listed until others have ended
//! after them: a program that starts a task for each request keeps a bounded past.
//!
//! A task that can be started again keeps its name, for somebody may want to start it. But a program
//! that makes such a task for each job must not grow for ever either: of those outside of groups
//! that have completed, and of those that have failed, the oldest are forgotten once there are more
//! than some hundred of them. What somebody stopped or disabled is never forgotten.

use core::hash::BuildHasher;
use std::borrow::ToOwned;
use std::boxed::Box;
use std::format;
use std::hash::RandomState;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use super::entry::Entry;
use super::error::SpawnError;
use super::name::{self, Name};
use super::report::FloorCharBoundary;
use crate::record::TaskId;
use crate::supervise::roster::{self, Hashed, Listed, Reserved, Roster, Shelf, Unlisted};
use crate::supervise::status::Kind;

/// Low bits of an id that say in which shard its task is.
const SHARD_BITS: u32 = 4;
const SHARDS: usize = 1 << SHARD_BITS;

/// Slot and shard fit into the low half of an id.
const _: () = assert!(roster::MOST as u64 * SHARDS as u64 <= 1 << 32);

/// How many numbers are tried one by one.
const FEW_SUFFIXES: u32 = 16;

/// A number that no suffix reaches: the name counts as taken.
const MOST_SUFFIXES: u32 = 1 << 30;

/// What is to happen where a name is taken by a task that lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Collision {
    /// The new task is refused.
    #[default]
    Reject,
    /// The new task gets a free one of `name_1`, `name_2` and so on, the first one where few are
    /// taken. A name that gets too long for it is cut.
    Suffix,
    /// The old task is aborted; the new one starts when nothing is left of it, nor of those that had
    /// the name before. A group is not replaced: its name is taken.
    Replace,
}

/// What is to be added.
pub(super) struct Newcomer<'a> {
    pub(super) name: &'a str,
    pub(super) collision: Collision,
}

/// A task that was added, and the one whose name it took.
pub(super) struct Added {
    pub(super) entry: Arc<Entry>,
    pub(super) replaced: Option<Arc<Entry>>,
}

/// The place of a task that is about to be listed.
pub(super) struct Seat {
    pub(super) id: TaskId,
    pub(super) name: Name,
    /// Whether the one that had the name lives.
    pub(super) takes_over: bool,
}

/// Makes the task for a seat, or says why it is not to be. It is called with the shard locked, so
/// that nobody finds the task before it is all there.
type Make<'a> = dyn FnMut(Seat) -> Result<Arc<Entry>, SpawnError> + 'a;

#[derive(Debug)]
pub(super) struct Registry {
    shards: Box<[Shard; SHARDS]>,
    /// Keyed, as names may come from outside.
    hasher: RandomState,
}

/// Two threads that use two shards do not share a line of the cache; processors fetch two at once.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard(Mutex<Roster<Entry>>);

impl Listed for Entry {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_over(&self) -> bool {
        self.is_over()
    }

    fn gives_way(&self) -> bool {
        self.kind != Kind::Group
    }

    fn is_bare(&self) -> bool {
        self.managed.is_none()
    }
}

impl Registry {
    pub(super) fn new() -> Self {
        let shards = Box::new(core::array::from_fn(|_| Shard::default()));
        Self { shards, hasher: RandomState::new() }
    }

    /// Adds the task that `make` makes of its id and its name.
    pub(super) fn add(
        &self,
        newcomer: &Newcomer<'_>,
        make: &mut Make<'_>,
    ) -> Result<Added, SpawnError> {
        let name = newcomer.name;
        name::check(name).map_err(|why| SpawnError::Name(name.into(), why))?;
        let replace = newcomer.collision == Collision::Replace;
        match self.try_add(name, replace, make)? {
            None if newcomer.collision == Collision::Suffix => self.add_suffixed(name, make),
            None => Err(SpawnError::Taken(name.into())),
            Some(added) => Ok(added),
        }
    }

    /// Adds it under a number that is free. Of the first few it is the least one; beyond those it is
    /// found by halving, so that a thousand tasks of one name do not try a thousand numbers each.
    fn add_suffixed(&self, name: &str, make: &mut Make<'_>) -> Result<Added, SpawnError> {
        let mut number = 1;
        while number < MOST_SUFFIXES {
            if let Some(added) = self.try_add(&suffixed(name, number), false, make)? {
                return Ok(added);
            }
            // Taken: of this number, or of the one that somebody else was quicker to take.
            number = if number < FEW_SUFFIXES { number + 1 } else { self.free_after(name, number) };
        }
        Err(SpawnError::Taken(name.into()))
    }

    /// A free number greater than one that is taken, next to one that is taken.
    fn free_after(&self, name: &str, mut taken: u32) -> u32 {
        let is_free = |number| self.named(&suffixed(name, number)).is_none_or(|one| one.is_over());
        let mut free = taken * 2;
        while free < MOST_SUFFIXES && !is_free(free) {
            (taken, free) = (free, free * 2);
        }
        while free - taken > 1 {
            let middle = taken + (free - taken) / 2;
            if is_free(middle) { free = middle } else { taken = middle }
        }
        free
    }

    /// `None` where the name is taken and not to be taken over.
    fn try_add(
        &self,
        name: &str,
        replace: bool,
        make: &mut Make<'_>,
    ) -> Result<Option<Added>, SpawnError> {
        let (at, hashed) = self.place(name);
        // Dropped after the lock: what an entry holds may be the user's.
        let mut _waits_no_more = Vec::new();
        let mut shard = self.shards[at].0.lock();
        let reserved = shard.reserve(hashed, replace, |place, replaced| {
            make(Seat { id: id(at, place), name: name.into(), takes_over: replaced.is_some() })
        });
        if let Ok(Reserved { entry, replaced: Some(before), .. }) = &reserved {
            // Under the lock: who takes the name next finds all who wait.
            _waits_no_more = entry.come_after(before);
        }
        drop(shard);
        match reserved {
            Ok(Reserved { entry, replaced, over }) => {
                drop(over);
                Ok(Some(Added { entry, replaced }))
            }
            Err(Unlisted::Taken) => Ok(None),
            Err(Unlisted::Full) => Err(SpawnError::Full),
            Err(Unlisted::Unmade(why)) => Err(why),
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<Arc<Entry>> {
        let (at, hashed) = self.place(name);
        self.shards[at].0.lock().named(hashed).map(Arc::clone)
    }

    /// The shard of a name, and what it is called there.
    fn place<'a>(&self, name: &'a str) -> (usize, Hashed<'a>) {
        let hash = self.hasher.hash_one(name);
        ((hash >> (64 - SHARD_BITS)) as usize, Hashed { name, hash: hash as u32 })
    }

    pub(super) fn get(&self, id: TaskId) -> Option<Arc<Entry>> {
        let (shard, place) = parts(id);
        self.shards[shard].0.lock().get(place)
    }

    /// Files a bare future that is over. The oldest one like it may be forgotten for it.
    pub(super) fn retire(&self, entry: &Entry, failed: bool) {
        let (shard, place) = parts(entry.id);
        let shelf = if failed { Shelf::Broken } else { Shelf::Done };
        // Dropped after the lock: what an entry holds may be the user's.
        let _forgotten = self.shards[shard].0.lock().retire(place, shelf);
    }

    /// Files a task that has come to rest by itself; returns the oldest one like it if that one has
    /// to be forgotten for it.
    pub(super) fn file(&self, entry: &Entry, failed: bool) -> Option<Arc<Entry>> {
        let (shard, place) = parts(entry.id);
        let shelf = if failed { Shelf::Failed } else { Shelf::Completed };
        self.shards[shard].0.lock().file(place, shelf)
    }

    /// A task that was filed is started again.
    pub(super) fn unfile(&self, entry: &Entry) {
        let (shard, place) = parts(entry.id);
        self.shards[shard].0.lock().unfile(place.slot);
    }

    /// One that was filed is forgotten.
    pub(super) fn count_forgotten(&self, entry: &Entry) {
        self.shards[parts(entry.id).0].0.lock().count_forgotten();
    }

    /// Forgets a task at once.
    pub(super) fn remove(&self, id: TaskId) -> Option<Arc<Entry>> {
        let (shard, place) = parts(id);
        self.shards[shard].0.lock().remove(place)
    }

    /// How many tasks that were over are forgotten.
    pub(super) fn forgotten(&self) -> u64 {
        self.shards.iter().map(|shard| shard.0.lock().forgotten()).sum()
    }

    /// How many bare futures live. Where none comes any more, 0 is final.
    pub(super) fn bare(&self) -> u64 {
        self.shards.iter().map(|shard| u64::from(shard.0.lock().bare())).sum()
    }

    /// How many tasks are listed.
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.0.lock().len()).sum()
    }

    /// Calls `f` for each task until it says stop; the locks are held only while a page of tasks is
    /// taken from a shard, never while `f` runs.
    pub(super) fn each(&self, f: &mut dyn FnMut(&Arc<Entry>) -> bool) {
        let mut page = Vec::new();
        for shard in self.shards.iter() {
            let mut next = 0;
            loop {
                next = shard.0.lock().page(next, &mut page);
                if page.is_empty() {
                    break;
                }
                if !page.iter().all(&mut *f) {
                    return;
                }
                page.clear();
            }
        }
    }
}

/// The name with a number, cut to what a name may have.
fn suffixed(name: &str, number: u32) -> String {
    let suffix = format!("_{number}");
    let end = name.floor_char_boundary_of(name::MAX_NAME - suffix.len());
    name[..end].to_owned() + &suffix
}

fn id(shard: usize, place: roster::Place) -> TaskId {
    let low = place.slot << SHARD_BITS | shard as u32;
    TaskId(u64::from(place.generation) << 32 | u64::from(low))
}

/// Shard and place of an id.
fn parts(id: TaskId) -> (usize, roster::Place) {
    let low = id.0 as u32;
    let place = roster::Place { slot: low >> SHARD_BITS, generation: (id.0 >> 32) as u32 };
    (low as usize & (SHARDS - 1), place)
}

#[cfg(test)]
mod tests;
