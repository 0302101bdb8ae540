//! What follows after an end that nobody asked for.

use core::time::Duration;

use super::slot::{Kind, NIL, Phase};
use super::spec::Strategy;
use super::state::{State, Wanted};
use super::{Core, Out, ROOT, Store};
use crate::supervise::backoff::nanos;
use crate::supervise::{Class, Ended, Exhausted, Outcome, Verdict};

impl<S: Store> Core<S> {
    /// Takes down that a run ended after having been ready for so many nanoseconds.
    pub(super) fn ran(&mut self, index: u32, ready: u64) {
        let slot = self.slot_mut(index);
        let Some(policy) = slot.policy() else { return };
        slot.attempt = policy.attempt_after(slot.attempt, Duration::from_nanos(ready));
    }

    /// Decides about a task that ended by itself.
    pub(super) fn follow_up(
        &mut self,
        index: u32,
        outcome: Outcome,
        class: Class,
        out: &mut Out<'_>,
    ) {
        match self.verdict(index, outcome, class) {
            Verdict::Restart { after } => {
                self.delay(index, after);
                self.enter(index, State::Backoff, out);
                self.spread(index, out);
            }
            Verdict::Rest { failed: false } => self.settle(index, State::Completed, out),
            Verdict::Rest { failed: true } => self.settle(index, State::Failed, out),
            Verdict::Dead => self.settle(index, State::Dead, out),
            Verdict::Escalate => self.give_up(index, Exhausted::Escalate, out),
            Verdict::Exhausted(exhausted) => self.give_up(index, exhausted, out),
        }
    }

    fn verdict(&self, index: u32, outcome: Outcome, class: Class) -> Verdict {
        let slot = self.slot(index);
        let Some(policy) = slot.policy() else { return Verdict::Dead };
        let run = slot.task().map_or(slot.attempt, |task| task.run);
        let salt = slot.id(index).0.rotate_left(32) ^ u64::from(run);
        let ended = Ended { outcome, class, attempt: slot.attempt, salt, now: self.now };
        policy.verdict(ended, &slot.spent, self.store.times(index))
    }

    fn delay(&mut self, index: u32, after: Duration) {
        let not_before = self.now.saturating_add(nanos(after));
        let slot = self.slot_mut(index);
        slot.attempt = slot.attempt.saturating_add(1);
        (slot.not_before, slot.counted) = (not_before, true);
    }

    /// Charges the budget for the restart that happens now, if it is one of the policy's.
    pub(super) fn count_restart(&mut self, index: u32) {
        if !core::mem::take(&mut self.slot_mut(index).counted) {
            return;
        }
        let slot = self.slot(index);
        let Some(budget) = slot.policy().and_then(|policy| policy.budget) else { return };
        let mut spent = slot.spent;
        spent.record(&budget, self.store.times_mut(index), self.now);
        self.slot_mut(index).spent = spent;
    }

    /// It stays down by itself.
    fn settle(&mut self, index: u32, state: State, out: &mut Out<'_>) {
        let slot = self.slot_mut(index);
        if slot.wanted == Wanted::Up {
            slot.wanted = Wanted::Down;
        }
        match slot.group_mut() {
            Some(group) => {
                group.rest = state;
                self.mark(index);
            }
            None => self.enter(index, state, out),
        }
        self.exited(index, state, out);
    }

    /// Tells the group of a member that stays down by itself.
    fn exited(&mut self, index: u32, state: State, out: &mut Out<'_>) {
        let parent = self.slot(index).links.parent;
        if parent == NIL || self.closing || self.slot(parent).wanted != Wanted::Up {
            return;
        }
        let Kind::Group(group) = &self.slot(parent).kind else { return };
        if group.spec.strategy == Strategy::FirstExit {
            let rest = if state == State::Completed { state } else { State::Failed };
            self.settle(parent, rest, out);
        }
    }

    /// Restarting it has not helped.
    fn give_up(&mut self, index: u32, exhausted: Exhausted, out: &mut Out<'_>) {
        let parent = self.slot(index).links.parent;
        match exhausted {
            Exhausted::Park => self.settle(index, State::Dead, out),
            Exhausted::StopGroup => {
                self.settle(index, State::Dead, out);
                if parent != ROOT && self.slot(parent).wanted == Wanted::Up {
                    self.settle(parent, State::Failed, out);
                }
            }
            Exhausted::Escalate => {
                if self.fail(parent, out) {
                    self.slot_mut(index).renew();
                    self.wait_for_group(index, out);
                } else {
                    self.settle(index, State::Dead, out);
                }
            }
            Exhausted::ShutdownAll => {
                self.settle(index, State::Dead, out);
                self.close(out);
            }
        }
    }

    /// Leaves a member that escalated to the restart of its group.
    fn wait_for_group(&mut self, index: u32, out: &mut Out<'_>) {
        match self.slot(index).kind {
            Kind::Task(_) => self.enter(index, State::Backoff, out),
            _ => self.close_members(index, 0, out),
        }
    }

    /// The group has failed as a whole. Returns whether it is going to be restarted.
    fn fail(&mut self, index: u32, out: &mut Out<'_>) -> bool {
        if self.closing || self.slot(index).wanted != Wanted::Up {
            return false;
        }
        if index == ROOT {
            self.close(out);
            return false;
        }
        let slot = self.slot(index);
        if slot.counted {
            return true; // Its restart is on the way: what fails meanwhile is part of it.
        }
        if slot.state == State::Running {
            self.ran(index, self.now - slot.since);
        }
        match self.verdict(index, Outcome::Failed, Class::Default) {
            Verdict::Restart { after } => {
                self.delay(index, after);
                self.close_members(index, 0, out);
                self.spread(index, out);
                true
            }
            Verdict::Exhausted(exhausted) => {
                self.give_up(index, exhausted, out);
                self.slot(index).wanted == Wanted::Up
            }
            _ => {
                self.settle(index, State::Failed, out);
                false
            }
        }
    }

    /// Restarts those members that the strategy ties to one that is going to be restarted.
    fn spread(&mut self, index: u32, out: &mut Out<'_>) {
        let links = self.slot(index).links;
        let parent = links.parent;
        let slot = self.slot(parent);
        let Some(group) = slot.group() else { return };
        let from = match group.spec.strategy {
            Strategy::OneForOne | Strategy::FirstExit => return,
            Strategy::OneForAll => 0,
            Strategy::RestForOne => links.sequence,
        };
        if self.closing || slot.wanted != Wanted::Up {
            return;
        }
        let policy = group.spec.policy;
        match group.phase {
            Phase::Closed => {}
            Phase::Closing => self.close_members(parent, from, out),
            Phase::Opening | Phase::Open => {
                let times = self.store.times(parent);
                let allowed =
                    |budget: crate::supervise::Budget| budget.allows(&slot.spent, times, self.now);
                if policy.budget.is_none_or(allowed) {
                    self.slot_mut(parent).counted = true;
                    self.count_restart(parent);
                    self.close_members(parent, from, out);
                } else {
                    self.give_up(parent, policy.exhausted, out);
                }
            }
        }
    }
}
