//! How a new run is started, and what becomes of the value that it returns.

use core::any::Any;
use core::fmt::Debug;
use core::future::Future;
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;

use parking_lot::Mutex;

use super::ctx::Ctx;
use super::entry::Entry;
use super::handle::Left;
use super::managed::{Arguments, Start};
use super::output::Output;
use super::report::{Cause, ErrorReport, bounded};
use super::supervised::Judged;
use crate::supervise::End;

/// What becomes a value where a run returned an error.
pub(super) type Recover<V> = Arc<dyn Fn(&ErrorReport) -> V + Send + Sync>;

/// Where the value of a completed run waits, and what to do with an error.
pub(super) struct Verdict<V> {
    pub(super) left: Arc<Left<V>>,
    recover: Option<Recover<V>>,
}

impl<V> Verdict<V> {
    pub(super) fn new(recover: Option<Recover<V>>) -> Self {
        Self { left: Arc::default(), recover }
    }
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

/// Keeps `args` where they can be shown and changed; each run of the factory is given a clone.
pub(super) fn keep_args<A, F, Fut>(
    args: A,
    factory: F,
) -> (Box<dyn Arguments>, impl Fn(Ctx) -> Fut + Send + Sync + 'static)
where
    A: Clone + Debug + Send + 'static,
    F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
    Fut: 'static,
{
    let cell = Arc::new(Mutex::new(args));
    let shown = Shown(Arc::clone(&cell));
    let factory = move |cx| {
        let args = cell.lock().clone();
        factory(cx, args)
    };
    (Box::new(shown), factory)
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
pub(super) fn future<F, Fut>(factory: F) -> MakeStart<<Fut::Output as Output>::Value>
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
pub(super) fn blocking<F, O>(work: F) -> MakeStart<O::Value>
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
