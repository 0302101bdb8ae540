//! The shell for tokio: carries out what the core decides, and is what users hold.
//!
//! | file | idea |
//! |---|---|
//! | `task`, `group`, `settable`, `output` | how a task or a group is described, and what tasks may return |
//! | `ctx`, `handle` | what a run is handed, and what its starter keeps |
//! | `select`, `command` | which tasks are meant, what they are told, what they answer |
//! | `event`, `callback` | what happens, told to listeners and to the user's functions |
//! | `entry`, `detail`, `report`, `managed` | what is kept of a task |
//! | `registry`, `name` | all tasks, by id and name |
//! | `shared`, `driver`, `sleeper`, `time` | the core, driven where things happen |
//! | `spawn`, `supervised`, `local`, `carry`, `guard` | runs, and what is around them |
//! | `snapshot` | what is to be seen |
//! | `traced`, `ask`, `explain`, `named` | where a task is, and how it is asked |
//! | `add`, `shutdown`, `signal` | the first and the last thing |

mod add;
#[cfg(feature = "trace")]
mod ask;
mod callback;
mod carry;
mod command;
mod ctx;
mod detail;
mod driver;
mod entry;
mod error;
mod event;
#[cfg(feature = "trace")]
mod explain;
mod group;
mod guard;
mod handle;
mod local;
mod managed;
mod name;
#[cfg(feature = "trace")]
mod named;
mod output;
mod registry;
mod report;
mod select;
mod settable;
mod shared;
mod shutdown;
mod signal;
mod sleeper;
mod snapshot;
mod spawn;
mod supervised;
mod task;
mod time;
#[cfg_attr(not(feature = "trace"), path = "tokio/traced/absent.rs")]
mod traced;

use core::fmt;
use core::future::Future;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;
use parking_lot::Mutex;

pub use callback::{CALLBACK_LIMIT, On};
pub use carry::{carry, spawn_blocking};
pub use command::{AllCommanded, Answered, Commanded};
pub use ctx::Ctx;
pub use error::{CommandError, SelectError, SpawnError, TaskError};
pub use event::{Event as TaskEvent, Events, Missed, Moment, What};
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
pub use shutdown::Closed;
pub use signal::Finish;
pub use snapshot::PAGE;
pub use task::TaskBuilder;

use guard::caught;
use shared::Shared;
use spawn::Plain;
use task::{Shown, start_blocking_work, start_future};

