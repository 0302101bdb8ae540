//! A task that can be started again, described piece by piece.

use core::fmt::Debug;
use core::future::Future;
use core::panic::Location;
use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::add::Listing;
use super::callback::{Callback, Callbacks, On};
use super::entry::Entry;
use super::error::SpawnError;
use super::event::RunReport;
use super::forward::Parent;
use super::handle::TaskHandle;
use super::managed::{Arguments, Classifier, Ending, Managed};
use super::panic_abort::{self, PANIC_ABORTS};
use super::registry::Collision;
use super::report::ErrorReport;
use super::shared::Shared;
use super::start::{MakeStart, Recover, Verdict};
use crate::supervise::status::Kind;
use crate::supervise::{Backoff, Budget, Class, Exhausted, Policy, TaskSpec, When};

/// A task on its way to be added: what it runs is known, how it is supervised is being said.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use core::time::Duration;
/// use ringvisor::supervise::{Supervisor, When};
///
/// let supervisor = Supervisor::new();
/// let flaky = supervisor
///     .task("flaky", |cx| async move { if cx.run() < 3 { Err("not yet") } else { Ok(cx.run()) } })
///     .backoff(Duration::from_millis(1), Duration::from_millis(2))
///     .start()
///     .unwrap();
/// assert_eq!(flaky.await, Ok(3));
/// # });
/// ```
#[must_use = "nothing is added before `start` or `add`"]
pub struct TaskBuilder<V> {
    shared: Arc<Shared>,
    name: String,
    kind: Kind,
    group: Option<Arc<Entry>>,
    collision: Collision,
    spec: TaskSpec,
    callbacks: Callbacks,
    classify: Option<Classifier>,
    args: Option<Box<dyn Arguments>>,
    tags: Vec<String>,
    idle_ok: bool,
    recover: Option<Recover<V>>,
    make_start: MakeStart<V>,
    spawned_at: &'static Location<'static>,
}

