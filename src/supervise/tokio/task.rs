//! A task that can be started again, described piece by piece.

use core::any::Any;
use core::fmt::Debug;
use core::future::Future;
use core::panic::Location;
use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use super::callback::{Callback, Callbacks, On};
use super::ctx::Ctx;
use super::entry::Entry;
use super::error::SpawnError;
use super::event::Moment;
use super::handle::{Left, TaskHandle};
use super::managed::{Arguments, Classifier, Ending, Managed, Start};
use super::output::Output;
use super::registry::Collision;
use super::report::{Cause, ErrorReport, bounded};
use super::shared::Shared;
use super::supervised::Judged;
use crate::supervise::status::Kind;
use crate::supervise::{Backoff, Budget, Class, End, Exhausted, Policy, TaskSpec, When};

/// What becomes a value where a run returned an error.
pub(super) type Recover<V> = Arc<dyn Fn(&ErrorReport) -> V + Send + Sync>;

/// Where the value of a completed run waits, and what to do with an error.
pub(super) struct Verdict<V> {
    pub(super) left: Arc<Left<V>>,
    recover: Option<Recover<V>>,
}

impl<V> Clone for Verdict<V> {
    fn clone(&self) -> Self {
        Self { left: Arc::clone(&self.left), recover: self.recover.clone() }
    }
}

impl<V: Debug> Verdict<V> {
    /// Looks at what a run of `entry` returned.
    pub(super) fn judge<O: Output<Value = V>>(&self, entry: &Entry, output: O) -> Judged<()> {
        let value = match output.into_result() {
            Ok(value) => value,
            Err(error) => {
                let report = ErrorReport::of(O::error_type(), &*error);
                let Some(recover) = &self.recover else {
                    let cause = Cause::Error(Arc::new(report));
                    let class = entry.classify(End::Failed, &cause);
                    return Judged { end: End::Failed, cause, class, value: None };
                };
                recover(&report)
            }
        };
        let cause = Cause::Value(bounded(format_args!("{value:?}")).into());
        let class = entry.classify(End::Completed, &cause);
        let run = entry.word.peek().run();
        let before = self.left.lock().replace((run, value));
        // Outside of the lock, and no fault of this run: its drop is the user's.
        _ = super::caught(|| drop(before));
        Judged { end: End::Completed, cause, class, value: Some(()) }
    }
}

