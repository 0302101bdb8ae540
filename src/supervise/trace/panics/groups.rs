//! The same panic again and again is one group with a count.

use core::cmp::Reverse;
use std::string::String;
use std::vec::Vec;

use parking_lot::Mutex;

use super::Panic;
use crate::supervise::status::Place;

/// Groups that are kept; the one that was silent for the longest time makes room.
const MAX_GROUPS: usize = 256;

/// Panics that began at the same place, in runs of the same task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Where they began.
    pub place: Place,
    /// The name of the task; `None` outside of tasks.
    pub task: Option<String>,
    /// The message of the newest one.
    pub message: String,
    /// How many there were.
    pub count: u64,
    /// When the first one was, in ticks of the system's clock.
    pub first: u64,
    /// When the newest one was, likewise.
    pub last: u64,
}

static GROUPS: Mutex<Groups> = Mutex::new(Groups { all: Vec::new(), evicted: 0 });

/// All groups; the newest first.
#[must_use]
pub fn groups() -> Vec<Group> {
    let mut all = GROUPS.lock().all.clone();
    all.sort_by_key(|group| Reverse(group.last));
    all
}

/// How many groups had to make room.
#[must_use]
pub fn evicted() -> u64 {
    GROUPS.lock().evicted
}

/// Counts a panic, and says how many of its group there were, and when the first one was.
pub(super) fn count(panic: &Panic) -> (u64, u64) {
    GROUPS.lock().count(panic)
}

#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) all: Vec<Group>,
    pub(super) evicted: u64,
}

impl Groups {
    pub(super) fn count(&mut self, panic: &Panic) -> (u64, u64) {
        let Some(place) = &panic.place else { return (0, panic.ticks) };
        let task = panic.task.as_ref().map(|task| &task.name);
        let same = |group: &&mut Group| group.place == *place && group.task.as_ref() == task;
        if let Some(group) = self.all.iter_mut().find(same) {
            group.count = group.count.saturating_add(1);
            group.last = panic.ticks;
            group.message.clone_from(&panic.message);
            return (group.count, group.first);
        }
        self.make_room();
        self.all.push(Group {
            place: place.clone(),
            task: task.cloned(),
            message: panic.message.clone(),
            count: 1,
            first: panic.ticks,
            last: panic.ticks,
        });
        (1, panic.ticks)
    }

    fn make_room(&mut self) {
        if self.all.len() < MAX_GROUPS {
            return;
        }
        let oldest = self.all.iter().enumerate().min_by_key(|(_, group)| group.last);
        if let Some((index, _)) = oldest {
            self.all.swap_remove(index);
            self.evicted += 1;
        }
    }
}