use super::status::Kind;
use super::{Command, Shutdown};

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
    /// A supervisor that spawns on the runtime in which it is asked to.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Arc::new(Shared::new(None, Collision::default())) }
    }

    /// A supervisor that spawns on this runtime, whoever asks.
    #[must_use]
    pub fn on(runtime: Handle) -> Self {
        Self { shared: Arc::new(Shared::new(Some(runtime), Collision::default())) }
    }

    /// The same, with another rule for names that are taken. For a supervisor that nobody else has
    /// yet: of one that is shared, this makes another one.
    #[must_use]
    pub fn collision(self, collision: Collision) -> Self {
        let home = self.shared.home.clone();
        Self { shared: Arc::new(Shared::new(home, collision)) }
    }

    /// The name that comes nearest to `text`: what cannot stand in a name becomes `_`.
    #[must_use]
    pub fn name_like(text: &str) -> Cow<'_, str> {
        name::like(text)
    }

    /// Spawns a future under a name. It is listed, its panic is recorded, and it can be stopped; as
    /// it is a bare future, it cannot be started again.
    ///
    /// # Errors
    /// The name is none or taken, no runtime is near, or everything is being shut down.
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

    /// Describes a task that can be started again: `factory` makes the future of each run.
    #[track_caller]
    pub fn task<F, Fut>(
        &self,
        name: &str,
        factory: F,
    ) -> TaskBuilder<<Fut::Output as Output>::Value>
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Output,
    {
        TaskBuilder::new(&self.shared, name, Kind::Task, start_future(factory))
    }

    /// Like [`task`](Self::task), with arguments that are kept with the task, shown by status, and
    /// cloned for each run; [`set_args`](Self::set_args) changes them for the next one.
    #[track_caller]
    pub fn task_with<A, F, Fut>(
        &self,
        name: &str,
        args: A,
        factory: F,
    ) -> TaskBuilder<<Fut::Output as Output>::Value>
    where
        A: Clone + fmt::Debug + Send + 'static,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Output,
    {
        let cell = Arc::new(Mutex::new(args));
        let shown = Shown(Arc::clone(&cell));
        let factory = move |cx| {
            let args = cell.lock().clone();
            factory(cx, args)
        };
        self.task(name, factory).with_args(std::boxed::Box::new(shown))
    }

    /// Describes a task that blocks a thread for as long as it runs, and looks at
    /// [`Ctx::is_stopping`] now and then: it cannot be aborted.
    #[track_caller]
    pub fn blocking<F, O>(&self, name: &str, work: F) -> TaskBuilder<O::Value>
    where
        F: Fn(Ctx) -> O + Send + Sync + 'static,
        O: Output,
    {
        TaskBuilder::new(&self.shared, name, Kind::Blocking, start_blocking_work(work))
    }

    /// Describes a task whose futures stay on one thread, a thread of the supervisor's.
    ///
    /// # Errors
    /// The system refuses that thread.
    #[track_caller]
    pub fn local<F, Fut>(
        &self,
        name: &str,
        factory: F,
    ) -> Result<TaskBuilder<<Fut::Output as Output>::Value>, SpawnError>
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future + 'static,
        Fut::Output: Output,
    {
        let thread = self.shared.local_thread()?;
        let start = local::start_local(thread, factory);
        Ok(TaskBuilder::new(&self.shared, name, Kind::Local, start))
    }

    /// Describes a group: tasks that start, stop and fail together.
    #[track_caller]
    pub fn group(&self, name: &str) -> GroupBuilder {
        GroupBuilder::new(&self.shared, name, None)
    }

    /// Starts all selected tasks.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn start(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Start)
    }

    /// Asks all selected tasks to stop; after its timeout each is aborted.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn stop(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Stop)
    }

    /// Stops all selected tasks that run, and starts them.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn restart(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Restart)
    }

    /// Gives any command to all selected tasks.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn command(
        &self,
        select: impl Into<Select>,
        command: Command,
    ) -> Result<AllCommanded, SelectError> {
        let selected = self.shared.select(&select.into())?;
        let tell = |entry: &Arc<_>| self.shared.command(entry, command);
        Ok(AllCommanded { commanded: selected.iter().map(tell).collect() })
    }

    /// Changes the arguments of a task for its next run; the ones before are returned.
    ///
    /// # Errors
    /// There is no such task; `None` inside of `Ok` says that its arguments are of another type.
    pub fn set_args<A: Send + 'static>(
        &self,
        select: impl Into<Select>,
        args: A,
    ) -> Result<Option<A>, SelectError> {
        let selected = self.shared.select(&select.into())?;
        let managed = selected.first().and_then(|entry| entry.managed.as_ref());
        let cell = managed.and_then(|managed| managed.args.as_ref());
        let cell = cell.and_then(|args| args.cell().downcast_ref::<Arc<Mutex<A>>>());
        Ok(cell.map(|cell| core::mem::replace(&mut *cell.lock(), args)))
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        self.shared.bus.subscribe()
    }

    /// Has every event told to `hook` as it happens, on the thread where it happens. It must not
    /// block, nor do for each event what makes another one, as a spawn does. There is one hook, and
    /// it stays: one that holds a clone of this supervisor keeps it for good. Tells whether this is
    /// the one.
    pub fn on_event(&self, hook: impl Fn(&TaskEvent) + Send + Sync + 'static) -> bool {
        self.shared.bus.set_hook(std::boxed::Box::new(hook))
    }

    /// Stops everything for good: tasks in reverse order of their start, asked first, each with its
    /// timeout; what is left after `limit` is aborted at once. Callbacks that are due then are waited
    /// for, but no longer than a second. May be called again, and by many.
    pub async fn shutdown(&self, limit: Duration) -> Closed {
        self.shared.shutdown(limit).await
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
