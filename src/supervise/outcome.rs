//! How a run ended, and what that means.

/// What the shell saw when a run was over and its future dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// It returned, and not with an error.
    Completed,
    /// It returned an error.
    Failed,
    /// It panicked, also if that was while its future was being dropped.
    Panicked,
    /// It was dropped before it returned.
    Aborted,
}

/// Why a run was asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Somebody wanted it: a command, or the shutdown.
    Asked,
    /// Its group stops or restarts.
    Group,
    /// It was not ready in time.
    StartTimeout,
    /// It ran for longer than it may.
    RunLimit,
    /// It did not beat in time.
    Stalled,
}

/// How a run ended, as status and policies see it.
///
/// It tells what happened, not what was asked: a run that panics while it is being stopped has
/// panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It returned by itself, and not with an error.
    Completed,
    /// It returned an error.
    Failed,
    /// It panicked.
    Panicked,
    /// It was asked to stop and returned in time.
    Stopped,
    /// It was dropped before it returned.
    Aborted,
    /// It was not ready in time, or ran for longer than it may.
    TimedOut,
    /// It did not beat in time.
    Stalled,
}

impl Outcome {
    /// The outcome of a run that ended with `end` after it was asked to stop for the reason `why`.
    ///
    /// ```
    /// use ringvisor::supervise::{End, Outcome, Why};
    ///
    /// assert_eq!(Outcome::of(End::Completed, None), Outcome::Completed);
    /// assert_eq!(Outcome::of(End::Completed, Some(Why::Asked)), Outcome::Stopped);
    /// assert_eq!(Outcome::of(End::Aborted, Some(Why::RunLimit)), Outcome::TimedOut);
    /// assert_eq!(Outcome::of(End::Panicked, Some(Why::RunLimit)), Outcome::Panicked);
    /// ```
    #[must_use]
    pub const fn of(end: End, why: Option<Why>) -> Self {
        match (end, why) {
            (End::Panicked, _) => Self::Panicked,
            (_, Some(Why::StartTimeout | Why::RunLimit)) => Self::TimedOut,
            (_, Some(Why::Stalled)) => Self::Stalled,
            (End::Failed, _) => Self::Failed,
            (End::Aborted, _) => Self::Aborted,
            (End::Completed, None) => Self::Completed,
            (End::Completed, Some(Why::Asked | Why::Group)) => Self::Stopped,
        }
    }

    /// Whether the run did not do what it was there for.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Completed | Self::Stopped)
    }
}
