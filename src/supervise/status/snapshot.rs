//! One task or group at one moment.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use super::run::{Failure, Place, RunCounts, RunRecord};
use super::runs::outcome_word;
use crate::record::{TaskId, Time};
use crate::supervise::{Budget, Outcome, State, Wanted};

/// All that is to be seen of a task or group.
///
/// ```
/// use ringvisor::record::TaskId;
/// use ringvisor::supervise::State;
/// use ringvisor::supervise::status::Snapshot;
///
/// let mut snapshot = Snapshot::new(TaskId(7), "blink");
/// snapshot.state = State::Running;
/// assert_eq!(snapshot.run, 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Its identity.
    pub id: TaskId,
    /// Its name, that of its group included: `net/dhcp`.
    pub name: Cow<'static, str>,
    /// What it is.
    pub kind: Kind,
    /// Name of the group it is in; empty at the top.
    pub group: Cow<'static, str>,
    /// The task that started it, or the group that it is in.
    pub parent: Option<TaskId>,
    /// The user's marks.
    pub tags: Vec<Cow<'static, str>>,
    /// Where it was added.
    pub spawned_at: Option<Place>,
    /// What each run is given.
    pub args: Args,
    /// Names of the callbacks that it has: `on_stop`.
    pub callbacks: Vec<Cow<'static, str>>,
    /// Its policy in words: `on-failure, backoff 200 ms..30 s x2, limit 5 in 60 s`.
    pub policy: Cow<'static, str>,
    /// When it is started by time.
    pub schedule: Option<Schedule>,
    /// What it needs, in words: `worker.service (ready)`; empty where it needs nothing.
    pub needs: Cow<'static, str>,
    /// What else is known where it is a service.
    pub service: Option<Box<Service>>,

    /// What it does.
    pub state: State,
    /// Since when.
    pub since: Time,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// How it fares while it runs.
    pub health: Health,
    /// Whether long silence is what it is made for.
    pub idle_ok: bool,
    /// What it says of itself; empty where it says nothing.
    pub status: String,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Tasks that it has started, or that are in the group.
    pub members: Members,

    /// Number of its newest run; 0 before the first one.
    pub run: u32,
    /// When that run was started.
    pub started: Option<Time>,
    /// When the run that ended last was over.
    pub ended: Option<Time>,
    /// How that one ended.
    pub outcome: Option<Outcome>,
    /// What it returned, as `Debug` writes it; `None` where it returned nothing worth showing.
    pub result: Option<String>,
    /// Why it failed; `None` where it did not.
    pub failure: Option<Failure>,
    /// Its traceback, in lines; empty where there is none.
    pub traceback: String,
    /// How all its runs ended.
    pub counts: RunCounts,
    /// Its last runs, the oldest first; at most [`HISTORY`](Self::HISTORY).
    pub history: Vec<RunRecord>,

    /// Restarts of its policy since its delay was reset.
    pub attempt: u32,
    /// Restarts that count in its budget now.
    pub restarts: u32,
    /// How many are allowed; `None` is without end.
    pub budget: Option<Budget>,
    /// When it is due, in nanoseconds of the monotonic clock: for the next start, or for losing
    /// patience with it.
    pub due: Option<u64>,

    /// How often this run was polled, where that is counted.
    pub polls: Option<u64>,
    /// How much time this run spent in polls.
    pub busy: Busy,
    /// The longest poll of this run.
    pub longest_poll: Option<Duration>,
    /// How long ago it was woken last.
    pub last_wake: Option<Duration>,
}

/// What a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A future, which runs once.
    Once,
    /// Made by a factory, and so restartable.
    #[default]
    Task,
    /// A closure on a thread that may block.
    Blocking,
    /// A future that stays on its thread.
    Local,
    /// No task, but a group of them.
    Group,
}

/// What a run is given, each value as `Debug` writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// By position.
    pub positional: Vec<String>,
    /// By name.
    pub keyed: Vec<(Cow<'static, str>, String)>,
}

/// When a task is started by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// In words, or as the user wrote it: `0 * * * * *`.
    pub text: Cow<'static, str>,
    /// Whether it starts more than once.
    pub repeats: bool,
    /// When it started last.
    pub last: Option<Time>,
    /// When it starts next.
    pub next: Option<Time>,
    /// The rest of what was asked for: `repeat` and `90`.
    pub options: Vec<(Cow<'static, str>, String)>,
}

/// What is known of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// What it is, with its version.
    pub description: Cow<'static, str>,
    /// Where it came from; empty where that is not known.
    pub loaded_from: Cow<'static, str>,
    /// `runtime.service`, `core.service` or `schedule.service`.
    pub kind: Cow<'static, str>,
    /// Where to read about it.
    pub docs: Cow<'static, str>,
    /// What it tells of its work.
    pub stats: Option<Stats>,
}

