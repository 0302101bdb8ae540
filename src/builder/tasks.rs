//! The program's own supervisor, whose tasks tell the log what happens to them.

use core::fmt::{self, Write};
use core::future::Future;
use std::sync::OnceLock;

use super::installed;
use crate::record::Level;
use crate::stream::RingStream;
use crate::supervise::status::Rough;
use crate::supervise::{Collision, Outcome, Supervisor, TaskEvent, TaskHandle, What};

/// Under which target the lives of tasks are logged.
const TARGET: &str = "ringvisor::task";

/// The program's supervisor. It is there without any setting up; once a log is installed, what
/// happens to tasks is logged as lines of theirs.
///
/// Names that are taken get a number: `blink_1`. A [`Supervisor`] of one's own refuses them.
pub fn supervisor() -> &'static Supervisor {
    static SUPERVISOR: OnceLock<Supervisor> = OnceLock::new();
    SUPERVISOR.get_or_init(|| {
        let supervisor = Supervisor::new().collision(Collision::Suffix);
        supervisor.on_event(|event| {
            if let Some(installed) = installed::INSTALLED.get() {
                installed.running.kept.tell_of(event);
                record(&installed.running.stream, event);
            }
        });
        supervisor
    })
}

/// Spawns a future like `tokio::spawn`, but under a name: it is listed, its panic is logged, and it
/// can be stopped.
///
/// A name that is taken gets a number, and characters that cannot stand in a name become `_`.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let answer = ringvisor::spawn("answer", async { 42 });
/// assert_eq!(answer.await, Ok(42));
/// # });
/// ```
///
/// # Panics
/// Outside of a tokio runtime, as `tokio::spawn`, and after the supervisor was shut down.
#[track_caller]
pub fn spawn<F>(name: &str, future: F) -> TaskHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match supervisor().spawn(&Supervisor::name_like(name), future) {
        Ok(handle) => handle,
        Err(error) => panic!("ringvisor cannot spawn {name:?}: {error}"),
    }
}

/// Makes a record of what happened to a task, as a line of that task.
fn record(stream: &RingStream, event: &TaskEvent) {
    let Some(level) = level(event) else { return };
    if !stream.allows(level, TARGET) {
        return;
    }
    event.within(|| {
        let mut line = stream.writer_at(level, TARGET);
        // A writer never fails.
        _ = write!(line, "{}", Told(event));
    });
}

/// How much it matters; nothing where other events tell the same.
fn level(event: &TaskEvent) -> Option<Level> {
    let ordinary = if event.is_plain() { Level::Debug } else { Level::Info };
    match event.what {
        What::Started { .. } | What::Stopping => Some(ordinary),
        What::Ended { outcome } if !outcome.is_failure() => Some(ordinary),
        What::Ended { outcome: Outcome::Aborted } => Some(Level::Warn),
        What::Ended { .. } | What::Dead | What::CallbackFailed => Some(Level::Error),
        What::Hog { .. } => Some(Level::Warn),
        What::Aborting | What::Restarting { .. } | What::WaitedFor { .. } => Some(Level::Warn),
        What::Detached => Some(Level::Error),
        _ => None,
    }
}

/// What happened, in the words of a line.
struct Told<'a>(&'a TaskEvent);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, name) = (self.0, self.0.name());
        match event.what {
            What::Started { attempt: 0 } => write!(f, "Started Task {name}"),
            What::Started { attempt } => write!(f, "Started Task {name} (restart {attempt})"),
            What::Stopping => write!(f, "Stopping Task {name}"),
            What::Aborting => write!(f, "Task {name} did not stop in time, aborting it"),
            What::Ended { outcome } => self.ended(f, outcome),
            What::Restarting { after, attempt } => {
                write!(f, "Restarting Task {name} in {} (restart {attempt})", Rough(after))
            }
            What::Dead => write!(f, "Task {name} stays down: restarting it has not helped"),
            What::Detached => write!(f, "Task {name} cannot be aborted and is left to itself"),
            What::WaitedFor { waited } => {
                write!(f, "Waiting for Task {name} since {}", Rough(waited))
            }
            What::Hog { held, is_over: false } => {
                write!(f, "Task {name} has kept its worker for {} and goes on", Rough(held))
            }
            What::Hog { held, .. } => write!(f, "Task {name} kept its worker for {}", Rough(held)),
            What::CallbackFailed => write!(f, "A callback of Task {name} failed"),
            _ => write!(f, "Task {name}: {:?}", event.what),
        }
    }
}

impl Told<'_> {
    fn ended(&self, f: &mut fmt::Formatter<'_>, outcome: Outcome) -> fmt::Result {
        let (event, name) = (self.0, self.0.name());
        if let Some(panic) = event.panic() {
            return write!(f, "Error @ Task {name}: {panic}");
        }
        if let Some(error) = event.error() {
            return write!(f, "Error @ Task {name}: {error}");
        }
        match outcome {
            Outcome::Completed => write!(f, "Done Task {name}"),
            Outcome::Stopped => write!(f, "Stopped Task {name}"),
            Outcome::Aborted => write!(f, "Aborted Task {name}"),
            Outcome::TimedOut => write!(f, "Error @ Task {name}: took too long"),
            Outcome::Stalled => write!(f, "Error @ Task {name}: gave no sign of life"),
            Outcome::Failed | Outcome::Panicked => write!(f, "Error @ Task {name}"),
        }
    }
}
