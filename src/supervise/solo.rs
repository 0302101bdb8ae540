//! One task without a group, decided by the rules of [`Core`](super::Core) in a tenth of its room.
//!
//! Boards have few tasks and no groups, and each task looks after itself: there is no tree, no
//! heap of timers and no queue of answers. What remains is this machine. It takes the commands,
//! tells the actions and goes through the states that the core does for a task outside of groups;
//! a test drives both with the same random history and demands that they agree.

use super::backoff::nanos;
use super::budget::Spent;
use super::core::{Action, Command, Hold, Refused, Run, State, TaskSpec, Wanted};
use super::outcome::{End, Outcome, Why};
use super::policy::{Class, Ended, Exhausted, Verdict};
use crate::record::TaskId;

/// A time that does not come.
const NEVER: u64 = u64::MAX;

/// The state of one task; its budget may allow up to `TIMES` restarts.
///
/// Times are nanoseconds of a clock that does not go backwards. The specification is handed in with
/// each call, so that it can stay in flash; it has to be the same one each time.
///
/// ```
/// use ringvisor::record::TaskId;
/// use ringvisor::supervise::{Action, Class, Command, End, Solo, State, TaskSpec};
///
/// let (spec, mut solo) = (TaskSpec::default(), Solo::<5>::new(TaskId(1)));
/// let mut spawned = 0;
/// let mut note = |action| spawned += u32::from(matches!(action, Action::Spawn { .. }));
///
/// solo.command(&spec, Command::Start, 0, &mut note)?;
/// solo.ended(&spec, End::Failed, Class::Default, 1_000, &mut note);
/// assert_eq!(solo.state(), State::Backoff);
/// solo.tick(&spec, solo.due(&spec).unwrap(), &mut note);
/// assert_eq!((solo.state(), spawned), (State::Running, 2));
/// # Ok::<(), ringvisor::supervise::Refused>(())
/// ```
#[derive(Clone, Debug)]
pub struct Solo<const TIMES: usize> {
    id: TaskId,
    wanted: Wanted,
    state: State,
    /// When it came into that state.
    since: u64,
    /// Whether something outside keeps it from starting.
    held: bool,
    /// Whether it is to be aborted rather than asked.
    hurry: bool,
    /// Whether somebody wants a new run after this one, whatever the policy says.
    again: bool,
    /// Whether the next start is a restart that the budget counts.
    counted: bool,
    /// Why the run was asked to stop.
    why: Option<Why>,
    /// Number of the newest run; 0 before the first one.
    run: u32,
    /// Restarts of the policy since the last reset.
    attempt: u32,
    /// The earliest time of the next start.
    not_before: u64,
    /// Since when it is ready, 0 if it is not.
    ready: Option<u64>,
    /// When it beat last.
    beat: u64,
    spent: Spent,
    times: [u64; TIMES],
}

/// Where actions go.
type Out<'a> = dyn FnMut(Action) + 'a;

impl<const TIMES: usize> Solo<TIMES> {
    /// A task that is down.
    #[must_use]
    pub const fn new(id: TaskId) -> Self {
        Self {
            id,
            wanted: Wanted::Down,
            state: State::Stopped,
            since: 0,
            held: false,
            hurry: false,
            again: false,
            counted: false,
            why: None,
            run: 0,
            attempt: 0,
            not_before: 0,
            ready: None,
            beat: 0,
            spent: Spent::NEW,
            times: [0; TIMES],
        }
    }

    /// What it does now.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The newest run; its number is 0 before the first one.
    #[must_use]
    pub const fn run(&self) -> Run {
        Run { task: self.id, number: self.run }
    }

