//! Letting the members of a group go and holding them, in order.
//!
//! | phase | members | cursor |
//! |---|---|---|
//! | `Closed` | all held and down | |
//! | `Opening` | let go up to the cursor | the next to let go |
//! | `Open` | all let go | |
//! | `Closing` | held from the end to the cursor | the next to hold |
//!
//! Closing may stop half-way, at `from`, where a strategy restarts only some of the members; then
//! it turns into opening from there.

use super::slot::{NIL, Phase};
use super::spec::Order;
use super::state::{Hold, State, Wanted};
use super::{Core, Out, ROOT, Store};

/// Greater than every sequence number.
const NONE_YET: u64 = u64::MAX;

impl<S: Store> Core<S> {
    /// Brings one group nearer to what is wanted of it.
    pub(super) fn reconcile_group(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot(index);
        let Some(group) = slot.group() else { return };
        match group.phase {
            Phase::Closed if self.may_open(index) => self.open(index, out),
            Phase::Closed => self.rest_group(index, out),
            Phase::Opening | Phase::Open if !self.may_stay(index) => {
                self.close_members(index, 0, out);
            }
            Phase::Opening => self.let_go(index, out),
            Phase::Open => {}
            Phase::Closing => self.hold_back(index, out),
        }
    }

    /// Whether nothing says that its members should go down.
    fn may_stay(&self, index: u32) -> bool {
        let slot = self.slot(index);
        let shut = self.closing && index == ROOT;
        slot.wanted == Wanted::Up && !slot.holds.has(Hold::Group) && !shut
    }

    /// Whether its members may come up.
    fn may_open(&self, index: u32) -> bool {
        let slot = self.slot(index);
        let free = self.hold_of(index).is_none() && self.now >= slot.not_before;
        self.may_stay(index) && free && !self.closing
    }

    /// What keeps a task or group from starting. A group that is closing is about to hold those of
    /// its members that it has not come to, so none of them starts for a moment only.
    pub(super) fn hold_of(&self, index: u32) -> Option<Hold> {
        let mut slot = self.slot(index);
        let own = slot.holds.first();
        while let Some(parent) = self.store.slots().get(slot.links.parent as usize) {
            let closes = parent.group().is_some_and(|group| {
                group.phase == Phase::Closing && slot.links.sequence >= group.from
            });
            if closes || slot.holds.has(Hold::Group) {
                return Some(Hold::Group);
            }
            slot = parent;
        }
        own
    }

    /// A closed group: says why.
    fn rest_group(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot(index);
        let rest = slot.group().map_or(State::Stopped, |group| group.rest);
        let state = match (slot.wanted, self.hold_of(index)) {
            (Wanted::Removed, _) if slot.links.first == NIL => return self.forget(index, out),
            (Wanted::Up, Some(hold)) if !self.closing => State::Waiting(hold),
            (Wanted::Up, None) if !self.closing => State::Backoff,
            _ => rest,
        };
        if slot.state != state {
            self.enter(index, state, out);
        }
    }

    fn open(&mut self, index: u32, out: &mut Out<'_>) {
        let first = self.slot(index).links.first;
        self.open_from(index, first, out);
    }

    fn open_from(&mut self, index: u32, member: u32, out: &mut Out<'_>) {
        self.count_restart(index);
        if let Some(group) = self.slot_mut(index).group_mut() {
            (group.phase, group.cursor) = (Phase::Opening, member);
        }
        self.enter(index, State::Starting, out);
    }

    /// Lets go as many members as the order allows.
    fn let_go(&mut self, index: u32, out: &mut Out<'_>) {
        loop {
            let slot = self.slot(index);
            let Some(group) = slot.group() else { return };
            let (member, in_order) = (group.cursor, group.spec.order == Order::OneByOne);
            let before = if member == NIL { slot.links.last } else { self.slot(member).links.prev };
            if in_order && before != NIL && !self.slot(before).state.is_settled() {
                return;
            }
            if member == NIL {
                break;
            }
            let next = self.slot(member).links.next;
            if let Some(group) = self.slot_mut(index).group_mut() {
                group.cursor = next;
            }
            self.slot_mut(member).holds.set(Hold::Group, false);
            self.mark(member);
            if in_order {
                // The member comes first in the queue, and is looked at before the next one goes.
                return self.mark(index);
            }
        }
        if let Some(group) = self.slot_mut(index).group_mut() {
            group.phase = Phase::Open;
        }
        self.enter(index, State::Running, out);
    }

