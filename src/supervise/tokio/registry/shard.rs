//! One shard: a slab of tasks, and which of them has which name.

use core::borrow::Borrow;
use core::hash::{Hash, Hasher};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::vec::Vec;

use super::super::entry::Entry;

/// How many tasks that are over stay listed in a shard: of those that went well, and of the others.
const KEPT: usize = 64;

/// How many tasks are taken at a time by whoever walks through all.
const PAGE: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Shard {
    slots: Vec<Slot>,
    free: Vec<u32>,
    names: HashSet<Named>,
    /// Slots of tasks that are over, the oldest first.
    succeeded: VecDeque<(u32, u32)>,
    failed: VecDeque<(u32, u32)>,
}

#[derive(Debug)]
struct Slot {
    /// Counts the tenants, from 1.
    generation: u32,
    entry: Option<Arc<Entry>>,
}

/// A task as the table of names knows it.
#[derive(Debug)]
pub(super) struct Named(Arc<Entry>);

impl Borrow<str> for Named {
    fn borrow(&self) -> &str {
        &self.0.name
    }
}

impl Hash for Named {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Named {}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn named(&self, name: &str) -> Option<Arc<Entry>> {
        self.names.get(name).map(|named| Arc::clone(&named.0))
    }

    pub(super) fn get(&self, slot: u32, generation: u32) -> Option<Arc<Entry>> {
        let slot = self.slots.get(slot as usize)?;
        slot.entry.as_ref().filter(|_| slot.generation == generation).cloned()
    }

    /// Frees a name; the task that had it is forgotten too where `forget` says so.
    pub(super) fn unname(&mut self, name: &str, forget: bool) {
        let Some(Named(entry)) = self.names.take(name) else { return };
        if forget {
            let (_, slot, generation) = super::parts(entry.id);
            self.remove(slot, generation);
        }
    }

    /// Adds the task that `make` makes of its slot and generation, under a name that is free.
    pub(super) fn insert(&mut self, make: impl FnOnce(u32, u32) -> Entry) -> Option<Arc<Entry>> {
        let at = match self.free.pop() {
            Some(at) => at,
            None => {
                let at = u32::try_from(self.slots.len()).ok()?;
                if at >> (32 - super::SHARD_BITS) != 0 {
                    return None;
                }
                self.slots.push(Slot { generation: 0, entry: None });
                at
            }
        };
        let slot = self.slots.get_mut(at as usize)?;
        slot.generation = slot.generation.wrapping_add(1).max(1);
        let entry = Arc::new(make(at, slot.generation));
        slot.entry = Some(Arc::clone(&entry));
        self.names.insert(Named(Arc::clone(&entry)));
        Some(entry)
    }

    /// Files a task under those that are over; returns the one that is forgotten for it.
    pub(super) fn retire(
        &mut self,
        slot: u32,
        generation: u32,
        failed: bool,
    ) -> Option<Arc<Entry>> {
        let queue = if failed { &mut self.failed } else { &mut self.succeeded };
        queue.push_back((slot, generation));
        let (slot, generation) = (queue.len() > KEPT).then(|| queue.pop_front())??;
        self.remove(slot, generation)
    }

    pub(super) fn remove(&mut self, slot: u32, generation: u32) -> Option<Arc<Entry>> {
        let place = self.slots.get_mut(slot as usize)?;
        if place.generation != generation {
            return None;
        }
        let entry = place.entry.take()?;
        self.free.push(slot);
        // Another task may have taken over the name.
        if self.names.get(&*entry.name).is_some_and(|named| Arc::ptr_eq(&named.0, &entry)) {
            self.names.remove(&*entry.name);
        }
        Some(entry)
    }

    /// Appends the tasks from slot `next` on to `page`; returns the slot to go on with.
    pub(super) fn page(&self, next: u32, page: &mut Vec<Arc<Entry>>) -> u32 {
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
