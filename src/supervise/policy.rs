//! Whether a task is started again, when, and when that has to end.

use core::time::Duration;

use super::backoff::{Backoff, nanos};
use super::budget::{Budget, Spent};
use super::outcome::Outcome;

/// After which outcomes a task is started again.
///
/// | | completed | failed | aborted | panicked | timed out, stalled |
/// |---|---|---|---|---|---|
/// | `Never` | | | | | |
/// | `OnFailure` | | restart | restart | restart | restart |
/// | `OnAbnormal` | | | | restart | restart |
/// | `OnPanic` | | | | restart | |
/// | `OnWatchdog` | | | | | restart |
/// | `Always` | restart | restart | restart | restart | restart |
///
/// A program built with `panic = "abort"` ends at its first panic. There the supervisor for tokio
/// refuses `OnPanic` and `OnAbnormal`, which ask for restarts after panics by name; `OnFailure` and
/// `Always` are taken, and restart after all other ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum When {
    /// After none.
    Never,
    /// After each one that is a failure.
    #[default]
    OnFailure,
    /// When the task did not come to return: panics, time limits, missed beats.
    OnAbnormal,
    /// After a panic.
    OnPanic,
    /// After a time limit or a missed beat.
    OnWatchdog,
    /// After each one, success included.
    Always,
}

impl When {
    /// Whether a task that ended so is started again.
    #[must_use]
    pub const fn covers(self, outcome: Outcome) -> bool {
        let panicked = matches!(outcome, Outcome::Panicked);
        let watchdog = matches!(outcome, Outcome::TimedOut | Outcome::Stalled);
        match self {
            Self::Never => false,
            Self::OnFailure => outcome.is_failure(),
            Self::OnAbnormal => panicked || watchdog,
            Self::OnPanic => panicked,
            Self::OnWatchdog => watchdog,
            Self::Always => true,
        }
    }
}

/// What the user's own look at an outcome says about it. Only the shell has the error's value, so
/// the shell asks the user and hands the answer in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Class {
    /// The policy decides.
    #[default]
    Default,
    /// Worth a restart, whatever [`When`] says; the budget holds.
    Retry,
    /// Starting again cannot help: the task is dead.
    Fatal,
    /// No failure: the task counts as completed.
    Ignore,
    /// More than this task is broken: its group has failed.
    Escalate,
}

/// What happens once the budget is spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exhausted {
    /// It stays down, dead, until somebody starts it by hand.
    #[default]
    Park,
    /// So does it, and its group is stopped.
    StopGroup,
    /// Its group has failed: the group's own policy says what follows. Outside of groups, and at
    /// the top, that is the end of everything.
    Escalate,
    /// Everything is shut down.
    ShutdownAll,
}

/// Restart policy of a task or a group.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::supervise::{Backoff, Class, Outcome, Policy, Spent, Verdict};
///
/// let policy = Policy { backoff: Backoff::constant(Duration::from_secs(1)), ..Policy::default() };
/// let ended = policy.ended(Outcome::Failed);
/// let (spent, times) = (Spent::default(), [0; 5]);
/// assert_eq!(
///     policy.verdict(ended, &spent, &times),
///     Verdict::Restart { after: Duration::from_secs(1) },
/// );
/// assert_eq!(
///     policy.verdict(policy.ended(Outcome::Completed), &spent, &times),
///     Verdict::Rest { failed: false },
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// After which outcomes.
    pub when: When,
    /// After how long.
    pub backoff: Backoff,
    /// How often; `None` is without end.
    pub budget: Option<Budget>,
    /// What happens once the budget is spent.
    pub exhausted: Exhausted,
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A run that is over, with all that the decision about the next one rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What the user says about that.
    pub class: Class,
    /// How many restarts came before since the last reset.
    pub attempt: u32,
    /// Tells tasks and runs apart where delays are left to chance.
    pub salt: u64,
    /// When it ended, in nanoseconds.
    pub now: u64,
}

/// What a policy says after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Start it again.
    Restart {
        /// After this time.
        after: Duration,
    },
    /// Leave it down; that is as it should be.
    Rest {
        /// Whether it is down with a failure.
        failed: bool,
    },
    /// Leave it down for good: it is dead.
    Dead,
    /// Its group has failed.
    Escalate,
    /// It should start again, but the budget is spent.
    Exhausted(Exhausted),
}

impl Policy {
    /// The default, for constants.
    pub const DEFAULT: Self = Self {
        when: When::OnFailure,
        backoff: Backoff::DEFAULT,
        budget: Some(Budget::DEFAULT),
        exhausted: Exhausted::Park,
    };

    /// Never start again.
    #[must_use]
    pub const fn never() -> Self {
        Self { when: When::Never, ..Self::DEFAULT }
    }

    /// Start again whatever the outcome is, as a service wants it.
    #[must_use]
    pub const fn always() -> Self {
        Self { when: When::Always, ..Self::DEFAULT }
    }

    /// A first run that ended so at time 0; set the fields that differ.
    #[must_use]
    pub fn ended(&self, outcome: Outcome) -> Ended {
        Ended { outcome, class: Class::Default, attempt: 0, salt: 0, now: 0 }
    }

    /// What follows after a run that nobody asked to stop, or that a limit of its own stopped.
    ///
    /// The budget counts starts, so it is asked about the time at which the next one would be.
    #[must_use]
    pub fn verdict(&self, ended: Ended, spent: &Spent, times: &[u64]) -> Verdict {
        let again = match ended.class {
            Class::Fatal => return Verdict::Dead,
            Class::Escalate => return Verdict::Escalate,
            Class::Retry => true,
            Class::Ignore => self.when.covers(Outcome::Completed),
            Class::Default => self.when.covers(ended.outcome),
        };
        if !again {
            let failed = ended.outcome.is_failure() && ended.class != Class::Ignore;
            return Verdict::Rest { failed };
        }
        let after = self.backoff.delay(ended.attempt, ended.salt);
        let start = ended.now.saturating_add(nanos(after));
        match self.budget {
            Some(budget) if !budget.allows(spent, times, start) => {
                Verdict::Exhausted(self.exhausted)
            }
            _ => Verdict::Restart { after },
        }
    }

    /// How many restarts came before the next one, given how many came before this run and for how
    /// long it was ready.
    #[must_use]
    pub fn attempt_after(&self, attempt: u32, ready: Duration) -> u32 {
        if ready >= self.backoff.reset_after { 0 } else { attempt }
    }
}

#[cfg(test)]
mod tests;
