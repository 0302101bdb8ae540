//! A heap of deadlines that lies in the slots themselves.
//!
//! Place `p` of the heap is kept in slot `p`, in a field that has nothing to do with the tenant of
//! that slot: so the heap has room for every slot and needs no memory of its own.

use super::slot::{NEVER, NIL, Slot};

/// How long the heap is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timers {
    len: u32,
}

impl Timers {
    /// The slot that is due first, and when. Of two that are due at once it is the lower index.
    pub(super) fn first(&self, slots: &[Slot]) -> Option<(u64, u32)> {
        (self.len > 0).then(|| key(slots, 0))
    }

    /// Makes slot `index` due at `due`, or never.
    pub(super) fn set(&mut self, slots: &mut [Slot], index: u32, due: u64) {
        let timer = &mut slots[index as usize].timer;
        let place = timer.place;
        timer.due = due;
        match (place, due) {
            (NIL, NEVER) => {}
            (NIL, _) => {
                put(slots, self.len, index);
                self.len += 1;
                rise(slots, self.len - 1);
            }
            (_, NEVER) => self.remove(slots, place),
            _ => {
                rise(slots, place);
                sink(slots, slots[index as usize].timer.place, self.len);
            }
        }
    }

    fn remove(&mut self, slots: &mut [Slot], place: u32) {
        self.len -= 1;
        let removed = slots[place as usize].timer.entry;
        let last = slots[self.len as usize].timer.entry;
        if place != self.len {
            put(slots, place, last);
            rise(slots, place);
            sink(slots, slots[last as usize].timer.place, self.len);
        }
        slots[removed as usize].timer.place = NIL;
    }
}

fn key(slots: &[Slot], place: u32) -> (u64, u32) {
    let index = slots[place as usize].timer.entry;
    (slots[index as usize].timer.due, index)
}

fn put(slots: &mut [Slot], place: u32, index: u32) {
    slots[place as usize].timer.entry = index;
    slots[index as usize].timer.place = place;
}

fn swap(slots: &mut [Slot], one: u32, other: u32) {
    let (at_one, at_other) = (slots[one as usize].timer.entry, slots[other as usize].timer.entry);
    put(slots, one, at_other);
    put(slots, other, at_one);
}

fn rise(slots: &mut [Slot], mut place: u32) {
    while place > 0 {
        let above = (place - 1) / 2;
        if key(slots, above) <= key(slots, place) {
            return;
        }
        swap(slots, above, place);
        place = above;
    }
}

fn sink(slots: &mut [Slot], mut place: u32, len: u32) {
    loop {
        let below = [2 * place + 1, 2 * place + 2].into_iter().filter(|below| *below < len);
        let Some(least) = below.min_by_key(|below| key(slots, *below)) else { return };
        if key(slots, place) <= key(slots, least) {
            return;
        }
        swap(slots, place, least);
        place = least;
    }
}

#[cfg(test)]
mod tests;
