//! Some of the tasks: a slab of them, which of them has which name, and which are over.
//!
//! A name is reserved here: whoever wants it looks who has it, is made, and takes it, all under the
//! one lock that lies around this. It lies outside of the shell so that the model checkers reach it.

mod names;

use std::collections::VecDeque;
use std::sync::Arc;
use std::vec::Vec;

use names::Names;

/// How many tasks that are over stay listed, of each [`Shelf`].
const KEPT: usize = 64;

/// How many slots there are at most: ids have so much room for them.
pub(super) const MOST: u32 = 1 << 28;

/// How many tasks are taken at a time by whoever walks through all.
const PAGE: usize = 256;

/// What a task has to say of itself to be listed.
pub(super) trait Listed {
    fn name(&self) -> &str;

    /// Whether its name is free: it is no more than a memory.
    fn is_over(&self) -> bool;

    /// Whether another one may take its name while it lives.
    fn gives_way(&self) -> bool;

    /// Whether nobody but the list knows that it lives.
    fn is_bare(&self) -> bool;
}

/// A name and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hashed<'a> {
    pub(super) name: &'a str,
    pub(super) hash: u32,
}

/// Where a task is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) slot: u32,
    /// Which of the tenants of that slot it is, from 1.
    pub(super) generation: u32,
}

/// Where tasks lie that are over. Each shelf is bounded by itself, so that what there is much of
/// pushes out nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Bare futures that went well.
    Done,
    /// Bare futures that did not.
    Broken,
    /// Tasks that can be started again, and did what they had to do.
    Completed,
    /// Tasks that can be started again, and have failed.
    Failed,
}

const SHELVES: usize = 4;

/// Why nobody was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unlisted<E> {
    /// The name is taken.
    Taken,
    /// There is no slot any more.
    Full,
    /// It was not made.
    Unmade(E),
}

/// A task that is listed now.
#[derive(Debug)]
pub(super) struct Reserved<T> {
    pub(super) entry: Arc<T>,
    /// The one that lives and has lost its name to it.
    pub(super) replaced: Option<Arc<T>>,
    /// One that was over and had the name; to be dropped where no lock is held.
    pub(super) over: Option<Arc<T>>,
}

#[derive(Debug)]
pub(super) struct Roster<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    names: Names,
    /// Slots of tasks that are over, the oldest first.
    shelves: [VecDeque<u32>; SHELVES],
    /// How many tasks that were over are forgotten.
    forgotten: u64,
    /// How many bare ones live. Counted here, where whoever comes and goes is anyway: one counter
    /// for all would be what threads that spawn fight for.
    bare: u32,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    /// Of the name of the last tenant.
    hash: u32,
    entry: Option<Arc<T>>,
}

impl<T> Default for Roster<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            names: Names::default(),
            shelves: Default::default(),
            forgotten: 0,
            bare: 0,
        }
    }
}

impl<T: Listed> Roster<T> {
    /// Lists the task that `make` makes of its place and of the one whose name it takes. If none is
    /// made, nothing has changed.
    pub(super) fn reserve<E>(
        &mut self,
        name: Hashed<'_>,
        replace: bool,
        make: impl FnOnce(Place, Option<&Arc<T>>) -> Result<Arc<T>, E>,
    ) -> Result<Reserved<T>, Unlisted<E>> {
        let at = self.slot_named(name);
        let before = at.and_then(|at| self.slots.get(at as usize)?.entry.clone());
        let (replaced, over) = match before {
            Some(before) if before.is_over() => (None, Some(before)),
            Some(before) if !replace || !before.gives_way() => return Err(Unlisted::Taken),
            before => (before, None),
        };
        let entry = self.insert(name.hash, |place| make(place, replaced.as_ref()))?;
        match at {
            Some(at) if over.is_some() => {
                self.unfile(at);
                drop(self.take(at));
            }
            Some(at) => self.unname(at),
            None => {}
        }
        Ok(Reserved { entry, replaced, over })
    }

    /// The task of that name and its hash.
    pub(super) fn named(&self, name: Hashed<'_>) -> Option<&Arc<T>> {
        self.slots.get(self.slot_named(name)? as usize)?.entry.as_ref()
    }

    fn slot_named(&self, Hashed { name, hash }: Hashed<'_>) -> Option<u32> {
        // The hash comes first: it lies here, while the name is wherever its task is.
        let has_it = |slot: &Slot<T>| {
            slot.hash == hash && slot.entry.as_ref().is_some_and(|entry| entry.name() == name)
        };
        self.names.find(hash, |at| self.slots.get(at as usize).is_some_and(has_it))
    }

