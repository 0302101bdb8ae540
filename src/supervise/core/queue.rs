//! Slots that have to be looked at: a list that lies in the slots themselves.

use super::slot::{NIL, Slot};

/// First in, first out; a slot is in it at most once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    head: u32,
    tail: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self { head: NIL, tail: NIL }
    }
}

impl Queue {
    pub(super) fn push(&mut self, slots: &mut [Slot], index: u32) {
        let slot = &mut slots[index as usize];
        if slot.queued {
            return;
        }
        (slot.queued, slot.queue_next) = (true, NIL);
        match self.tail {
            NIL => self.head = index,
            tail => slots[tail as usize].queue_next = index,
        }
        self.tail = index;
    }

    pub(super) fn pop(&mut self, slots: &mut [Slot]) -> Option<u32> {
        let index = self.head;
        if index == NIL {
            return None;
        }
        let slot = &mut slots[index as usize];
        slot.queued = false;
        self.head = slot.queue_next;
        if self.head == NIL {
            self.tail = NIL;
        }
        Some(index)
    }
}
