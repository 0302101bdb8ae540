//! All tasks, by id and by name, in shards that do not wait for each other.
//!
//! Names of tasks that are over are free again. They stay listed until others have ended after
//! them: a program that starts a task for each request keeps a bounded past.

mod names;
mod shard;

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
use crate::supervise::status::Kind;
use crate::sync::plain::{AtomicU64, Ordering};
use shard::Shard;

/// Low bits of an id that say in which shard its task is.
const SHARD_BITS: u32 = 4;
const SHARDS: usize = 1 << SHARD_BITS;

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

#[derive(Debug)]
pub(super) struct Registry {
    shards: Box<[Mutex<Shard>; SHARDS]>,
    /// How many tasks that were over are forgotten.
    forgotten: AtomicU64,
    /// Keyed, as names may come from outside.
    hasher: RandomState,
}

impl Registry {
    pub(super) fn new() -> Self {
        let shards = Box::new(core::array::from_fn(|_| Mutex::default()));
        Self { shards, forgotten: AtomicU64::new(0), hasher: RandomState::new() }
    }

    /// Adds the task that `make` makes of its id and its name.
    pub(super) fn add(
        &self,
        newcomer: &Newcomer<'_>,
        make: &mut dyn FnMut(TaskId, Name) -> Arc<Entry>,
    ) -> Result<Added, SpawnError> {
        let name = newcomer.name;
        name::check(name).map_err(|why| SpawnError::Name(name.into(), why))?;
        match self.try_add(name, newcomer.collision == Collision::Replace, make) {
            None if newcomer.collision == Collision::Suffix => self.add_suffixed(name, make),
            None => Err(SpawnError::Taken(name.into())),
            Some(added) => Ok(added),
        }
    }

    /// Adds it under a number that is free. Of the first few it is the least one; beyond those it is
    /// found by halving, so that a thousand tasks of one name do not try a thousand numbers each.
    fn add_suffixed(
        &self,
        name: &str,
        make: &mut dyn FnMut(TaskId, Name) -> Arc<Entry>,
    ) -> Result<Added, SpawnError> {
        let mut number = 1;
        while number < MOST_SUFFIXES {
            if let Some(added) = self.try_add(&suffixed(name, number), false, make) {
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
        make: &mut dyn FnMut(TaskId, Name) -> Arc<Entry>,
    ) -> Option<Added> {
        let (at, hash) = self.place(name);
        // Dropped after the lock: what an entry holds may be the user's.
        let (mut _forgotten, mut _over) = (None, Vec::new());
        let mut shard = self.shards[at].lock();
        let before = shard.named(hash, name).map(Arc::clone);
        let replaced = match before {
            Some(entry) if entry.is_over() => {
                let (_, slot, generation) = parts(entry.id);
                _forgotten = shard.remove(slot, generation);
                None
            }
            Some(entry) if !replace || entry.kind == Kind::Group => return None,
            Some(entry) => {
                shard.unname(parts(entry.id).1);
                Some(entry)
            }
            None => None,
        };
        let entry = shard.insert(hash, |slot, generation| {
            let low = slot << SHARD_BITS | at as u32;
            make(TaskId(u64::from(generation) << 32 | u64::from(low)), name.into())
        })?;
        if let Some(before) = &replaced {
            // Under the lock: who takes the name next finds all who wait.
            _over = entry.come_after(before);
        }
        Some(Added { entry, replaced })
    }

    pub(super) fn named(&self, name: &str) -> Option<Arc<Entry>> {
        let (at, hash) = self.place(name);
        self.shards[at].lock().named(hash, name).map(Arc::clone)
    }

    /// The shard of a name, and its hash there.
    fn place(&self, name: &str) -> (usize, u32) {
        let hash = self.hasher.hash_one(name);
        ((hash >> (64 - SHARD_BITS)) as usize, hash as u32)
    }

    pub(super) fn get(&self, id: TaskId) -> Option<Arc<Entry>> {
        let (shard, slot, generation) = parts(id);
        self.shards[shard].lock().get(slot, generation)
    }

    /// Files a task among those that are over. The oldest of those may be forgotten for it.
    pub(super) fn retire(&self, entry: &Arc<Entry>, failed: bool) {
        let (shard, slot, generation) = parts(entry.id);
        // Dropped after the lock: what an entry holds may be the user's.
        let forgotten = self.shards[shard].lock().retire(slot, generation, failed);
        if forgotten.is_some() {
            self.forgotten.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Forgets a task at once.
    pub(super) fn remove(&self, id: TaskId) -> Option<Arc<Entry>> {
        let (shard, slot, generation) = parts(id);
        self.shards[shard].lock().remove(slot, generation)
    }

    /// How many tasks that were over are forgotten.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    /// How many tasks are listed.
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Calls `f` for each task until it says stop; the locks are held only while a page of tasks is
    /// taken from a shard, never while `f` runs.
    pub(super) fn each(&self, f: &mut dyn FnMut(&Arc<Entry>) -> bool) {
        let mut page = Vec::new();
        for shard in self.shards.iter() {
            let mut next = 0;
            loop {
                next = shard.lock().page(next, &mut page);
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

/// Shard, slot and generation of an id.
fn parts(id: TaskId) -> (usize, u32, u32) {
    let low = id.0 as u32;
    (low as usize & (SHARDS - 1), low >> SHARD_BITS, (id.0 >> 32) as u32)
}

#[cfg(test)]
mod tests;
