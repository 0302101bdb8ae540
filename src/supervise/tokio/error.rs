//! What can be wrong with what is asked of a supervisor.

use core::error::Error;
use core::fmt;
use std::string::String;
use std::vec::Vec;

use super::name::NameError;
use super::report::{ErrorReport, PanicReport};
use crate::supervise::Refused;

/// Why a task was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpawnError {
    /// That is no name.
    Name(String, NameError),
    /// A task of that name lives.
    Taken(String),
    /// No tokio runtime is near; enter one, or give the supervisor a handle.
    NoRuntime,
    /// Everything is being shut down; nothing starts any more.
    Closed,
    /// There is no group of that name; add it first.
    NoGroup(String),
    /// No more tasks and groups fit, or groups lie too deep in groups.
    Full,
    /// Restarts after panics are wanted, but this program aborts on panic; leave `panic = "abort"`
    /// out of the profile.
    PanicAborts,
    /// The system refused a thread.
    Thread(String),
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name, why) => write!(f, "{name:?} is no name for a task: {why}"),
            Self::Taken(name) => write!(
                f,
                "a task named {name:?} lives already; stop it, or choose Collision::Suffix or \
                 Collision::Replace"
            ),
            Self::NoRuntime => f.write_str(
                "no tokio runtime is entered here; call this inside of one, or give the supervisor \
                 a handle with Supervisor::on",
            ),
            Self::Closed => f.write_str("everything is being shut down; nothing starts any more"),
            Self::NoGroup(name) => write!(f, "there is no group {name:?}; add it first"),
            Self::Full => f.write_str("no more tasks fit, or groups lie too deep in groups"),
            Self::PanicAborts => f.write_str(
                "this program aborts on panic, so no task can be restarted after one; take \
                 panic = \"abort\" out of the profile, or choose another `when`",
            ),
            Self::Thread(why) => write!(f, "the system refuses a thread: {why}"),
        }
    }
}

impl Error for SpawnError {}

/// Why a task has no value for whoever waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TaskError {
    /// It returned an error.
    Failed(ErrorReport),
    /// It panicked.
    Panicked(PanicReport),
    /// It was asked to stop, and did.
    Stopped,
    /// It was dropped before it returned: aborted, or its runtime is gone.
    Aborted,
    /// It was not ready in time, or ran for longer than it may.
    TimedOut,
    /// It did not beat in time.
    Stalled,
    /// It cannot be aborted, and is waited for no longer.
    Detached,
    /// It waits for itself, which would never end.
    Itself,
    /// It is forgotten, or its value was taken by somebody else.
    Gone,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(report) => write!(f, "failed: {report}"),
            Self::Panicked(report) => report.fmt(f),
            Self::Stopped => f.write_str("stopped"),
            Self::Aborted => f.write_str("aborted before it returned"),
            Self::TimedOut => f.write_str("took too long"),
            Self::Stalled => f.write_str("gave no sign of life"),
            Self::Detached => f.write_str("could not be aborted and is left to itself"),
            Self::Itself => f.write_str("waits for itself; wait for it from another task"),
            Self::Gone => f.write_str("is forgotten, or its value was taken already"),
        }
    }
}

impl Error for TaskError {}

/// Why nothing was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelectError {
    /// No task is selected by that.
    Nothing {
        /// What was looked for.
        wanted: String,
        /// Names that come near to it.
        nearest: Vec<String>,
    },
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { wanted, nearest } if nearest.is_empty() => {
                write!(f, "there is no task {wanted:?}")
            }
            Self::Nothing { wanted, nearest } => {
                write!(f, "there is no task {wanted:?}; did you mean {}?", nearest.join(", "))
            }
        }
    }
}

impl Error for SelectError {}

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandError {
    /// It can have no effect; nothing has changed.
    Refused(Refused),
    /// A bare future cannot be started again; add the task with a factory.
    NoFactory,
    /// A later command wanted something else.
    Superseded,
    /// The shutdown came first.
    Closed,
    /// It was asked for, but the task that waits for it would wait for its own end.
    Itself,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => why.fmt(f),
            Self::NoFactory => f.write_str(
                "it is a bare future, which cannot be started again; add it with a factory",
            ),
            Self::Superseded => f.write_str("a later command wanted something else"),
            Self::Closed => f.write_str("the shutdown came first"),
            Self::Itself => f.write_str(
                "it is asked for, but a task cannot wait for its own end; do not wait for it",
            ),
        }
    }
}

impl Error for CommandError {}

impl From<Refused> for CommandError {
    fn from(refused: Refused) -> Self {
        if refused == Refused::Closed { Self::Closed } else { Self::Refused(refused) }
    }
}