    fn insert<E>(
        &mut self,
        hash: u32,
        make: impl FnOnce(Place) -> Result<Arc<T>, E>,
    ) -> Result<Arc<T>, Unlisted<E>> {
        let at = match self.free.last() {
            Some(at) => *at,
            None => self.add_slot().ok_or(Unlisted::Full)?,
        };
        let slot = self.slots.get_mut(at as usize).ok_or(Unlisted::Full)?;
        let generation = slot.generation.wrapping_add(1).max(1);
        let entry = make(Place { slot: at, generation }).map_err(Unlisted::Unmade)?;
        *slot = Slot { generation, hash, entry: Some(Arc::clone(&entry)) };
        self.free.pop();
        self.bare += u32::from(entry.is_bare());
        let slots = &self.slots;
        self.names.insert(hash, at, |slot| hash_of(slots, slot));
        Ok(entry)
    }

    /// A slot that is free, for whoever comes next.
    fn add_slot(&mut self) -> Option<u32> {
        let at = u32::try_from(self.slots.len()).ok().filter(|at| *at < MOST)?;
        self.slots.push(Slot { generation: 0, hash: 0, entry: None });
        self.free.push(at);
        Some(at)
    }
}

impl<T> Roster<T> {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// How many tasks that were over are forgotten.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// How many bare ones live.
    pub(super) fn bare(&self) -> u32 {
        self.bare
    }

    pub(super) fn get(&self, place: Place) -> Option<Arc<T>> {
        self.tenant(place)?.entry.clone()
    }

    fn tenant(&self, place: Place) -> Option<&Slot<T>> {
        self.slots.get(place.slot as usize).filter(|slot| slot.generation == place.generation)
    }

    /// A bare one lives no more, and is filed if it is listed still; returns the one that is
    /// forgotten for it.
    pub(super) fn retire(&mut self, place: Place, shelf: Shelf) -> Option<Arc<T>> {
        self.bare = self.bare.saturating_sub(1);
        let oldest = self.shelve(place, shelf)?;
        self.forgotten += 1;
        self.take(oldest)
    }

    /// Files a task that is over; returns the one that is to be forgotten for it, which is listed
    /// still.
    pub(super) fn file(&mut self, place: Place, shelf: Shelf) -> Option<Arc<T>> {
        self.unfile(place.slot);
        let oldest = self.shelve(place, shelf)?;
        self.slots.get(oldest as usize)?.entry.clone()
    }

    /// The slot of the oldest one on the shelf, if it has to make room.
    fn shelve(&mut self, place: Place, shelf: Shelf) -> Option<u32> {
        self.tenant(place)?.entry.as_ref()?;
        let shelf = self.shelves.get_mut(shelf as usize)?;
        shelf.push_back(place.slot);
        if shelf.len() > KEPT { shelf.pop_front() } else { None }
    }

    /// Takes a task off its shelf, if it is on one; most likely it came there last.
    pub(super) fn unfile(&mut self, slot: u32) {
        for shelf in &mut self.shelves {
            if let Some(at) = shelf.iter().rposition(|other| *other == slot) {
                shelf.remove(at);
                return;
            }
        }
    }

    /// Forgets a task at once.
    pub(super) fn remove(&mut self, place: Place) -> Option<Arc<T>> {
        self.tenant(place)?;
        self.unfile(place.slot);
        self.take(place.slot)
    }

    /// A task that came from a shelf is forgotten.
    pub(super) fn count_forgotten(&mut self) {
        self.forgotten += 1;
    }

    fn take(&mut self, slot: u32) -> Option<Arc<T>> {
        let entry = self.slots.get_mut(slot as usize)?.entry.take()?;
        self.unname(slot);
        self.free.push(slot);
        Some(entry)
    }

    /// Takes its name from a task, which stays listed.
    fn unname(&mut self, slot: u32) {
        let slots = &self.slots;
        self.names.remove(hash_of(slots, slot), slot, |slot| hash_of(slots, slot));
    }

    /// Appends the tasks from slot `next` on to `page`; returns the slot to go on with.
    pub(super) fn page(&self, next: u32, page: &mut Vec<Arc<T>>) -> u32 {
        let slots = self.slots.get(next as usize..).unwrap_or_default();
        let mut seen = next;
        for slot in slots {
            if page.len() == PAGE {
                break;
            }
            seen += 1;
            page.extend(slot.entry.clone());
        }
        seen
    }
}

fn hash_of<T>(slots: &[Slot<T>], slot: u32) -> u32 {
    slots.get(slot as usize).map_or(0, |slot| slot.hash)
}

#[cfg(test)]
mod tests;