    /// Restarts of the policy since its delay was reset.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Has the task do something. A task in a `static` has nowhere to go: `Remove` is taken as
    /// `Disable`.
    ///
    /// # Errors
    ///
    /// If it can have no effect; then nothing has changed.
    pub fn command(
        &mut self,
        spec: &TaskSpec,
        command: Command,
        now: u64,
        out: &mut Out<'_>,
    ) -> Result<(), Refused> {
        let lower = if self.wanted == Wanted::Up { Wanted::Down } else { self.wanted };
        match command {
            Command::Start | Command::Restart if self.wanted == Wanted::Disabled => {
                return Err(Refused::Disabled);
            }
            Command::Start if self.is_up() => return Err(Refused::Running),
            Command::Start => self.want_up(),
            Command::Restart => {
                self.want_up();
                self.again |= self.state.is_alive();
            }
            Command::Stop => self.want_down(lower),
            Command::Kill => {
                self.want_down(lower);
                self.hurry |= !self.state.is_down();
            }
            Command::Disable | Command::Remove => self.want_down(Wanted::Disabled),
            Command::Enable if self.wanted == Wanted::Disabled => self.wanted = Wanted::Down,
            Command::Enable => {}
        }
        self.reconcile(spec, now, out);
        Ok(())
    }

    /// Says whether something outside keeps the task from starting. What runs goes on.
    pub fn hold(&mut self, spec: &TaskSpec, on: bool, now: u64, out: &mut Out<'_>) {
        self.held = on;
        self.reconcile(spec, now, out);
    }

    /// Its run is ready.
    pub fn ready(&mut self, now: u64, out: &mut Out<'_>) {
        if self.state == State::Starting {
            (self.ready, self.beat) = (Some(now), now);
            self.enter(State::Running, now, out);
        }
    }

    /// Its run is alive.
    pub fn beat(&mut self, now: u64) {
        self.beat = now;
    }

    /// Its run is over, and nothing is left of it.
    pub fn ended(&mut self, spec: &TaskSpec, end: End, class: Class, now: u64, out: &mut Out<'_>) {
        if !self.state.is_alive() {
            return;
        }
        let (why, ready) = (self.why.take(), self.ready.take());
        let again = core::mem::take(&mut self.again);
        let outcome = Outcome::of(end, why);
        let lasted = core::time::Duration::from_nanos(ready.map_or(0, |ready| now - ready));
        self.hurry = false;
        self.attempt = spec.policy.attempt_after(self.attempt, lasted);
        out(Action::Finished { run: self.run(), outcome });
        if self.wanted != Wanted::Up || again || why == Some(Why::Asked) {
            self.rest_or_start(spec, now, out);
        } else {
            self.follow_up(spec, outcome, class, now, out);
        }
        self.reconcile(spec, now, out);
    }

    /// Does what time alone makes necessary.
    pub fn tick(&mut self, spec: &TaskSpec, now: u64, out: &mut Out<'_>) {
        if self.due(spec).is_some_and(|due| due <= now) {
            match self.state {
                State::Starting => self.ask(Why::StartTimeout, now, out),
                State::Running if self.beat_due(spec) <= now => self.ask(Why::Stalled, now, out),
                State::Running => self.ask(Why::RunLimit, now, out),
                State::Stopping => self.abort(now, out),
                State::Aborting => self.enter(State::Detached, now, out),
                _ => {}
            }
            self.reconcile(spec, now, out);
        }
    }

    /// When [`tick`](Self::tick) has something to do; `None` before the next event or command.
    #[must_use]
    pub fn due(&self, spec: &TaskSpec) -> Option<u64> {
        let after = |limit: Option<_>| limit.map_or(NEVER, |limit| self.after(limit));
        let due = match self.state {
            State::Backoff => self.not_before,
            State::Starting => after(spec.start_timeout),
            State::Running => after(spec.run_limit).min(self.beat_due(spec)),
            State::Stopping => self.after(spec.stop_timeout),
            State::Aborting => self.after(spec.abort_timeout),
            _ => NEVER,
        };
        (due != NEVER).then_some(due)
    }

    fn after(&self, limit: core::time::Duration) -> u64 {
        self.since.saturating_add(nanos(limit))
    }

    /// When its silence becomes a stall.
    fn beat_due(&self, spec: &TaskSpec) -> u64 {
        spec.heartbeat.map_or(NEVER, |beat| self.beat.saturating_add(nanos(beat)))
    }

    fn is_up(&self) -> bool {
        self.wanted == Wanted::Up && matches!(self.state, State::Starting | State::Running)
    }

    /// Wants it up; delays and restarts are forgotten.
    fn want_up(&mut self) {
        let leaving = matches!(self.state, State::Stopping | State::Aborting | State::Detached);
        self.wanted = Wanted::Up;
        self.again |= leaving;
        (self.attempt, self.not_before, self.counted, self.spent) = (0, 0, false, Spent::NEW);
    }