impl<V: Debug + Send + 'static> TaskBuilder<V> {
    #[track_caller]
    pub(super) fn new(
        parent: Parent<'_>,
        name: &str,
        kind: Kind,
        make_start: MakeStart<V>,
    ) -> Self {
        Self {
            shared: Arc::clone(parent.shared),
            name: parent.full_name(name),
            kind,
            group: parent.group.cloned(),
            collision: parent.shared.collision,
            spec: TaskSpec::default(),
            callbacks: Callbacks::default(),
            classify: None,
            args: None,
            tags: Vec::new(),
            idle_ok: false,
            recover: None,
            make_start,
            spawned_at: Location::caller(),
        }
    }

    pub(super) fn with_args(mut self, args: Box<dyn Arguments>) -> Self {
        self.args = Some(args);
        self
    }

    /// How it is supervised, as a whole: for a specification that several tasks share.
    pub fn spec(mut self, spec: TaskSpec) -> Self {
        self.spec = spec;
        self
    }

    /// Whether, when and how often it is started again.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.spec.policy = policy;
        self
    }

    /// After which ends it is started again; after each failure unless called.
    pub fn restart(mut self, when: When) -> Self {
        self.spec.policy.when = when;
        self
    }

    /// How long it waits before the next start: `initial` at first, twice that after each further
    /// failure, never more than `cap`.
    pub fn backoff(mut self, initial: Duration, cap: Duration) -> Self {
        let backoff = self.spec.policy.backoff;
        self.spec.policy.backoff = Backoff { initial, cap, ..backoff };
        self
    }

    /// How often it is started again: at most `restarts` times in any `window`; 5 in 60 s unless
    /// called.
    pub fn restart_limit(mut self, restarts: u32, window: Duration) -> Self {
        self.spec.policy.budget = Some(Budget { restarts, window });
        self
    }

    /// What happens once that limit is reached; it stays down unless called.
    pub fn exhausted(mut self, exhausted: Exhausted) -> Self {
        self.spec.policy.exhausted = exhausted;
        self
    }

    /// Its runs say themselves when they are ready, with [`Ctx::ready`](super::Ctx::ready); else
    /// they are as soon as they are started. Members of a group wait for that.
    pub fn notify_ready(mut self) -> Self {
        self.spec.notify_ready = true;
        self
    }

    /// How long a run may take until it says that it is ready, which it then has to; see
    /// [`notify_ready`](Self::notify_ready). Without end unless called.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.spec.start_timeout = Some(timeout);
        self.notify_ready()
    }

    /// How long a run may last once it is ready; without end unless called.
    pub fn run_limit(mut self, limit: Duration) -> Self {
        self.spec.run_limit = Some(limit);
        self
    }

    /// Its runs call [`Ctx::beat`](super::Ctx::beat) at least once in this time, else they count as
    /// stalled.
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.spec.heartbeat = Some(every);
        self
    }

    /// How long it may take to stop before it is aborted; 5 s unless called.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.spec.stop_timeout = timeout;
        self
    }

    /// What happens if the name is taken.
    pub fn collision(mut self, collision: Collision) -> Self {
        self.collision = collision;
        self
    }

    /// A word to select it by; see [`Select::Tag`](super::Select::Tag).
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// It may be silent for long: what looks for tasks in trouble does not take that for a sign.
    pub fn idle_ok(mut self) -> Self {
        self.idle_ok = true;
        self
    }

    /// What the end of a run means, by a look at its error or panic: whether a restart can help is
    /// often known only there.
    pub fn classify(
        mut self,
        classify: impl Fn(&Ending<'_>) -> Class + Send + Sync + 'static,
    ) -> Self {
        self.classify = Some(Box::new(classify));
        self
    }

    /// Makes a value of an error: the run then counts as completed with that value, and is not
    /// started again for it.
    pub fn recover(mut self, recover: impl Fn(&ErrorReport) -> V + Send + Sync + 'static) -> Self {
        self.recover = Some(Arc::new(recover));
        self
    }

    fn on(mut self, on: On, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.callbacks.add(on, Callback::Sync(Box::new(call)));
        self
    }

    /// Called when a run was started.
    pub fn on_start(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Start, call)
    }

    /// Called when a run is ready.
    pub fn on_ready(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Ready, call)
    }

    /// Called when a run is over and nothing is left of it: exactly once for each run.
    pub fn on_stop(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Stop, call)
    }

    /// Called when a run did not do what it was there for, after `on_stop`.
    pub fn on_error(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Error, call)
    }

    /// Called when the policy started another run, before `on_start`.
    pub fn on_restart(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Restart, call)
    }

    /// Called when starting it again has not helped, and it stays down.
    pub fn on_dead(self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.on(On::Dead, call)
    }

    /// Calls `call` at that time and waits for its future, at most for
    /// [`CALLBACK_LIMIT`](super::CALLBACK_LIMIT).
    pub fn on_async<F, Fut>(mut self, on: On, call: F) -> Self
    where
        F: Fn(RunReport) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let call = Callback::Async(Box::new(move |report| Box::pin(call(report))));
        self.callbacks.add(on, call);
        self
    }

    /// Adds the task and starts it.
    ///
    /// # Errors
    /// The name is none or taken, no runtime is entered, a bound is reached, or everything is being
    /// shut down.
    pub fn start(self) -> Result<TaskHandle<V>, SpawnError> {
        let handle = self.add()?;
        drop(handle.start());
        Ok(handle)
    }

    /// Adds the task, down.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn add(self) -> Result<TaskHandle<V>, SpawnError> {
        panic_abort::check(self.spec.policy.when, PANIC_ABORTS)?;
        let runtime = self.shared.runtime()?.into_owned();
        let verdict = Verdict::new(self.recover);
        let left = Arc::clone(&verdict.left);
        let mut managed = Managed::new(self.spec, Some(runtime), self.group);
        managed.start = Some((self.make_start)(verdict));
        managed.classify = self.classify;
        managed.callbacks = self.callbacks;
        managed.args = self.args;
        managed.idle_ok = self.idle_ok;
        let listing = Listing {
            name: self.name,
            kind: self.kind,
            collision: self.collision,
            spawned_at: self.spawned_at,
            tags: self.tags,
        };
        let entry = self.shared.add_managed(listing, managed, |core, managed, group, now| {
            core.add_task(managed.spec, group, now)
        })?;
        Ok(TaskHandle::managed(self.shared, entry, left))
    }
}

impl<V> core::fmt::Debug for TaskBuilder<V> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TaskBuilder")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}
