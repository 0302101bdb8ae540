//! What the core wants done, carried out.
//!
//! Everything here may run late: other things may have happened since the core said it. So whatever
//! is told of a run comes with the action or lies under the run's number, and nothing is read from
//! what the task does now.

use core::time::Duration;
use std::sync::Arc;

use super::callback::On;
use super::entry::{Entry, is_rest};
use super::event::{EventKind, RunReport};
use super::managed::Managed;
use super::report::Cause;
use super::shared::Shared;
use super::supervised::Run;
use crate::supervise::word::Request;
use crate::supervise::{Action, Command, Outcome, State, Wanted};
use crate::sync::plain::Ordering;

/// A state that a task has come into.
#[derive(Clone, Copy)]
struct Change {
    state: State,
    run: u32,
    attempt: u32,
    delay: Duration,
}

impl Shared {
    /// Shows what the core said of a task to whoever looks. Nobody is woken and nothing of the
    /// user's is run: the core is locked.
    pub(super) fn show(&self, entry: &Entry, action: &Action) {
        if let Some(managed) = &entry.managed {
            managed.untold.fetch_add(1, Ordering::Relaxed);
        }
        let seen = entry.word.seen();
        match *action {
            // A run is shown even where its first state is the one of the run before it.
            Action::Spawn { run, .. } => self.enter(entry, run.number, State::Starting),
            Action::Changed { state, run, .. } => self.enter(entry, run, state),
            // Before the state that follows: who sees that a run is over sees how it ended.
            Action::Finished { run, outcome } => self.take_down(entry, run.number, outcome),
            // From there it went nowhere.
            Action::Freed(_) if !is_rest(seen.state()) => {
                self.enter(entry, seen.run(), State::Stopped);
            }
            _ => {}
        }
    }

    pub(super) fn enter(&self, entry: &Entry, run: u32, state: State) {
        entry.changed.store(self.clock.ticks(), Ordering::Relaxed);
        entry.word.enter(run, state);
    }

    fn take_down(&self, entry: &Entry, run: u32, outcome: Outcome) {
        let left = entry.managed.as_ref().and_then(|managed| managed.left.lock().take());
        let cause = left.filter(|(number, _)| *number == run).map_or(Cause::None, |(_, c)| c);
        let past = self.past(entry, run, outcome, cause);
        entry.with_detail(|detail| detail.ended(past));
    }

    /// Does one thing that the core wants done.
    pub(super) fn carry_out(self: &Arc<Self>, action: Action, entry: Option<&Arc<Entry>>) {
        match (action, entry) {
            (Action::Spawn { run, attempt }, Some(entry)) => self.start(entry, run.number, attempt),
            (Action::Cancel(run), Some(entry)) => self.ask_to_stop(entry, run.number),
            (Action::Abort(run), Some(entry)) => self.abort(entry, run.number),
            (Action::Finished { run, outcome }, Some(entry)) => {
                self.finished(entry, run.number, outcome);
            }
            (Action::Changed { state, run, attempt, delay, .. }, Some(entry)) => {
                let delay = Duration::from_nanos(delay);
                self.changed(entry, Change { state, run, attempt, delay });
            }
            (Action::Resolved { ticket, resolution, state }, _) => {
                self.driver.resolve(ticket, (resolution, state));
            }
            (Action::Freed(_), Some(entry)) => {
                self.registry.remove(entry.id);
                self.emit(entry, EventKind::Removed, Cause::None);
            }
            (Action::Closed, _) => self.core_closed(),
            (_, None) => {}
        }
    }

    fn start(self: &Arc<Self>, entry: &Arc<Entry>, number: u32, attempt: u32) {
        let Some(managed) = &entry.managed else { return };
        if number > 1 {
            self.registry.unfile(entry);
        }
        entry.started.store(self.clock.ticks(), Ordering::Relaxed);
        self.emit_run(entry, number, EventKind::Started { attempt }, Cause::None);
        if attempt > 0 {
            self.call(entry, On::Restart, || RunReport::new(entry, number, None, Cause::None));
        }
        self.call(entry, On::Start, || RunReport::new(entry, number, None, Cause::None));
        let run = Run::new(Arc::clone(self), Arc::clone(entry), number);
        match &managed.start {
            Some(start) => start(run, attempt),
            None => drop(run),
        }
    }