    /// Begins to close, or closes more than was meant: members from sequence number `from` on.
    pub(super) fn close_members(&mut self, index: u32, from: u64, out: &mut Out<'_>) {
        let last = self.slot(index).links.last;
        let Some(group) = self.slot_mut(index).group_mut() else { return };
        match group.phase {
            Phase::Closed => self.mark(index),
            Phase::Closing => {
                self.reach(index, from);
                self.mark(index);
            }
            Phase::Opening | Phase::Open => {
                (group.phase, group.cursor, group.from) = (Phase::Closing, last, NONE_YET);
                self.reach(index, from);
                self.enter(index, State::Stopping, out);
            }
        }
    }

    /// Has closing go on to sequence number `from` at least.
    fn reach(&mut self, index: u32, from: u64) {
        let Some(group) = self.slot_mut(index).group_mut() else { return };
        if from < group.from {
            group.from = from;
            self.tell_waiting(index, from);
        }
    }

    /// Whoever waits for something below a group that closes learns that it is the group now. Goes
    /// as deep as groups may lie in each other.
    fn tell_waiting(&mut self, index: u32, from: u64) {
        let mut member = self.slot(index).links.last;
        while member != NIL && self.slot(member).links.sequence >= from {
            if matches!(self.slot(member).state, State::Waiting(_) | State::Backoff) {
                self.mark(member);
            }
            self.tell_waiting(member, 0);
            member = self.slot(member).links.prev;
        }
    }

    /// Holds as many members as the order allows; once all of them are down, goes on.
    fn hold_back(&mut self, index: u32, out: &mut Out<'_>) {
        let may_open = self.may_open(index);
        if !may_open {
            self.reach(index, 0);
        }
        loop {
            let hurry = self.slot(index).hurry;
            let Some(group) = self.slot(index).group() else { return };
            let (member, from, awaits) = (group.cursor, group.from, group.awaits);
            let in_order = group.spec.order == Order::OneByOne && !hurry;
            if member == NIL || self.slot(member).links.sequence < from {
                break;
            }
            if in_order && awaits > 0 {
                return;
            }
            self.hold_member(index, member);
        }
        if self.slot(index).group().is_some_and(|group| group.awaits == 0) {
            self.held_back(index, may_open, out);
        }
    }

    fn hold_member(&mut self, index: u32, member: u32) {
        let hurry = self.slot(index).hurry;
        let slot = self.slot_mut(member);
        let prev = slot.links.prev;
        slot.holds.set(Hold::Group, true);
        slot.awaited = !slot.state.is_down();
        let awaits = u32::from(slot.awaited);
        if let Some(group) = self.slot_mut(index).group_mut() {
            group.cursor = prev;
            group.awaits += awaits;
        }
        if hurry {
            self.hasten(member);
        }
        self.mark(member);
    }

    /// All that closing wanted down is down.
    fn held_back(&mut self, index: u32, may_open: bool, out: &mut Out<'_>) {
        let first = self.slot(index).links.first;
        self.slot_mut(index).hurry = false;
        let Some(group) = self.slot_mut(index).group_mut() else { return };
        if !may_open {
            group.phase = Phase::Closed;
            if self.slot(index).wanted != Wanted::Up {
                self.lower_members(index);
            }
            return self.rest_group(index, out);
        }
        let next = match group.cursor {
            NIL => first,
            cursor => self.slot(cursor).links.next,
        };
        self.open_from(index, next, out);
    }

    /// The group is down and not wanted: neither are its members any more, down to the last one. Who
    /// starts one of them from now on has it wait for its group. Goes as deep as groups may lie in
    /// each other.
    fn lower_members(&mut self, index: u32) {
        let mut member = self.slot(index).links.first;
        while member != NIL {
            let slot = self.slot_mut(member);
            let next = slot.links.next;
            if slot.wanted == Wanted::Up {
                slot.wanted = Wanted::Down;
                self.mark(member);
            }
            self.lower_members(member);
            member = next;
        }
    }

    /// A member that its group waits for is down.
    pub(super) fn arrived(&mut self, index: u32) {
        let slot = self.slot_mut(index);
        if !core::mem::take(&mut slot.awaited) {
            return;
        }
        let parent = slot.links.parent;
        if let Some(group) = self.slot_mut(parent).group_mut() {
            group.awaits -= 1;
        }
    }

    /// Has a task, or all that is held of a group, aborted instead of asked.
    pub(super) fn hasten(&mut self, index: u32) {
        let slot = self.slot_mut(index);
        if slot.state.is_down() || slot.hurry {
            return;
        }
        slot.hurry = true;
        let mut member = slot.links.last;
        self.mark(index);
        self.arm(index);
        while member != NIL {
            if self.slot(member).awaited {
                self.hasten(member);
            }
            member = self.slot(member).links.prev;
        }
    }
}
