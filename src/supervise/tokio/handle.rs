//! One task, held by whoever started it.

use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};
use std::boxed::Box;
use std::sync::Arc;

use ::tokio::task::JoinHandle;
use parking_lot::Mutex;

use super::command::Commanded;
use super::entry::{Entry, is_over};
use super::error::TaskError;
use super::forward::commands;
use super::report::Cause;
use super::shared::Shared;
use crate::record::TaskId;
use crate::supervise::{Command, Outcome, State};

/// A task, for whoever started it. Dropping this changes nothing: the task goes on, and its
/// supervisor knows it by name.
///
/// Awaiting it yields the value of the run; for a task that can be started again, the value of the
/// run after which it came to rest. A task that awaits itself, or a task with which it ends, is told
/// so: [`TaskError::Itself`].
///
/// A bare future, which was [spawned](super::Supervisor::spawn), cannot be started again: `start` and
/// `restart` answer [`CommandError::NoFactory`](super::CommandError::NoFactory), and `stop` is an
/// abort, as it cannot be asked.
pub struct TaskHandle<T> {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
    value: Value<T>,
}

/// How the value of a task comes here.
enum Value<T> {
    Joined(JoinHandle<Option<T>>),
    /// Put there by each run that completes; taken once the task is at rest.
    Left(Arc<Left<T>>, Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>),
    Taken,
}

/// The value of the newest run that completed, and which one that was.
pub(super) type Left<T> = Mutex<Option<(u32, T)>>;

impl<T> TaskHandle<T> {
    pub(super) fn plain(
        shared: Arc<Shared>,
        entry: Arc<Entry>,
        join: JoinHandle<Option<T>>,
    ) -> Self {
        Self { shared, entry, value: Value::Joined(join) }
    }

    pub(super) fn managed(shared: Arc<Shared>, entry: Arc<Entry>, left: Arc<Left<T>>) -> Self {
        Self { shared, entry, value: Value::Left(left, None) }
    }

    pub(super) fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// Number of its newest run; 0 before the first one.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.entry.word.seen().run()
    }

    /// Aborts it at once and does not tell what became of that, as tokio's handle does; else it is
    /// [`kill`](Self::kill).
    pub fn abort(&self) {
        drop(self.kill());
    }

    /// Whether it came to its end, so that awaiting it yields at once; a task that waits for its next
    /// start has not.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        is_over(self.state())
    }

    /// Waits until the task is down, also between two runs, and yields its state then.
    ///
    /// # Errors
    /// [`TaskError::Itself`]: the task that waits is this one or ends with it, so that it would wait
    /// without end.
    pub async fn down(&self) -> Result<State, TaskError> {
        let mut down = pin!(self.entry.down());
        let down = poll_fn(|cx| self.shared.unless_itself(&self.entry, down.as_mut().poll(cx)));
        down.await.ok_or(TaskError::Itself)
    }
}

commands!(TaskHandle<T>, T);

impl<T: Send + 'static> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let polled = this.value.poll(&this.entry, cx);
        let Some(value) = ready!(this.shared.unless_itself(&this.entry, polled)) else {
            return Poll::Ready(Err(TaskError::Itself));
        };
        this.value = Value::Taken;
        Poll::Ready(value.ok_or_else(|| this.entry.error()))
    }
}

impl<T: Send + 'static> Value<T> {
    /// Nothing where the task has left no value, or it was taken.
    fn poll(&mut self, entry: &Arc<Entry>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        match self {
            Self::Joined(join) => Pin::new(join).poll(cx).map(|joined| joined.ok().flatten()),
            Self::Left(left, waiting) => {
                let waiting = waiting.get_or_insert_with(|| {
                    let entry = Arc::clone(entry);
                    Box::pin(async move { entry.at_rest().await })
                });
                waiting.as_mut().poll(cx).map(|()| take(left, entry))
            }
            Self::Taken => Poll::Ready(None),
        }
    }
}

/// Takes the value of the last run. One that an earlier run left is no news of that.
fn take<T>(left: &Left<T>, entry: &Entry) -> Option<T> {
    let left = left.lock().take();
    match left {
        Some((run, value)) if entry.succeeded(run) => Some(value),
        old => {
            // Its drop is the user's, and may panic.
            _ = super::caught(|| drop(old));
            None
        }
    }
}

impl Entry {
    /// Whether `run` is the last one, and did what it was there for.
    fn succeeded(&self, run: u32) -> bool {
        let detail = self.detail.lock();
        let last = detail.as_ref().and_then(|detail| detail.last());
        last.is_some_and(|past| past.run == run && !past.outcome.is_failure())
    }

    /// Why there is no value.
    pub(super) fn error(&self) -> TaskError {
        let seen = self.word.seen();
        if seen.state() == State::Detached {
            return TaskError::Detached;
        }
        if seen.run() == 0 {
            return TaskError::Stopped;
        }
        let last = self.detail.lock().as_ref().and_then(|detail| detail.last().cloned());
        let Some(past) = last else { return TaskError::Gone };
        match (past.outcome, past.cause) {
            (Outcome::Failed, Cause::Error(report)) => TaskError::Failed((*report).clone()),
            (Outcome::Panicked, Cause::Panic(report)) => TaskError::Panicked((*report).clone()),
            (Outcome::Stopped, _) => TaskError::Stopped,
            (Outcome::TimedOut, _) => TaskError::TimedOut,
            (Outcome::Stalled, _) => TaskError::Stalled,
            (Outcome::Aborted, _) => TaskError::Aborted,
            _ => TaskError::Gone,
        }
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("entry", &self.entry).finish_non_exhaustive()
    }
}
