//! One task: how its runs start, what limits them, and how they end.

use super::event::Run;
use super::slot::Task;
use super::state::{Hold, State, Wanted};
use super::{Action, Core, Out, Store};
use crate::supervise::{Class, End, Outcome, Why};

impl<S: Store> Core<S> {
    /// Brings one task nearer to what is wanted of it.
    pub(super) fn reconcile_task(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot(index);
        match slot.state {
            State::Starting | State::Running | State::Stopping if slot.hurry => {
                self.abort(index, out);
            }
            State::Starting | State::Running => {
                if let Some(why) = self.unwanted(index) {
                    self.ask(index, why, out);
                }
            }
            State::Stopping | State::Aborting | State::Detached => {}
            _ => self.rest_or_start(index, out),
        }
    }

    /// Why the run that is alive should not be.
    fn unwanted(&self, index: u32) -> Option<Why> {
        let slot = self.slot(index);
        let again = slot.task().is_some_and(|task| task.again);
        match () {
            () if slot.wanted != Wanted::Up || again => Some(Why::Asked),
            () if !slot.holds.has(Hold::Group) => None,
            () if self.closing => Some(Why::Asked),
            () => Some(Why::Group),
        }
    }

    /// With no run alive: starts one, or says why none is started.
    fn rest_or_start(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot(index);
        match (slot.wanted, self.hold_of(index)) {
            (Wanted::Removed, _) => self.forget(index, out),
            (Wanted::Up, hold) if !self.closing => match hold {
                Some(hold) => self.enter_new(index, State::Waiting(hold), out),
                None if self.now < slot.not_before => self.enter_new(index, State::Backoff, out),
                None => self.spawn(index, out),
            },
            _ if slot.state.is_rest() => {}
            _ => self.enter(index, State::Stopped, out),
        }
    }

    fn enter_new(&mut self, index: u32, state: State, out: &mut Out<'_>) {
        if self.slot(index).state != state {
            self.enter(index, state, out);
        }
    }

    fn spawn(&mut self, index: u32, out: &mut Out<'_>) {
        self.count_restart(index);
        let now = self.now;
        let slot = self.slot_mut(index);
        let attempt = slot.attempt;
        slot.hurry = false;
        let id = slot.id(index);
        let Some(task) = slot.task_mut() else { return };
        let run = Run { task: id, number: task.run.wrapping_add(1).max(1) };
        let ready = (!task.spec.notify_ready).then_some(now);
        *task = Task { run: run.number, ready, beat: now, ..Task::new(task.spec) };
        out(Action::Spawn { run, attempt });
        let state = if ready.is_some() { State::Running } else { State::Starting };
        self.enter(index, state, out);
    }

    /// The slot of a run that is alive.
    fn alive(&self, run: Run) -> Option<u32> {
        let index = self.find(run.task)?;
        let slot = self.slot(index);
        let newest = slot.task().is_some_and(|task| task.run == run.number);
        (newest && slot.state.is_alive()).then_some(index)
    }

    pub(super) fn ready(&mut self, run: Run, out: &mut Out<'_>) {
        let Some(index) = self.alive(run) else { return };
        let now = self.now;
        let slot = self.slot_mut(index);
        if slot.state != State::Starting {
            return;
        }
        if let Some(task) = slot.task_mut() {
            (task.ready, task.beat) = (Some(now), now);
        }
        self.enter(index, State::Running, out);
    }

    pub(super) fn beat(&mut self, run: Run) {
        let Some(index) = self.alive(run) else { return };
        let now = self.now;
        if let Some(task) = self.slot_mut(index).task_mut() {
            task.beat = now;
        }
        self.arm(index);
    }

    pub(super) fn extend(&mut self, run: Run, more: u64) {
        let Some(index) = self.alive(run) else { return };
        let until = self.now.saturating_add(more);
        if let Some(task) = self.slot_mut(index).task_mut() {
            task.extended = until;
        }
        self.arm(index);
    }

    pub(super) fn task_expired(&mut self, index: u32, out: &mut Out<'_>) {
        let (now, slot) = (self.now, self.slot(index));
        let stalled = slot.task().is_some_and(|task| task.beat_due() <= now);
        match slot.state {
            State::Starting => self.ask(index, Why::StartTimeout, out),
            State::Running if stalled => self.ask(index, Why::Stalled, out),
            State::Running => self.ask(index, Why::RunLimit, out),
            State::Stopping => self.abort(index, out),
            State::Aborting => self.enter(index, State::Detached, out),
            _ => {}
        }
    }

    /// Asks the run to stop.
    fn ask(&mut self, index: u32, why: Why, out: &mut Out<'_>) {
        let run = self.stop_reason(index, why);
        out(Action::Cancel(run));
        self.enter(index, State::Stopping, out);
    }

    fn abort(&mut self, index: u32, out: &mut Out<'_>) {
        let why = self.unwanted(index).unwrap_or(Why::Asked);
        let run = self.stop_reason(index, why);
        out(Action::Abort(run));
        self.enter(index, State::Aborting, out);
    }

    /// Takes down why the run has to stop, unless that is known; returns the run.
    fn stop_reason(&mut self, index: u32, why: Why) -> Run {
        let slot = self.slot_mut(index);
        let task = slot.id(index);
        let number = slot.task_mut().map_or(0, |task| {
            task.why.get_or_insert(why);
            task.run
        });
        Run { task, number }
    }

    pub(super) fn ended(&mut self, run: Run, end: End, class: Class, out: &mut Out<'_>) {
        let Some(index) = self.alive(run) else { return };
        let now = self.now;
        let slot = self.slot_mut(index);
        let unwanted = slot.wanted != Wanted::Up || slot.holds.has(Hold::Group);
        slot.hurry = false;
        let Some(task) = slot.task_mut() else { return };
        let (why, ready) = (task.why.take(), task.ready.take());
        let again = core::mem::take(&mut task.again);
        let outcome = Outcome::of(end, why);
        self.ran(index, ready.map_or(0, |ready| now - ready));
        out(Action::Finished { run, outcome });
        if unwanted || again || matches!(why, Some(Why::Asked | Why::Group)) {
            self.rest_or_start(index, out);
        } else {
            self.follow_up(index, outcome, class, out);
        }
    }
}
