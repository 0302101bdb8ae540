//! Slots that have to be looked at: lists that lie in the slots themselves.

use super::slot::{NIL, Slot};

/// A place in one queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    queued: bool,
    next: u32,
}

impl Place {
    pub(super) const NONE: Self = Self { queued: false, next: NIL };
}

/// First in, first out; a slot is in it at most once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    /// Which of a slot's places is the one in this queue.
    which: usize,
    head: u32,
    tail: u32,
}

impl Queue {
    /// Slots that may have something to do.
    pub(super) const WORK: Self = Self { which: 0, head: NIL, tail: NIL };
    /// Slots whose command may have come to its end.
    pub(super) const ANSWERS: Self = Self { which: 1, head: NIL, tail: NIL };
    /// How many places a slot has.
    pub(super) const COUNT: usize = 2;

    pub(super) fn push(&mut self, slots: &mut [Slot], index: u32) {
        let place = &mut slots[index as usize].places[self.which];
        if place.queued {
            return;
        }
        *place = Place { queued: true, next: NIL };
        match self.tail {
            NIL => self.head = index,
            tail => slots[tail as usize].places[self.which].next = index,
        }
        self.tail = index;
    }

    pub(super) fn pop(&mut self, slots: &mut [Slot]) -> Option<u32> {
        let index = self.head;
        if index == NIL {
            return None;
        }
        let place = &mut slots[index as usize].places[self.which];
        place.queued = false;
        self.head = place.next;
        if self.head == NIL {
            self.tail = NIL;
        }
        Some(index)
    }
}
