//! One shard: a slab of tasks, and which of them has which name.

use std::collections::VecDeque;
use std::sync::Arc;
use std::vec::Vec;

use super::super::entry::Entry;
use super::names::Names;

/// How many tasks that are over stay listed in a shard: of those that went well, and of the others.
const KEPT: usize = 64;

/// How many tasks are taken at a time by whoever walks through all.
const PAGE: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Shard {
    slots: Vec<Slot>,
    free: Vec<u32>,
    names: Names,
    /// Slots of tasks that are over, the oldest first.
    succeeded: VecDeque<(u32, u32)>,
    failed: VecDeque<(u32, u32)>,
}

#[derive(Debug)]
struct Slot {
    /// Counts the tenants, from 1.
    generation: u32,
    /// Of the name of the last one.
    hash: u32,
    entry: Option<Arc<Entry>>,
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn named(&self, hash: u32, name: &str) -> Option<&Arc<Entry>> {
        let slot = |at: u32| self.slots.get(at as usize);
        // The hash comes first: it lies here, while the name is wherever its task is.
        let has_it = |slot: &Slot| {
            slot.hash == hash && slot.entry.as_ref().is_some_and(|entry| *entry.name == *name)
        };
        slot(self.names.find(hash, |at| slot(at).is_some_and(has_it))?)?.entry.as_ref()
    }

    pub(super) fn get(&self, slot: u32, generation: u32) -> Option<Arc<Entry>> {
        let slot = self.slots.get(slot as usize)?;
        slot.entry.as_ref().filter(|_| slot.generation == generation).cloned()
    }

    /// Takes its name from a task, which stays listed.
    pub(super) fn unname(&mut self, slot: u32) {
        let slots = &self.slots;
        if let Some(place) = slots.get(slot as usize) {
            self.names.remove(place.hash, slot, |slot| hash_of(slots, slot));
        }
    }

    /// Adds the task that `make` makes of its slot and generation, under a name that is free.
    pub(super) fn insert(
        &mut self,
        hash: u32,
        make: impl FnOnce(u32, u32) -> Arc<Entry>,
    ) -> Option<Arc<Entry>> {
        let at = match self.free.pop() {
            Some(at) => at,
            None => self.add_slot()?,
        };
        let slot = self.slots.get_mut(at as usize)?;
        slot.generation = slot.generation.wrapping_add(1).max(1);
        slot.hash = hash;
        let entry = make(at, slot.generation);
        slot.entry = Some(Arc::clone(&entry));
        let slots = &self.slots;
        self.names.insert(hash, at, |slot| hash_of(slots, slot));
        Some(entry)
    }

    fn add_slot(&mut self) -> Option<u32> {
        let at = u32::try_from(self.slots.len()).ok()?;
        if at >> (32 - super::SHARD_BITS) != 0 {
            return None;
        }
        self.slots.push(Slot { generation: 0, hash: 0, entry: None });
        Some(at)
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
        self.unname(slot);
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

fn hash_of(slots: &[Slot], slot: u32) -> u32 {
    slots.get(slot as usize).map_or(0, |slot| slot.hash)
}
