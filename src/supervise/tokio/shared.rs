//! What all clones of a supervisor share, and what it does with the core's actions.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;
use ::tokio::sync::watch;
use parking_lot::Mutex;

use super::callback::On;
use super::driver::Driver;
use super::entry::{Entry, is_rest};
use super::event::{Bus, Event, EventKind, RunReport};
use super::local;
use super::registry::{Collision, Registry};
use super::report::{Cause, Past};
use super::shutdown::Stage;
use super::sleeper::Sleepers;
use super::supervised::Run;
use super::traced::Tracer;
use crate::clock::{Clock, Timeline};
use crate::supervise::word::Request;
use crate::supervise::{Action, Class, End, Event as Told, Outcome, State, Why};
use crate::sync::plain::{AtomicBool, AtomicU64, Ordering};

pub(super) struct Shared {
    /// The runtime to spawn on; else the one entered by whoever spawns.
    pub(super) home: Option<Handle>,
    /// What happens if a name is taken and nothing else was said.
    pub(super) collision: Collision,
    pub(super) registry: Registry,
    pub(super) driver: Driver,
    pub(super) sleepers: Sleepers,
    pub(super) bus: Bus,
    pub(super) clock: Clock,
    pub(super) timeline: Mutex<Timeline>,
    /// Whether nothing starts any more.
    pub(super) closing: AtomicBool,
    /// How far the shutdown has come.
    pub(super) closed: watch::Sender<Stage>,
    /// How much there is that the core does not know and a shutdown waits for: plain tasks that are
    /// alive, and callers of callbacks.
    pub(super) beside: AtomicU64,
    /// How many calls of callbacks were left out.
    pub(super) lost_callbacks: AtomicU64,
    pub(super) local: Mutex<Option<local::Thread>>,
    #[cfg_attr(not(feature = "trace"), allow(dead_code))]
    pub(super) tracer: Tracer,
}

/// The end of a run on its way to the core, which is told even if a runtime drops the way.
struct Last {
    shared: Arc<Shared>,
    run: crate::supervise::Run,
    end: End,
    class: Class,
}

impl Drop for Last {
    fn drop(&mut self) {
        let ended = Told::Ended { run: self.run, end: self.end, class: self.class };
        self.shared.driver.tell(&self.shared, |core, now, out| {
            core.event(ended, now, |action| out.push(action));
        });
    }
}

impl Shared {
    pub(super) fn new(home: Option<Handle>, collision: Collision) -> Self {
        let clock = Clock::system();
        let mut timeline = Timeline::new(clock.frequency_hint());
        // The first anchor of a timeline is never refused.
        _ = timeline.push(clock.sample());
        Self {
            home,
            collision,
            registry: Registry::new(),
            driver: Driver::new(),
            sleepers: Sleepers::default(),
            bus: Bus::new(),
            clock,
            timeline: Mutex::new(timeline),
            closing: AtomicBool::new(false),
            closed: watch::Sender::new(Stage::Open),
            beside: AtomicU64::new(0),
            lost_callbacks: AtomicU64::new(0),
            local: Mutex::new(None),
            tracer: Tracer::default(),
        }
    }

    /// A run is over: nothing of it is left.
    pub(super) fn run_ended(
        self: &Arc<Self>,
        entry: &Arc<Entry>,
        run: u32,
        end: End,
        cause: Cause,
        class: Class,
    ) {
        if entry.word.peek().has_waker() {
            // Not dropped under the lock: it may be the last reference to the runtime's task.
            let waker = entry.waker.lock().take();
            drop(waker);
        }
        match &entry.managed {
            Some(managed) => {
                *managed.left.lock() = Some((run, cause));
                let run = crate::supervise::Run { task: managed.core, number: run };
                let last = Last { shared: Arc::clone(self), run, end, class };
                self.end_after(last, entry.let_go(), managed.runtime.as_ref());
            }
            None => self.plain_ended(entry, run, end, cause),
        }
    }

    /// Tells the core of an end once nothing is left of the run's children either, so that the next
    /// run finds their names free.
    fn end_after(&self, last: Last, children: Vec<Arc<Entry>>, runtime: Option<&Handle>) {
        let Some(runtime) = runtime.filter(|_| !children.is_empty()) else { return drop(last) };
        super::spawn::aside(runtime, async move {
            for child in children {
                child.gone().await;
            }
            drop(last);
        });
    }

    /// The end of a task that the core does not know.
    fn plain_ended(self: &Arc<Self>, entry: &Arc<Entry>, run: u32, end: End, cause: Cause) {
        let seen = entry.word.seen();
        let asked = seen.is_asked(Request::Abort) || seen.is_asked(Request::Stop);
        let outcome = Outcome::of(end, asked.then_some(Why::Asked));
        let state = match outcome {
            Outcome::Completed => State::Completed,
            Outcome::Stopped => State::Stopped,
            Outcome::Aborted if asked => State::Stopped,
            _ => State::Failed,
        };
        let went_well = outcome == Outcome::Completed;
        // That it went well needs no memory of its own, unless there are details that show it.
        let is_news = !went_well || !matches!(cause, Cause::None);
        if is_news || seen.has_detail() {
            let past = self.past(entry, run, outcome, cause.clone());
            entry.with_detail(|detail| detail.ended(past));
        }
        // Whoever waits for the end finds everything about it.
        self.emit_run(entry, run, EventKind::Ended { outcome }, cause);
        self.enter(entry, run, state);
        self.forget_if_asked(entry);
        entry.wake_waiters();
        self.registry.retire(entry, !went_well);
        self.one_less_beside();
    }