/// Makes the closure that starts runs, once it is known what becomes of their values.
pub(super) type MakeStart<V> = Box<dyn FnOnce(Verdict<V>) -> Start + Send>;

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
        shared: &Arc<Shared>,
        name: &str,
        kind: Kind,
        make_start: MakeStart<V>,
    ) -> Self {
        Self {
            shared: Arc::clone(shared),
            name: name.into(),
            kind,
            group: None,
            collision: shared.collision,
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

    pub(super) fn in_group(mut self, group: &Arc<Entry>) -> Self {
        self.name = format!("{}/{}", group.name, self.name);
        self.group = Some(Arc::clone(group));
        self
    }

    pub(super) fn with_args(mut self, args: Box<dyn Arguments>) -> Self {
        self.args = Some(args);
        self
    }

    /// Everything about how it is supervised at once.
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

    /// At most `restarts` of them in any `window`.
    pub fn limit(mut self, restarts: u32, window: Duration) -> Self {
        self.spec.policy.budget = Some(Budget { restarts, window });
        self
    }

    /// What happens once the limit is reached; it stays down unless called.
    pub fn exhausted(mut self, exhausted: Exhausted) -> Self {
        self.spec.policy.exhausted = exhausted;
        self
    }

    /// Its runs call [`Ctx::ready`]; until then they are starting, at most for `limit` if given.
    pub fn says_ready(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.spec.says_ready = true;
        self.spec.start_timeout = limit.into();
        self
    }

    /// How long a run may last once it is ready.
    pub fn run_limit(mut self, limit: Duration) -> Self {
        self.spec.run_limit = Some(limit);
        self
    }

    /// Its runs call [`Ctx::beat`] at least once in this time, else they count as stalled.
    pub fn beats(mut self, every: Duration) -> Self {
        self.spec.beat = Some(every);
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

    /// A word to find it by; see [`Select::Tag`](super::Select::Tag).
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Long silence is what it is made for: nobody need look.
    pub fn idle_ok(mut self) -> Self {
        self.idle_ok = true;
        self
    }

    /// What the end of a run means, beyond what the policy knows.
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

    fn on(mut self, on: On, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.callbacks.add(on, Callback::Sync(Box::new(call)));
        self
    }

    /// Called when a run was started.
    pub fn on_start(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Start, call)
    }

    /// Called when a run is ready.
    pub fn on_ready(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Ready, call)
    }

    /// Called when a run is over and nothing is left of it: exactly once for each run.
    pub fn on_stop(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Stop, call)
    }

    /// Called when a run did not do what it was there for, after `on_stop`.
    pub fn on_error(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Error, call)
    }

    /// Called when the policy started another run, before `on_start`.
    pub fn on_restart(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Restart, call)
    }

    /// Called when starting it again has not helped, and it stays down.
    pub fn on_dead(self, call: impl Fn(&Moment) + Send + Sync + 'static) -> Self {
        self.on(On::Dead, call)
    }

    /// Calls `call` at that time and waits for its future, at most for
    /// [`CALLBACK_LIMIT`](super::CALLBACK_LIMIT).
    pub fn on_async<F, Fut>(mut self, on: On, call: F) -> Self
    where
        F: Fn(Moment) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let call = Callback::Async(Box::new(move |moment| Box::pin(call(moment))));
        self.callbacks.add(on, call);
        self
    }

    /// Adds the task and starts it.
    ///
    /// # Errors
    /// The name is none or taken, no runtime is near, or everything is being shut down.
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
        if cfg!(panic = "abort") && self.spec.policy.when == When::OnPanic {
            return Err(SpawnError::PanicAborts);
        }
        let runtime = self.shared.runtime()?.into_owned();
        let left = Arc::new(Mutex::new(None));
        let verdict = Verdict { left: Arc::clone(&left), recover: self.recover };
        let make = Managed {
            core: crate::record::TaskId(0),
            runtime: Some(runtime),
            start: Some((self.make_start)(verdict)),
            classify: self.classify,
            callbacks: self.callbacks,
            stop: ::tokio::sync::Notify::new(),
            args: self.args,
            spec: self.spec,
            group: self.group,
            idle_ok: self.idle_ok,
            left: Mutex::new(None),
            untold: Default::default(),
        };
        let place = super::add::Place {
            name: self.name,
            kind: self.kind,
            collision: self.collision,
            spawned_at: self.spawned_at,
            tags: self.tags,
        };
        let entry = self.shared.add_managed(place, make, |core, managed, group, now| {
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

/// Arguments that each new run is given a clone of.
pub(super) struct Shown<A>(pub(super) Arc<Mutex<A>>);

impl<A: Clone + Debug + Send + 'static> Arguments for Shown<A> {
    fn show(&self) -> String {
        let shown = super::caught(|| {
            let args = self.0.lock().clone();
            bounded(format_args!("{args:?}"))
        });
        shown.unwrap_or_else(|_| String::from("…"))
    }

    fn cell(&self) -> &dyn Any {
        &self.0
    }
}

/// How a new run of a future is started.
pub(super) fn start_future<F, Fut>(factory: F) -> MakeStart<<Fut::Output as Output>::Value>
where
    F: Fn(Ctx) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: Output,
{
    let factory = Arc::new(factory);
    Box::new(move |verdict| {
        Box::new(move |run, attempt| {
            let cx = Ctx::of(&run, attempt);
            let (factory, verdict, entry) =
                (Arc::clone(&factory), verdict.clone(), Arc::clone(&run.entry));
            // The factory runs inside of the run: its panics are the run's.
            let future = async move { factory(cx).await };
            let judge = move |output| verdict.judge(&entry, output);
            super::spawn::start_run(run, future, judge);
        })
    })
}

/// How a new run of a closure that blocks is started.
pub(super) fn start_blocking_work<F, O>(work: F) -> MakeStart<O::Value>
where
    F: Fn(Ctx) -> O + Send + Sync + 'static,
    O: Output,
{
    let work = Arc::new(work);
    Box::new(move |verdict| {
        Box::new(move |run, attempt| {
            let cx = Ctx::of(&run, attempt);
            let (work, verdict, entry) =
                (Arc::clone(&work), verdict.clone(), Arc::clone(&run.entry));
            super::spawn::start_blocking(run, move || verdict.judge(&entry, work(cx)));
        })
    })
}
