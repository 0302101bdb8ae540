//! Starts of runs: the only place that hands anything to tokio.

use core::future::Future;
use core::panic::Location;
use std::borrow::Cow;
use std::sync::Arc;

use ::tokio::runtime::Handle;

use super::entry::Entry;
use super::error::SpawnError;
use super::event::EventKind;
use super::handle::TaskHandle;
use super::name::Name;
use super::output::Output;
use super::registry::{Added, Collision, Newcomer, Seat};
use super::report::{Cause, ErrorReport, bounded};
use super::shared::Shared;
use super::supervised::{Judged, Run, Supervised};
use crate::record::TaskId;
use crate::supervise::status::Kind;
use crate::supervise::{Class, End};
use crate::sync::plain::Ordering;

/// A task that is a bare future: it can be stopped, but not started again.
pub(super) struct Plain<'a> {
    shared: &'a Arc<Shared>,
    name: &'a str,
    pub(super) collision: Collision,
    spawned_at: &'static Location<'static>,
}

impl<'a> Plain<'a> {
    #[track_caller]
    pub(super) fn new(shared: &'a Arc<Shared>, name: &'a str) -> Self {
        let spawned_at = Location::caller();
        Self { shared, name, collision: shared.collision, spawned_at }
    }

    pub(super) fn spawn<F>(self, future: F) -> Result<TaskHandle<F::Output>, SpawnError>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.start(future, Judged::value)
    }

    pub(super) fn try_spawn<F, V>(self, future: F) -> Result<TaskHandle<V>, SpawnError>
    where
        F: Future + Send + 'static,
        F::Output: Output<Value = V>,
        V: core::fmt::Debug + Send + 'static,
    {
        self.start(future, judge_shown)
    }

    fn start<F, J, T>(self, future: F, judge: J) -> Result<TaskHandle<T>, SpawnError>
    where
        F: Future + Send + 'static,
        J: FnOnce(F::Output) -> Judged<T> + Send + 'static,
        T: Send + 'static,
    {
        let shared = self.shared;
        let runtime = shared.runtime()?;
        let Added { entry, replaced } = self.register()?;
        let run = Run::only(Arc::clone(shared), Arc::clone(&entry));
        shared.accompany(&runtime);
        let join = match replaced {
            None => runtime.spawn(Supervised::new(run, future, judge)),
            Some(before) => {
                shared.displace(&before);
                let heir = Arc::clone(&entry);
                let after = async move {
                    heir.alone().await;
                    drop(heir);
                    future.await
                };
                runtime.spawn(Supervised::new(run, after, judge))
            }
        };
        Ok(TaskHandle::plain(Arc::clone(shared), entry, join))
    }

    /// Lists the task. It looks whether that is allowed with its shard locked: a shutdown that
    /// begins later finds it there.
    fn register(&self) -> Result<Added, SpawnError> {
        let shared = self.shared;
        let newcomer = Newcomer { name: self.name, collision: self.collision };
        let added = shared.registry.add(&newcomer, &mut |Seat { id, name, .. }| {
            shared.check_open()?;
            Ok(Arc::new(Entry::once(id, name, self.spawned_at, shared.clock.ticks())))
        })?;
        shared.emit_run(&added.entry, 1, EventKind::Started { attempt: 0 }, Cause::None);
        Ok(added)
    }
}

/// Hands a run of a managed task to its runtime. A runtime that is gone drops it at once, which is
/// an end like any other.
pub(super) fn start_run<F, J>(run: Run, future: F, judge: J)
where
    F: Future + Send + 'static,
    J: FnOnce(F::Output) -> Judged<()> + Send + 'static,
{
    let runtime = run.entry.managed.as_ref().and_then(|managed| managed.runtime.clone());
    runtime.iter().for_each(|runtime| run.shared.accompany(runtime));
    let supervised = Supervised::new(run, future, judge);
    match runtime {
        Some(runtime) => drop(runtime.spawn(supervised)),
        None => drop(supervised),
    }
}

/// Hands a closure to the runtime's threads for blocking work.
pub(super) fn start_blocking(run: Run, work: impl FnOnce() -> Judged<()> + Send + 'static) {
    let runtime = run.entry.managed.as_ref().and_then(|managed| managed.runtime.clone());
    if let Some(runtime) = runtime {
        drop(runtime.spawn_blocking(move || run.work(work)));
    }
}

impl Entry {
    /// A bare future, running from now on.
    pub(super) fn once(
        id: TaskId,
        name: Name,
        spawned_at: &'static Location<'static>,
        now: u64,
    ) -> Self {
        Self::new(id, name, Kind::Once, spawned_at).running_since(now)
    }
}

/// What a value of the user's says about the end of its run, with its text for status.
pub(super) fn judge_shown<O: Output>(output: O) -> Judged<O::Value> {
    let backtrace = output.backtrace();
    match output.into_result() {
        Ok(value) => {
            let cause = Cause::Value(bounded(format_args!("{value:?}")).into());
            Judged { end: End::Completed, cause, class: Class::Default, value: Some(value) }
        }
        Err(error) => {
            let report = ErrorReport::of(O::error_type(), &*error).with_backtrace(backtrace);
            let cause = Cause::Error(Arc::new(report));
            Judged { end: End::Failed, cause, class: Class::Default, value: None }
        }
    }
}

impl Shared {
    /// The runtime to spawn on: the one given, else the one entered here.
    pub(super) fn runtime(&self) -> Result<Cow<'_, Handle>, SpawnError> {
        match &self.home {
            Some(home) => Ok(Cow::Borrowed(home)),
            None => Handle::try_current().map(Cow::Owned).map_err(|_| SpawnError::NoRuntime),
        }
    }

    pub(super) fn check_open(&self) -> Result<(), SpawnError> {
        // Acquire pairs with the release of whoever begins the shutdown.
        if self.closing.load(Ordering::Acquire) { Err(SpawnError::Closed) } else { Ok(()) }
    }
}

/// Runs something of our own beside the user's tasks.
pub(super) fn aside(runtime: &Handle, future: impl Future<Output = ()> + Send + 'static) {
    drop(runtime.spawn(future));
}

/// Runs a closure on the threads for blocking work of the runtime that is entered.
#[track_caller]
pub(super) fn blocking_aside<F, R>(f: F) -> ::tokio::task::JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    ::tokio::task::spawn_blocking(f)
}