    fn past(&self, entry: &Entry, run: u32, outcome: Outcome, cause: Cause) -> Past {
        let started = entry.started.load(Ordering::Relaxed);
        Past { run, outcome, started, ended: self.clock.ticks(), cause }
    }

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
            Action::Changed { state, .. } => self.enter(entry, seen.run(), state),
            // Before the state that follows: who sees that a run is over sees how it ended.
            Action::Finished { run, outcome } => self.take_down(entry, run.number, outcome),
            // From there it went nowhere.
            Action::Freed(_) if !is_rest(seen.state()) => {
                self.enter(entry, seen.run(), State::Stopped);
            }
            _ => {}
        }
    }

    fn enter(&self, entry: &Entry, run: u32, state: State) {
        entry.changed.store(self.clock.ticks(), Ordering::Relaxed);
        entry.word.enter(run, state);
    }

    fn take_down(&self, entry: &Entry, run: u32, outcome: Outcome) {
        let left = entry.managed.as_ref().and_then(|managed| managed.left.lock().take());
        let cause = left.filter(|(number, _)| *number == run).map_or(Cause::None, |(_, c)| c);
        let past = self.past(entry, run, outcome, cause);
        entry.with_detail(|detail| detail.ended(past));
    }

    pub(super) fn emit(&self, entry: &Arc<Entry>, kind: EventKind, cause: Cause) {
        self.emit_run(entry, entry.word.seen().run(), kind, cause);
    }

    #[inline]
    pub(super) fn emit_run(&self, entry: &Arc<Entry>, run: u32, kind: EventKind, cause: Cause) {
        if self.bus.is_heard() {
            self.bus.tell(Event::new(entry, run, kind, cause));
        }
    }

    pub(super) fn count_lost_callback(&self, entry: &Arc<Entry>) {
        self.lost_callbacks.fetch_add(1, Ordering::Relaxed);
        self.emit(entry, EventKind::CallbackFailed, Cause::None);
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
            (Action::Changed { state, .. }, Some(entry)) => self.changed(entry, state),
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
        if let Some(managed) = &entry.managed {
            managed.stop.notify_waiters();
        }
    }

    fn abort(&self, entry: &Arc<Entry>, run: u32) {
        self.emit_run(entry, run, EventKind::Aborting, Cause::None);
        if entry.word.ask(run, Request::Abort) {
            entry.wake();
        }
        if let Some(managed) = &entry.managed {
            // A closure that cannot be aborted may still listen.
            managed.stop.notify_waiters();
        }
    }

    fn finished(self: &Arc<Self>, entry: &Arc<Entry>, run: u32, outcome: Outcome) {
        let last = entry.detail.lock().as_ref().and_then(|detail| detail.past_of(run).cloned());
        let cause = last.map_or(Cause::None, |past| past.cause);
        if let Some(managed) = &entry.managed {
            // Whoever waits for the end of a run waits for this one too.
            managed.stop.notify_waiters();
        }
        // Who was born while the end was told comes too late.
        _ = entry.let_go();
        self.emit_run(entry, run, EventKind::Ended { outcome }, cause.clone());
        let report = || RunReport::new(entry, run, Some(outcome), cause.clone());
        self.call(entry, On::Stop, report);
        if outcome.is_failure() {
            self.call(entry, On::Error, report);
        }
    }

    fn changed(self: &Arc<Self>, entry: &Arc<Entry>, state: State) {
        let run = entry.word.seen().run();
        let report = || {
            let last = entry.detail.lock().as_ref().and_then(|detail| detail.last().cloned());
            let outcome = last.as_ref().map(|past| past.outcome);
            RunReport::new(entry, run, outcome, last.map_or(Cause::None, |past| past.cause))
        };
        match state {
            State::Running if entry.managed.as_ref().is_some_and(|m| m.start.is_some()) => {
                self.emit_run(entry, run, EventKind::Ready, Cause::None);
                self.call(entry, On::Ready, || RunReport::new(entry, run, None, Cause::None));
            }
            State::Backoff => self.emit_backoff(entry, run),
            State::Dead => {
                self.emit_run(entry, run, EventKind::Dead, Cause::None);
                self.call(entry, On::Dead, report);
            }
            State::Detached => self.emit_run(entry, run, EventKind::Detached, Cause::None),
            _ => {}
        }
    }

    fn emit_backoff(&self, entry: &Arc<Entry>, run: u32) {
        let view = entry.managed.as_ref().and_then(|managed| self.driver.view(managed.core));
        let Some(view) = view else { return };
        let due = view.due.unwrap_or(0).saturating_sub(view.since);
        let after = Duration::from_nanos(due);
        let what = EventKind::Restarting { after, attempt: view.attempt };
        self.emit_run(entry, run, what, Cause::None);
    }

    /// All tasks that are listed, in the order of the registry.
    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        let mut all = Vec::new();
        self.registry.each(&mut |entry| {
            all.push(Arc::clone(entry));
            true
        });
        all
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("registry", &self.registry).finish_non_exhaustive()
    }
}
