//! A task's state and health in one word.

use core::fmt;

use super::pen::{Paint, Sign};
use super::snapshot::{Health, Snapshot};
use crate::supervise::{Hold, State, Wanted};

/// State and health in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// It runs and is well.
    Running,
    /// It runs and says that something is wrong.
    Degraded,
    /// It runs and its beat is late.
    Late,
    /// It runs, but nobody has seen it move.
    Stuck,
    /// It is not ready yet.
    Starting,
    /// It was asked to stop.
    Stopping,
    /// It did not stop, and is dropped.
    Aborting,
    /// It could not even be dropped.
    Detached,
    /// It failed and comes back.
    Backoff,
    /// It failed and stays down.
    Failed,
    /// It failed too often.
    Dead,
    /// Something keeps it from starting.
    Waiting,
    /// Its time will come.
    Scheduled,
    /// It did what it had to do.
    Done,
    /// It was stopped, or never started.
    Stopped,
    /// It may not be started.
    Disabled,
}

/// How many tasks there are of each condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; Condition::ALL.len()],
}

impl Condition {
    /// All of them, those that work first.
    pub const ALL: [Self; 16] = [
        Self::Running,
        Self::Degraded,
        Self::Late,
        Self::Stuck,
        Self::Starting,
        Self::Stopping,
        Self::Aborting,
        Self::Detached,
        Self::Backoff,
        Self::Failed,
        Self::Dead,
        Self::Waiting,
        Self::Scheduled,
        Self::Done,
        Self::Stopped,
        Self::Disabled,
    ];

    /// That of a task.
    #[must_use]
    pub fn of(task: &Snapshot) -> Self {
        match (task.state, &task.health) {
            (State::Running, Health::Degraded(_)) => Self::Degraded,
            (State::Running, Health::Late) => Self::Late,
            (State::Running, Health::Stalled | Health::NoWaker) => Self::Stuck,
            (State::Running, Health::Ok) => Self::Running,
            (State::Starting, _) => Self::Starting,
            (State::Stopping, _) => Self::Stopping,
            (State::Aborting, _) => Self::Aborting,
            (State::Detached, _) => Self::Detached,
            (State::Backoff, _) => Self::Backoff,
            (State::Failed, _) => Self::Failed,
            (State::Dead, _) => Self::Dead,
            (State::Waiting(Hold::Schedule), _) => Self::Scheduled,
            (State::Waiting(_), _) => Self::Waiting,
            (State::Completed, _) => Self::Done,
            (State::Stopped, _) if task.wanted == Wanted::Disabled => Self::Disabled,
            (State::Stopped, _) => Self::Stopped,
        }
    }

    /// The word, `stuck?`: a question where it is a guess.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Degraded => "degraded",
            Self::Late => "late",
            Self::Stuck => "stuck?",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Aborting => "aborting",
            Self::Detached => "detached",
            Self::Backoff => "backoff",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Waiting => "waiting",
            Self::Scheduled => "scheduled",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Disabled => "disabled",
        }
    }

    /// Whether somebody should look.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(
            self,
            Self::Degraded
                | Self::Late
                | Self::Stuck
                | Self::Detached
                | Self::Backoff
                | Self::Failed
                | Self::Dead
        )
    }

    /// No two signs that matter differ by their colour alone.
    pub(super) const fn sign(self) -> Sign {
        let (utf8, ascii) = match self {
            Self::Running | Self::Done => ("●", "*"),
            Self::Degraded | Self::Late | Self::Stuck => ("!", "!"),
            Self::Starting | Self::Stopping | Self::Aborting | Self::Detached => ("◐", "o"),
            Self::Backoff => ("⏳", "~"),
            Self::Failed | Self::Dead => ("✖", "x"),
            Self::Waiting => ("⏸", "="),
            Self::Scheduled => ("⏰", "@"),
            Self::Stopped | Self::Disabled => ("○", "-"),
        };
        Sign { utf8, ascii }
    }

    pub(super) const fn paint(self) -> Paint {
        match self {
            Self::Running => Paint::Lime,
            Self::Failed | Self::Dead | Self::Stuck | Self::Detached => Paint::Red,
            Self::Scheduled => Paint::Cyan,
            Self::Done => Paint::None,
            _ => Paint::Yellow,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, task: &Snapshot) {
        let count = &mut self.counts[Condition::of(task) as usize];
        *count = count.saturating_add(1);
    }

    /// How many there are of one condition.
    #[must_use]
    pub fn count(&self, condition: Condition) -> u64 {
        self.counts[condition as usize]
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().fold(0, |total, count| total.saturating_add(*count))
    }
}

/// `8 loaded: 5 running, 1 stuck?, 1 backoff, 1 scheduled`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} loaded", self.total())?;
        let mut before = ": ";
        for condition in Condition::ALL {
            let count = self.count(condition);
            if count > 0 {
                write!(f, "{before}{count} {condition}")?;
                before = ", ";
            }
        }
        Ok(())
    }
}