/// What a service tells of its work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// What it is, `Stats`.
    pub title: String,
    /// The figures.
    pub text: String,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 where that is not known.
    pub of: u64,
}

/// How a run fares, apart from its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// Well, as far as anybody knows.
    #[default]
    Ok,
    /// It says that something is wrong, and what.
    Degraded(String),
    /// Its beat is late.
    Late,
    /// It was not woken, or has not come back from a poll, for a suspiciously long time.
    Stalled,
    /// It waits, and nobody is there to wake it.
    NoWaker,
}

/// How much time went into polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Busy {
    /// Nobody looked.
    #[default]
    Unknown,
    /// Each poll was timed.
    Exact(Duration),
    /// Estimated from polls taken at random.
    Sampled(Duration),
}

/// Tasks below a task or group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// How many there are.
    pub count: u32,
    /// How many of them run.
    pub running: u32,
}

impl Snapshot {
    /// How many runs are remembered.
    pub const HISTORY: usize = 8;

    /// A task of which no more is known; its fields are to be filled.
    #[must_use]
    pub fn new(id: TaskId, name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id,
            name: name.into(),
            kind: Kind::default(),
            group: Cow::default(),
            parent: None,
            tags: Vec::new(),
            spawned_at: None,
            args: Args::default(),
            callbacks: Vec::new(),
            policy: Cow::default(),
            schedule: None,
            needs: Cow::default(),
            service: None,
            state: State::default(),
            since: Time::default(),
            wanted: Wanted::default(),
            health: Health::default(),
            idle_ok: false,
            status: String::new(),
            progress: None,
            members: Members::default(),
            run: 0,
            started: None,
            ended: None,
            outcome: None,
            result: None,
            failure: None,
            traceback: String::new(),
            counts: RunCounts::default(),
            history: Vec::new(),
            attempt: 0,
            restarts: 0,
            budget: None,
            due: None,
            polls: None,
            busy: Busy::default(),
            longest_poll: None,
            last_wake: None,
        }
    }
}

impl Snapshot {
    /// Which restart the next one is, in its budget's window or, without one, since the last reset.
    pub(super) fn next_restart(&self) -> u32 {
        let before = if self.budget.is_some() { self.restarts } else { self.attempt };
        before.saturating_add(1)
    }

    /// How much of its budget is used, the restart that is due included.
    pub(super) fn used(&self) -> u32 {
        if self.state == State::Backoff { self.next_restart() } else { self.restarts }
    }

    /// Whether the task says how it goes.
    pub(super) fn says_something(&self) -> bool {
        !self.status.is_empty() || self.progress.is_some()
    }

    /// What went wrong where no text says it: `aborted`; empty where nothing did.
    pub(super) fn mishap(&self) -> &'static str {
        self.outcome.filter(|outcome| outcome.is_failure()).map_or("", outcome_word)
    }

    /// Whether there is anything to say of how the last run ended.
    pub(super) fn has_exit(&self) -> bool {
        self.failure.is_some() || self.result.is_some() || !self.mishap().is_empty()
    }

    /// How long this run has lived; `None` where none is alive.
    fn life(&self, now: Time) -> Option<Duration> {
        let started = self.started.filter(|_| self.state.is_alive())?;
        Some(Duration::from_nanos(now.mono_ns.saturating_sub(started.mono_ns)))
    }

    /// Which part of its life this run spent in polls; 0 at its start.
    pub(super) fn busy_share(&self, now: Time) -> Option<f64> {
        let life = self.life(now)?.as_secs_f64();
        let (Busy::Exact(busy) | Busy::Sampled(busy)) = self.busy else { return None };
        Some(if life > 0.0 { busy.as_secs_f64() / life } else { 0.0 })
    }

    /// How often this run was polled in a second of its life; 0 at its start.
    pub(super) fn poll_rate(&self, now: Time) -> Option<f64> {
        let (life, polls) = (self.life(now)?.as_secs_f64(), self.polls?);
        Some(if life > 0.0 { polls as f64 / life } else { 0.0 })
    }
}

impl Args {
    /// Whether a run is given nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.keyed.is_empty()
    }
}

/// `412/1000 (41%)`, or `412` where nobody knows of how much.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.done)?;
        if self.of == 0 {
            return Ok(());
        }
        let percent = u128::from(self.done) * 100 / u128::from(self.of);
        write!(f, "/{} ({percent}%)", self.of)
    }
}
