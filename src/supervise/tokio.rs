//! The shell for tokio: carries out what the core decides, and is what users hold.
//!
//! | file | idea |
//! |---|---|
//! | `setup`, `task`, `group`, `settable`, `output` | how supervisors, tasks and groups are described, and what tasks may return |
//! | `ctx`, `handle` | what a run is handed, and what its starter keeps |
//! | `forward` | what supervisors, tasks and groups have in common |
//! | `select`, `several`, `command` | which tasks are meant, what they are told, what they answer |
//! | `itself`, `panic_abort` | waits that would never end; programs that do not survive a panic |
//! | `event`, `callback` | what happens, told to listeners and to the user's functions |
//! | `entry`, `detail`, `report`, `managed` | what is kept of a task |
//! | `registry`, `name` | all tasks, by id and name |
//! | `shared`, `driver`, `sleeper`, `time` | the core, driven where things happen |
//! | `actions` | what the core wants, done |
//! | `start`, `spawn`, `supervised`, `end`, `local`, `carry`, `guard` | runs, and what is around them |
//! | `snapshot` | what is to be seen |
//! | `traced`, `ask`, `explain`, `named`, `canaries` | where a task is, how it is asked, who blocks it |
//! | `add`, `shutdown`, `signal` | the first and the last thing |

mod actions;
mod add;
#[cfg(feature = "trace")]
mod ask;
mod callback;
#[cfg(feature = "trace")]
mod canaries;
mod carry;
mod command;
mod ctx;
mod detail;
mod driver;
mod end;
mod entry;
mod error;
mod event;
#[cfg(feature = "trace")]
mod explain;
mod forward;
mod group;
mod guard;
mod handle;
mod itself;
mod local;
mod managed;
mod name;
#[cfg(feature = "trace")]
mod named;
mod output;
mod panic_abort;
mod registry;
mod report;
mod select;
mod settable;
mod setup;
mod several;
mod shared;
mod shutdown;
mod signal;
mod sleeper;
mod snapshot;
mod spawn;
mod start;
mod supervised;
mod task;
mod time;
#[cfg_attr(not(feature = "trace"), path = "tokio/traced/absent.rs")]
mod traced;

use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;

pub use callback::{CALLBACK_LIMIT, On};
pub use carry::{carry, spawn_blocking};
pub use command::Commanded;
pub use ctx::Ctx;
pub use error::{ArgsError, CommandError, SelectError, SpawnError, TaskError};
pub use event::{Event as TaskEvent, EventKind as TaskEventKind, Events, Missed, RunReport};
pub use group::{Group, GroupBuilder};
pub use handle::TaskHandle;
pub use managed::Ending;
pub use name::{MAX_NAME, NameError};
#[cfg(feature = "trace")]
pub use named::Named;
pub use output::Output;
pub use registry::Collision;
pub use report::{BoxError, ErrorReport, PanicReport};
pub use select::Select;
pub use settable::TaskSet;
pub use setup::SupervisorBuilder;
pub use several::{AllCommanded, Answered};
pub use shutdown::Closed;
pub use signal::Finish;
pub use snapshot::PAGE;
pub use task::TaskBuilder;

pub(crate) use panic_abort::{PANIC_ABORTS, notice as panic_notice};

use forward::{Parent, describes};
use guard::caught;
use shared::Shared;
use spawn::Plain;

use super::Shutdown;
use super::status::Kind;

/// Knows tasks by name; starts, stops, restarts and explains them.
///
/// A clone is the same supervisor. Dropping it changes nothing: tasks go on, and only
/// [`shutdown`](Self::shutdown) ends them all.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use ringvisor::supervise::{State, Supervisor, TaskError};
///
/// let supervisor = Supervisor::new();
/// let answer = supervisor.spawn("answer", async { 42 })?;
/// assert_eq!(answer.await, Ok(42));
///
/// let boom = supervisor.spawn("boom", async { panic!("no") })?;
/// assert!(matches!(boom.await, Err::<(), _>(TaskError::Panicked(_))));
/// # Ok::<(), ringvisor::supervise::SpawnError>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Supervisor {
    shared: Arc<Shared>,
}

