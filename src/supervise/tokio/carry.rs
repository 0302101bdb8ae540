//! Work on other threads that stays the task's: what it logs is attributed to the task.

use std::string::String;

use ::tokio::task::JoinHandle;

use crate::context::{self, Current};
use crate::record::TaskId;

/// Makes a closure that runs as the task that is running now, wherever it is called; without a task
/// it runs as none.
///
/// ```
/// use ringvisor::context::{Current, scope, with};
/// use ringvisor::record::TaskId;
/// use ringvisor::supervise::carry;
///
/// let task = Current { id: TaskId(7), run: 1, name: "hash" };
/// let work = scope(Some(&task), || carry(|| with(|task| task.map(|task| task.id))));
/// assert_eq!(std::thread::spawn(work).join().unwrap(), Some(TaskId(7)));
/// ```
pub fn carry<F, R>(f: F) -> impl FnOnce() -> R + use<F, R>
where
    F: FnOnce() -> R,
{
    let carried = context::with(|task| task.map(Carried::of));
    move || match &carried {
        Some(carried) => context::scope(Some(&carried.current()), f),
        None => f(),
    }
}

/// Runs a closure on tokio's threads for blocking work, as the task that is running now.
///
/// It is not listed as a task; [`Supervisor::blocking`](super::Supervisor::blocking) is.
///
/// # Panics
/// Outside of a tokio runtime, as [`tokio::task::spawn_blocking`].
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    super::spawn::blocking_aside(carry(f))
}

struct Carried {
    id: TaskId,
    run: u32,
    name: String,
}

impl Carried {
    fn of(task: &Current<'_>) -> Self {
        Self { id: task.id, run: task.run, name: task.name.into() }
    }

    fn current(&self) -> Current<'_> {
        Current { id: self.id, run: self.run, name: &self.name }
    }
}
