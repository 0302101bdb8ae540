//! One task, held by whoever started it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::sync::Arc;

use ::tokio::task::JoinHandle;
use parking_lot::Mutex;

use super::command::Commanded;
use super::entry::Entry;
use super::error::TaskError;
use super::report::Cause;
use super::shared::Shared;
use crate::context;
use crate::record::TaskId;
use crate::supervise::{Command, Outcome, State};

/// A view of a task: dropping it changes nothing.
///
/// Awaiting it yields the value of the run; for a task that can be started again, the value of the
/// run after which it came to rest.
#[must_use = "await it for the value, or drop it explicitly if nobody wants that"]
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

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.entry.id
    }

    /// The task's name, which may be another one than was asked for; see
    /// [`Collision`](super::Collision).
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// What the task does now.
    #[must_use]
    pub fn state(&self) -> State {
        self.entry.word.seen().state()
    }

    /// Which run is the newest one; 0 before the first.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.entry.word.seen().run()
    }

    /// Has the task dropped at its next await, without asking it.
    pub fn abort(&self) {
        drop(self.command(Command::Kill));
    }

    /// Asks the task to stop; a bare future is dropped at its next await.
    pub fn stop(&self) -> Commanded {
        self.command(Command::Stop)
    }

    /// Starts the task. Not for bare futures.
    pub fn start(&self) -> Commanded {
        self.command(Command::Start)
    }

    /// Stops the task if it runs, and starts it. Not for bare futures.
    pub fn restart(&self) -> Commanded {
        self.command(Command::Restart)
    }

    fn command(&self, command: Command) -> Commanded {
        self.shared.command(&self.entry, command)
    }

    /// Waits until the task is down.
    pub async fn down(&self) {
        self.entry.down().await;
    }
}

impl<T: Send + 'static> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.entry.word.peek().state().is_alive() && is_current(&this.entry) {
            return Poll::Ready(Err(TaskError::Itself));
        }
        let value = match &mut this.value {
            Value::Joined(join) => match Pin::new(join).poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(joined) => joined.ok().flatten(),
            },
            Value::Left(left, waiting) => {
                let entry = Arc::clone(&this.entry);
                let waiting =
                    waiting.get_or_insert_with(|| Box::pin(async move { entry.at_rest().await }));
                if waiting.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                // A value that an earlier run left is no news of the last one.
                let left = left.lock().take();
                match left {
                    Some((run, value)) if this.entry.succeeded(run) => Some(value),
                    // Its drop is the user's, and may panic.
                    old => {
                        _ = super::caught(|| drop(old));
                        None
                    }
                }
            }
            Value::Taken => return Poll::Ready(Err(TaskError::Gone)),
        };
        this.value = Value::Taken;
        Poll::Ready(value.ok_or_else(|| this.entry.error()))
    }
}

/// Whether the task is the one that asks.
pub(super) fn is_current(entry: &Entry) -> bool {
    context::with(|task| task.is_some_and(|task| task.id == entry.id))
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