impl Supervisor {
    /// A supervisor that spawns on the runtime in which it is asked to, and refuses names that are
    /// taken; [`builder`](Self::builder) makes others.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A supervisor that spawns on this runtime, whoever asks.
    #[must_use]
    pub fn on(runtime: Handle) -> Self {
        Self::builder().runtime(runtime).build()
    }

    /// Describes a supervisor: where it spawns, and what it does with names that are taken.
    pub fn builder() -> SupervisorBuilder {
        SupervisorBuilder::default()
    }

    /// The name that comes nearest to `text`: what cannot stand in a name becomes `_`.
    ///
    /// ```
    /// use ringvisor::supervise::Supervisor;
    ///
    /// assert_eq!(Supervisor::name_like("GET /items?*"), "GET /items__");
    /// ```
    #[must_use]
    pub fn name_like(text: &str) -> Cow<'_, str> {
        name::like(text)
    }

    /// Spawns a future under a name. It is listed, its panic is recorded, and it can be stopped; as
    /// it is a bare future, it cannot be started again.
    ///
    /// # Errors
    /// The name is none or taken, no runtime is entered, or everything is being shut down.
    #[track_caller]
    pub fn spawn<F>(&self, name: &str, future: F) -> Result<TaskHandle<F::Output>, SpawnError>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Plain::new(&self.shared, name).spawn(future)
    }

    /// Like [`spawn`](Self::spawn), for a future whose `Err` is a failure and whose value is shown
    /// by status.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn).
    #[track_caller]
    pub fn try_spawn<F, V>(&self, name: &str, future: F) -> Result<TaskHandle<V>, SpawnError>
    where
        F: Future + Send + 'static,
        F::Output: Output<Value = V>,
        V: fmt::Debug + Send + 'static,
    {
        Plain::new(&self.shared, name).try_spawn(future)
    }

    /// Subscribes to what happens to tasks from now on. A subscriber that falls behind is told how
    /// many events it has lost; nobody waits for it.
    #[must_use]
    pub fn events(&self) -> Events {
        self.shared.bus.subscribe()
    }

    /// Has every event told to `hook` as it happens, on the thread where it happens. It must not
    /// block. Of what it makes happen itself it is told after it has returned, and not of everything
    /// if that makes more happen without end: see [`lost_callbacks`](Self::lost_callbacks). There is
    /// one hook, and it stays: one that holds a clone of this supervisor keeps it for good. Tells
    /// whether this is the one.
    pub fn on_event(&self, hook: impl Fn(&TaskEvent) + Send + Sync + 'static) -> bool {
        self.shared.bus.set_hook(hook)
    }

    /// Stops everything for good: tasks in reverse order of their start, asked first, each with its
    /// timeout; what is left after `limit` is aborted at once. Callbacks that are due then are waited
    /// for, but no longer than a second. May be called again, and by many.
    ///
    /// # Errors
    /// [`CommandError::Itself`]: whoever asks is one of the tasks that stop, and cannot wait for that.
    /// The shutdown is under way, and that task has to come to its end.
    pub async fn shutdown(&self, limit: Duration) -> Result<Closed, CommandError> {
        let mut shutdown = pin!(self.shared.shutdown(limit));
        let closed = poll_fn(|cx| self.shared.unless_within(shutdown.as_mut().poll(cx))).await;
        closed.ok_or(CommandError::Itself)
    }

    /// Aborts everything at once, also during a [`shutdown`](Self::shutdown).
    pub fn shutdown_now(&self) {
        self.shared.begin_shutdown(Shutdown::Now);
    }

    /// Names of all tasks that are alive, sorted.
    #[must_use]
    pub fn alive(&self) -> Vec<String> {
        self.shared.alive()
    }
}

describes!(Supervisor);

impl Supervisor {
    fn parent(&self) -> Parent<'_> {
        Parent { shared: &self.shared, group: None }
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("listed", &self.shared.registry.len())
            .field("bus", &self.shared.bus)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
