//! What can be wrong with what is asked of a supervisor.

use core::error::Error;
use core::fmt;
use std::string::String;
use std::vec::Vec;

use super::name::NameError;
use super::report::{ErrorReport, PanicReport};
use crate::supervise::{Heap, MAX_DEPTH, Refused, When};

/// Why a task was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpawnError {
    /// That is no name.
    Name(String, NameError),
    /// A task of that name lives.
    Taken(String),
    /// No tokio runtime is entered; enter one, or give the supervisor a handle.
    NoRuntime,
    /// Everything is being shut down; nothing starts any more.
    Closed,
    /// There is no group of that name; add it first.
    NoGroup(String),
    /// As many tasks and groups are listed as there may be, [`Heap::MAX_SLOTS`]; remove some.
    Full,
    /// The group would lie more than [`MAX_DEPTH`] deep in others; add it higher up.
    TooDeep(String),
    /// The policy allows so many restarts that their times cannot be kept, more than
    /// [`Heap::MAX_RESTARTS`]; allow fewer, or leave the budget out.
    Budget {
        /// How many it allows.
        restarts: u32,
    },
    /// The policy is there for panics, which this program does not survive: it is built with
    /// `panic = "abort"`. Choose another `when`, or leave that out of the profile.
    PanicAborts(When),
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
            Self::Full => {
                write!(f, "{} tasks and groups are listed already; remove some", Heap::MAX_SLOTS)
            }
            Self::TooDeep(name) => write!(
                f,
                "the group {name:?} would lie more than {MAX_DEPTH} deep in others; add it higher up"
            ),
            Self::Budget { restarts } => write!(
                f,
                "the times of {restarts} restarts cannot be kept, only of {}; allow fewer, or set \
                 no budget",
                Heap::MAX_RESTARTS
            ),
            Self::PanicAborts(when) => write!(
                f,
                "a panic ends this program, so {when:?} cannot restart a task after one; choose \
                 OnFailure or OnWatchdog, or take panic = \"abort\" out of the profile"
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
    /// Whoever waits is the task itself or ends with it, as its children and members do: that would
    /// never end.
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
            Self::Itself => f.write_str("would wait for itself; wait for it from another task"),
            Self::Gone => f.write_str("is forgotten, or its value was taken already"),
        }
    }
}

impl Error for TaskError {}

impl TaskError {
    /// Whether the task panicked; as tokio's `JoinError` says it.
    #[must_use]
    pub const fn is_panic(&self) -> bool {
        matches!(self, Self::Panicked(_))
    }

    /// Whether somebody made an end of the task; as tokio's `JoinError` says it.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self, Self::Stopped | Self::Aborted)
    }
}

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

/// Why the arguments of a task were not changed; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgsError {
    /// No task is selected.
    Select(SelectError),
    /// More than one task is selected; arguments are one task's.
    Several {
        /// How many are.
        selected: usize,
    },
    /// This task has none; describe it with `task_with`.
    NoArgs(String),
    /// The arguments of this task are of another type.
    OtherType {
        /// Its name.
        task: String,
        /// The type that was given.
        given: &'static str,
    },
}

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select(error) => error.fmt(f),
            Self::Several { selected } => write!(
                f,
                "{selected} tasks are selected, and arguments are one task's; name that one"
            ),
            Self::NoArgs(task) => {
                write!(f, "{task:?} has no arguments; describe it with task_with")
            }
            Self::OtherType { task, given } => {
                write!(
                    f,
                    "the arguments of {task:?} are no {given}; give the type it was added with"
                )
            }
        }
    }
}

impl Error for ArgsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        if let Self::Select(error) = self { Some(error) } else { None }
    }
}

impl From<SelectError> for ArgsError {
    fn from(error: SelectError) -> Self {
        Self::Select(error)
    }
}

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
