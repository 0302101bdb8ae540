//! What may be read, and what may be changed.

#[cfg(target_has_atomic = "64")]
mod recorded;

use core::fmt;
use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use tokio::runtime::Handle;

use super::commands::{Commands, Job};
use super::past::Past;
use crate::record::{Level, LevelFilter, Time, Value};
use crate::stream::{LimitedLevelError, RingStream};
use crate::supervise::status::{Runtime, Snapshot};
use crate::supervise::trace::findings::Finding;
use crate::supervise::trace::traceback::Traceback;
use crate::supervise::{
    AllCommanded, Command, Select, SelectError, SpawnError, Supervisor, TaskHandle, TaskSet,
};

/// What of a program may be read: its tasks and its log. There is no way from here to a change.
#[derive(Clone)]
pub struct View {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    name: String,
    stream: RingStream,
    tasks: Tasks,
    started: Time,
    commands: Commands,
}

/// Who knows the tasks.
#[derive(Clone)]
enum Tasks {
    /// Whoever runs them, and the program's runtime, if that was entered where the view was made.
    Live(Supervisor, Option<Handle>),
    /// Nobody runs them any more.
    Past(Arc<Past>),
}

/// What of a program may be changed. Whoever has none can change nothing.
#[derive(Clone, Debug)]
pub struct Operator {
    view: View,
}

impl View {
    /// A view of a program of that name, its log and its tasks.
    ///
    /// The runtime that is entered here is the one whose unsupervised tasks are counted.
    #[must_use]
    pub fn new(name: impl Into<String>, stream: RingStream, supervisor: Supervisor) -> Self {
        let started = supervisor.now();
        let runtime = Handle::try_current().ok();
        let log = stream.clone();
        // Unless somebody else has told it of a log.
        supervisor.read_log_with(move |lines| {
            let mut log = log.newest_first();
            while log.next().is_some_and(|record| lines.offer(&record)) {}
        });
        Self::of(name.into(), stream, Tasks::Live(supervisor, runtime), started)
    }

    fn of(name: String, stream: RingStream, tasks: Tasks, started: Time) -> Self {
        let commands = Commands::new();
        Self { inner: Arc::new(Inner { name, stream, tasks, started, commands }) }
    }

    /// The same with these commands, which an [`Operator`] can run.
    #[must_use]
    pub fn with_commands(mut self, commands: Commands) -> Self {
        Arc::make_mut(&mut self.inner).commands = commands;
        self
    }

    pub(super) fn commands(&self) -> &Commands {
        &self.inner.commands
    }

    /// The program's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    pub(super) fn stream(&self) -> &RingStream {
        &self.inner.stream
    }

    pub(super) fn started(&self) -> Time {
        self.inner.started
    }

    /// What is known of a program that cannot be asked, if it is one.
    pub(super) fn past(&self) -> Option<&Past> {
        if let Tasks::Past(past) = &self.inner.tasks { Some(past) } else { None }
    }

    pub(super) fn pid(&self) -> u32 {
        self.past().map_or_else(std::process::id, |past| past.pid)
    }

    pub(super) fn now(&self) -> Time {
        match &self.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.now(),
            Tasks::Past(past) => past.now(),
        }
    }

    /// The moment at which its tasks are seen: now, or at the last sign of life.
    pub(super) fn seen(&self) -> Time {
        self.past().map_or_else(|| self.now(), |past| past.last)
    }

    pub(super) fn page(
        &self,
        select: Select,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Snapshot>, SelectError> {
        match &self.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.page(select, after, most),
            Tasks::Past(past) => past.page(&select, after, most),
        }
    }

    pub(super) fn each(
        &self,
        select: Select,
        show: impl FnMut(Snapshot),
    ) -> Result<(), SelectError> {
        match &self.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.each(select, show),
            Tasks::Past(past) => {
                select.among(&past.tasks.states)?.into_iter().cloned().for_each(show);
                Ok(())
            }
        }
    }

    /// Where the selected tasks are; waits for those that can answer, for `limit` at most.
    pub(super) fn tracebacks(
        &self,
        select: Select,
        limit: Duration,
    ) -> Result<Vec<Traceback>, SelectError> {
        match &self.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.trace_blocking(select, limit),
            // Nothing of a stack is left.
            Tasks::Past(past) => select.among(&past.tasks.states).map(|_| Vec::new()),
        }
    }

    /// What is wrong with tasks that run.
    pub(super) async fn findings(&self, limit: Duration) -> Vec<Finding> {
        match &self.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.diagnose(limit).await,
            Tasks::Past(_) => Vec::new(),
        }
    }

    pub(super) fn runtime(&self) -> Option<Runtime> {
        let Tasks::Live(supervisor, Some(runtime)) = &self.inner.tasks else { return None };
        let _entered = runtime.enter();
        let unsupervised = supervisor.not_supervised()?;
        let alive = runtime.metrics().num_alive_tasks();
        Some(Runtime { alive: alive as u64, unsupervised: unsupervised as u64 })
    }

    /// Writes down what somebody did, or was refused, whatever the levels are.
    pub(super) fn audit(
        &self,
        level: Level,
        text: fmt::Arguments<'_>,
        facts: &[(&str, Value<'_>)],
    ) {
        self.inner.stream.audit(level, text, facts);
    }
}

impl Operator {
    /// Whoever holds this may change what `view` shows.
    #[must_use]
    pub const fn new(view: View) -> Self {
        Self { view }
    }

    /// What is to be seen.
    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    pub(super) fn command(
        &self,
        select: Select,
        command: Command,
    ) -> Result<AllCommanded, SelectError> {
        match &self.view.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.command(select, command),
            // None of them can be told anything.
            Tasks::Past(_) => Err(select.missing(core::iter::empty())),
        }
    }

    pub(super) fn set_args(
        &self,
        select: Select,
        changes: &[(&str, &str)],
    ) -> Result<Vec<TaskSet>, SelectError> {
        match &self.view.inner.tasks {
            Tasks::Live(supervisor, _) => supervisor.set_named(select, changes),
            Tasks::Past(_) => Err(select.missing(core::iter::empty())),
        }
    }

    /// Runs something as a task of that name, in this runtime or else in the program's.
    pub(super) fn spawn(
        &self,
        name: &str,
        runtime: Option<&Handle>,
        job: impl FnOnce() -> Job + Send + 'static,
    ) -> Result<TaskHandle<Option<String>>, SpawnError> {
        let Tasks::Live(supervisor, programs) = &self.view.inner.tasks else {
            return Err(SpawnError::Closed);
        };
        let _entered = runtime.or(programs.as_ref()).map(Handle::enter);
        supervisor.try_spawn(name, async move { job().await })
    }

    pub(super) fn set_level(
        &self,
        target: &str,
        level: LevelFilter,
        limit: Option<Duration>,
    ) -> Result<(), String> {
        let stream = &self.view.inner.stream;
        match limit {
            None => stream.set_level(target, level).map_err(|error| error.to_string()),
            Some(limit) => stream
                .set_level_for(target, level, limit)
                .map_err(|error: LimitedLevelError| error.to_string()),
        }
    }

    pub(super) fn reset_level(&self, target: &str) {
        self.view.inner.stream.reset_level(target);
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("name", &self.inner.name).finish_non_exhaustive()
    }
}