    fn want_down(&mut self, wanted: Wanted) {
        self.wanted = wanted;
        self.again = false;
    }

    /// Brings the task nearer to what is wanted of it, until nothing is left to do.
    fn reconcile(&mut self, spec: &TaskSpec, now: u64, out: &mut Out<'_>) {
        let unwanted = self.wanted != Wanted::Up || self.again;
        match self.state {
            State::Starting | State::Running | State::Stopping if self.hurry => {
                self.abort(now, out);
            }
            State::Starting | State::Running if unwanted => self.ask(Why::Asked, now, out),
            State::Starting | State::Running => {}
            State::Stopping | State::Aborting | State::Detached => {}
            _ => self.rest_or_start(spec, now, out),
        }
    }

    /// With no run alive: starts one, or says why none is started.
    fn rest_or_start(&mut self, spec: &TaskSpec, now: u64, out: &mut Out<'_>) {
        match self.wanted {
            Wanted::Up if self.held => self.enter(State::Waiting(Hold::Condition), now, out),
            Wanted::Up if now < self.not_before => self.enter(State::Backoff, now, out),
            Wanted::Up => self.spawn(spec, now, out),
            _ if self.state.is_rest() => {}
            _ => self.enter(State::Stopped, now, out),
        }
    }

    fn spawn(&mut self, spec: &TaskSpec, now: u64, out: &mut Out<'_>) {
        if core::mem::take(&mut self.counted) {
            if let Some(budget) = spec.policy.budget {
                self.spent.record(&budget, &mut self.times, now);
            }
        }
        self.run = self.run.wrapping_add(1).max(1);
        (self.hurry, self.why, self.again, self.beat) = (false, None, false, now);
        self.ready = (!spec.notify_ready).then_some(now);
        out(Action::Spawn { run: self.run(), attempt: self.attempt });
        let state = if spec.notify_ready { State::Starting } else { State::Running };
        self.enter(state, now, out);
    }

    fn ask(&mut self, why: Why, now: u64, out: &mut Out<'_>) {
        self.why.get_or_insert(why);
        out(Action::Cancel(self.run()));
        self.enter(State::Stopping, now, out);
    }

    fn abort(&mut self, now: u64, out: &mut Out<'_>) {
        self.why.get_or_insert(Why::Asked);
        out(Action::Abort(self.run()));
        self.enter(State::Aborting, now, out);
    }

    /// Decides about a run that ended by itself.
    fn follow_up(
        &mut self,
        spec: &TaskSpec,
        outcome: Outcome,
        class: Class,
        now: u64,
        out: &mut Out<'_>,
    ) {
        let salt = self.id.0.rotate_left(32) ^ u64::from(self.run);
        let ended = Ended { outcome, class, attempt: self.attempt, salt, now };
        let state = match spec.policy.verdict(ended, &self.spent, &self.times) {
            Verdict::Restart { after } => {
                self.not_before = now.saturating_add(nanos(after));
                self.attempt = self.attempt.saturating_add(1);
                self.counted = true;
                return self.enter(State::Backoff, now, out);
            }
            Verdict::Rest { failed: false } => State::Completed,
            Verdict::Rest { failed: true } => State::Failed,
            Verdict::Dead | Verdict::Escalate | Verdict::Exhausted(_) => State::Dead,
        };
        self.wanted = Wanted::Down;
        self.enter(state, now, out);
    }

    /// Whether its policy asks for more than to stay down now that it is dead: a board resets.
    #[must_use]
    pub fn gives_up(&self, spec: &TaskSpec) -> bool {
        let all = matches!(spec.policy.exhausted, Exhausted::Escalate | Exhausted::ShutdownAll);
        self.state == State::Dead && all
    }

    fn enter(&mut self, state: State, now: u64, out: &mut Out<'_>) {
        if self.state != state {
            (self.state, self.since) = (state, now);
            let waits = state == State::Backoff;
            out(Action::Changed {
                task: self.id,
                state,
                run: self.run,
                attempt: self.attempt,
                delay: if waits { self.not_before.saturating_sub(now) } else { 0 },
            });
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