    fn ask_to_stop(&self, entry: &Arc<Entry>, run: u32) {
        entry.word.ask(run, Request::Stop);
        self.emit_run(entry, run, EventKind::Stopping, Cause::None);
        entry.wake_stopping();
    }

    fn abort(&self, entry: &Arc<Entry>, run: u32) {
        self.emit_run(entry, run, EventKind::Aborting, Cause::None);
        if entry.word.ask(run, Request::Abort) {
            entry.wake();
        }
        // A closure that cannot be aborted may still listen.
        entry.wake_stopping();
    }

    fn finished(self: &Arc<Self>, entry: &Arc<Entry>, run: u32, outcome: Outcome) {
        let cause = entry.past_of(run).map_or(Cause::None, |past| past.cause);
        // Whoever waits for the end of a run waits for this one too.
        entry.wake_stopping();
        // Who was born while the end was told comes too late.
        _ = entry.let_go();
        self.emit_run(entry, run, EventKind::Ended { outcome }, cause.clone());
        let moment = || RunReport::new(entry, run, Some(outcome), cause.clone());
        self.call(entry, On::Stop, moment);
        if outcome.is_failure() {
            self.call(entry, On::Error, moment);
        }
    }

    fn changed(self: &Arc<Self>, entry: &Arc<Entry>, change: Change) {
        let Change { state, run, attempt, delay } = change;
        match state {
            State::Running if entry.managed.as_ref().is_some_and(|m| m.start.is_some()) => {
                self.emit_run(entry, run, EventKind::Ready, Cause::None);
                self.call(entry, On::Ready, || RunReport::new(entry, run, None, Cause::None));
            }
            State::Backoff => {
                let what = EventKind::Restarting { after: delay, attempt };
                self.emit_run(entry, run, what, Cause::None);
            }
            State::Dead => {
                self.emit_run(entry, run, EventKind::Dead, Cause::None);
                self.call(entry, On::Dead, || dead(entry, run));
            }
            State::Detached => self.emit_run(entry, run, EventKind::Detached, Cause::None),
            _ => {}
        }
        if matches!(state, State::Completed | State::Failed | State::Dead) {
            self.file(entry, state != State::Completed);
        }
    }

    /// Files a task that came to rest by itself; the oldest of those is forgotten if there are too
    /// many. Members are their group's, and stay as long as they are in it.
    fn file(self: &Arc<Self>, entry: &Arc<Entry>, failed: bool) {
        if entry.managed.as_ref().is_none_or(|managed| is_kept(managed)) {
            return;
        }
        if let Some(oldest) = self.registry.file(entry, failed) {
            self.forget(&oldest);
        }
    }

    /// Forgets a task that came to rest by itself, unless something else is wanted of it by now.
    fn forget(self: &Arc<Self>, entry: &Entry) {
        let Some(task) = entry.managed.as_ref().map(|managed| managed.core) else { return };
        let is_forgotten = self.driver.tell(self, |core, now, out| {
            let view = core.view(task).filter(|view| view.state.is_rest());
            let rests = view.is_some_and(|view| view.wanted == Wanted::Down);
            let mut remove = || core.command(task, Command::Remove, now, |action| out.push(action));
            rests && remove().is_ok()
        });
        if is_forgotten {
            self.registry.count_forgotten(entry);
        }
    }
}

/// Whether a task stays listed until somebody removes it.
fn is_kept(managed: &Managed) -> bool {
    managed.start.is_none() || managed.group.is_some()
}

/// What a callback is told of a task that is dead since run number `run`.
fn dead(entry: &Entry, run: u32) -> RunReport {
    let last = entry.past_of(run);
    let outcome = last.as_ref().map(|past| past.outcome);
    RunReport::new(entry, run, outcome, last.map_or(Cause::None, |past| past.cause))
}
