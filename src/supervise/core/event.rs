//! What can happen to the core.

use crate::record::TaskId;
use crate::supervise::{Class, End};

/// One run of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// Which task.
    pub task: TaskId,
    /// Which of its runs, counted from 1.
    pub number: u32,
}

/// What a run tells. Events of a run that is over are ignored, however late they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is ready.
    Ready(Run),
    /// It is alive.
    Beat(Run),
    /// It needs this many nanoseconds more to stop, counted from now.
    Extend(Run, u64),
    /// It is over: its future is dropped, its closure has returned. To be told exactly once for
    /// each run that was spawned, also if that could not be done.
    Ended {
        /// Which run.
        run: Run,
        /// How it ended.
        end: End,
        /// What the user says about that.
        class: Class,
    },
}

/// What somebody wants of a task or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Start it. Delay and budget begin anew. A group starts all members that are not disabled.
    Start,
    /// Ask it to stop, and stop it after its timeout.
    Stop,
    /// Stop it if it runs, then start it.
    Restart,
    /// Abort it at once.
    Kill,
    /// Stop it, and refuse to start it.
    Disable,
    /// Allow it to be started again.
    Enable,
    /// Stop it and forget it.
    Remove,
}

/// A command that was accepted. It is resolved exactly once; commands that want the same share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// How to shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// In reverse order, each with its timeout.
    Graceful,
    /// Abort everything at once. It may follow a graceful one.
    Now,
}

/// Why a command was refused; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refused {
    /// There is no such task or group, or it is on its way out.
    Unknown,
    /// It runs already; restart it if that was meant.
    Running,
    /// It is disabled; enable it first.
    Disabled,
    /// The group has members; remove them first.
    NotEmpty,
    /// Everything is being shut down; nothing starts any more.
    Closed,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "there is no such task",
            Self::Running => "it runs already; restart it if that was meant",
            Self::Disabled => "it is disabled; enable it first",
            Self::NotEmpty => "the group has members; remove them first",
            Self::Closed => "everything is being shut down; nothing starts any more",
        })
    }
}

impl core::error::Error for Refused {}
