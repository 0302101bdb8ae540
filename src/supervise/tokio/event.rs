//! What happens to tasks, told as it happens.

mod bus;
mod flat;

use core::fmt;
use core::time::Duration;
use std::string::String;
use std::sync::Arc;

pub(super) use bus::Bus;
pub use bus::{Events, Missed};

use super::entry::Entry;
use super::name::Name;
use super::report::Cause;
use super::{ErrorReport, PanicReport};
use crate::context::{Current, scope};
use crate::record::TaskId;
use crate::supervise::Outcome;

/// Something that happened to a task.
#[derive(Clone)]
#[non_exhaustive]
pub struct Event {
    /// Counts the events of a supervisor, from 1, while there are subscribers; 0 for a hook while
    /// there are none.
    pub sequence: u64,
    /// Which run it is about; 0 before the first one.
    pub run: u32,
    /// What happened.
    pub kind: EventKind,
    task: TaskId,
    name: Name,
    is_plain: bool,
    cause: Cause,
}

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A run was started.
    Started {
        /// How many restarts of the policy came before it since the last reset.
        attempt: u32,
    },
    /// The run said that it is ready.
    Ready,
    /// The run was asked to stop.
    Stopping,
    /// The run did not stop in time and is being aborted.
    Aborting,
    /// The run is over and nothing is left of it.
    Ended {
        /// How it ended.
        outcome: Outcome,
    },
    /// The task is started again after this delay.
    Restarting {
        /// How long it waits.
        after: Duration,
        /// Which restart it is since the last reset, counted from 1.
        attempt: u32,
    },
    /// Starting the task again has not helped; it stays down.
    Dead,
    /// The run cannot be aborted and is waited for no longer.
    Detached,
    /// The task keeps its worker for too long, or did.
    Hog {
        /// For how long at least.
        held: Duration,
        /// Whether it has let go.
        is_over: bool,
    },
    /// The shutdown waits for the task.
    WaitedFor {
        /// Since when.
        waited: Duration,
    },
    /// The task is forgotten.
    Removed,
    /// A callback panicked, or took too long.
    CallbackFailed,
}

impl Event {
    /// It keeps nothing of the task but its name: an event may wait long for who reads it, and what
    /// else there is of a task has things of the user's, which may do anything when they are dropped.
    pub(super) fn new(entry: &Entry, run: u32, kind: EventKind, cause: Cause) -> Self {
        let (name, is_plain) = (entry.name.clone(), entry.managed.is_none());
        Self { sequence: 0, run, kind, task: entry.id, name, is_plain, cause }
    }

    /// The task.
    #[must_use]
    pub fn task(&self) -> TaskId {
        self.task
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the task is a plain one that was spawned, of which there may be very many.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// The error that the run returned, if this is about one.
    #[must_use]
    pub fn error(&self) -> Option<&ErrorReport> {
        if let Cause::Error(report) = &self.cause { Some(report) } else { None }
    }

    /// The panic that ended the run, if this is about one.
    #[must_use]
    pub fn panic(&self) -> Option<&PanicReport> {
        if let Cause::Panic(report) = &self.cause { Some(report) } else { None }
    }

    /// Does something as the task that this is about: what is logged meanwhile is that task's.
    pub fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        let current = Current { id: self.task, run: self.run, name: &self.name };
        scope(Some(&current), f)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("sequence", &self.sequence)
            .field("task", &self.name())
            .field("run", &self.run)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What a callback is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// The task's name.
    pub name: Arc<str>,
    /// Which task.
    pub task: TaskId,
    /// Which run.
    pub run: u32,
    /// How it ended, if it has.
    pub outcome: Option<Outcome>,
    /// The error that it returned, if it did.
    pub error: Option<Arc<ErrorReport>>,
    /// The panic that ended it, if one did.
    pub panic: Option<Arc<PanicReport>>,
}

impl RunReport {
    pub(super) fn new(entry: &Entry, run: u32, outcome: Option<Outcome>, cause: Cause) -> Self {
        let (mut error, mut panic) = (None, None);
        match cause {
            Cause::Error(report) => error = Some(report),
            Cause::Panic(report) => panic = Some(report),
            Cause::None | Cause::Value(_) => {}
        }
        Self { name: (*entry.name).into(), task: entry.id, run, outcome, error, panic }
    }

    /// What went wrong, in words; nothing if nothing did.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let panic = self.panic.as_ref().map(|report| std::format!("{report}"));
        panic.or_else(|| self.error.as_ref().map(|report| std::format!("{report}")))
    }
}
