//! The program's own supervisor, whose tasks tell the log what happens to them.

#[cfg_attr(not(feature = "trace"), path = "tasks/absent.rs")]
mod last_lines;

use core::fmt::{self, Write};
use core::future::Future;
use std::sync::{Once, OnceLock};

use super::installed;
use crate::record::Level;
use crate::stream::RingStream;
use crate::supervise::status::Rough;
use crate::supervise::{
    Collision, Outcome, PANIC_ABORTS, Supervisor, TaskEvent, TaskEventKind, TaskHandle,
    panic_notice,
};

/// Under which target the lives of tasks are logged.
const TARGET: &str = "ringvisor::task";

/// The program's supervisor. It is there without any setting up; once a log is installed, what
/// happens to tasks is logged as lines of theirs.
///
/// Names that are taken get a number: `blink_1`. A [`Supervisor`] of one's own refuses them.
pub fn supervisor() -> &'static Supervisor {
    static SUPERVISOR: OnceLock<Supervisor> = OnceLock::new();
    SUPERVISOR.get_or_init(|| {
        let supervisor = Supervisor::builder().collision(Collision::Suffix).build();
        installed::stream().into_iter().for_each(tell_of_panics);
        supervisor.on_event(|event| {
            if let Some(installed) = installed::INSTALLED.get() {
                let stream = &installed.running.stream;
                installed.running.kept.tell_of(event);
                tell_of_panics(stream);
                record(stream, event);
            }
        });
        last_lines::show(&supervisor);
        supervisor
    })
}

/// Has the log say, once and before it tells of the first task, if a panic ends this program.
fn tell_of_panics(stream: &RingStream) {
    static TOLD: Once = Once::new();
    let Some(notice) = panic_notice(PANIC_ABORTS) else { return };
    TOLD.call_once(|| {
        // A writer never fails.
        _ = stream.writer_at(Level::Warn, TARGET).write_str(notice);
    });
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
    match event.kind {
        TaskEventKind::Started { .. } | TaskEventKind::Stopping => Some(ordinary),
        TaskEventKind::Ended { outcome } if !outcome.is_failure() => Some(ordinary),
        TaskEventKind::Ended { outcome: Outcome::Aborted } => Some(Level::Warn),
        TaskEventKind::Ended { .. } | TaskEventKind::Dead | TaskEventKind::CallbackFailed => {
            Some(Level::Error)
        }
        TaskEventKind::Hog { .. } => Some(Level::Warn),
        TaskEventKind::Aborting
        | TaskEventKind::Restarting { .. }
        | TaskEventKind::WaitedFor { .. } => Some(Level::Warn),
        TaskEventKind::Detached => Some(Level::Error),
        _ => None,
    }
}

/// What happened, in the words of a line.
struct Told<'a>(&'a TaskEvent);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, name) = (self.0, self.0.name());
        match event.kind {
            TaskEventKind::Started { attempt: 0 } => write!(f, "Started Task {name}"),
            TaskEventKind::Started { attempt } => {
                write!(f, "Started Task {name} (restart {attempt})")
            }
            TaskEventKind::Stopping => write!(f, "Stopping Task {name}"),
            TaskEventKind::Aborting => write!(f, "Task {name} did not stop in time, aborting it"),
            TaskEventKind::Ended { outcome } => self.ended(f, outcome),
            TaskEventKind::Restarting { after, attempt } => {
                write!(f, "Restarting Task {name} in {} (restart {attempt})", Rough(after))
            }
            TaskEventKind::Dead => {
                write!(f, "Task {name} stays down: restarting it has not helped")
            }
            TaskEventKind::Detached => {
                write!(f, "Task {name} cannot be aborted and is left to itself")
            }
            TaskEventKind::WaitedFor { waited } => {
                write!(f, "Waiting for Task {name} since {}", Rough(waited))
            }
            TaskEventKind::Hog { held, is_over: false } => {
                write!(f, "Task {name} has kept its worker for {} and goes on", Rough(held))
            }
            TaskEventKind::Hog { held, .. } => {
                write!(f, "Task {name} kept its worker for {}", Rough(held))
            }
            TaskEventKind::CallbackFailed => write!(f, "A callback of Task {name} failed"),
            _ => write!(f, "Task {name}: {:?}", event.kind),
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

#[cfg(test)]
mod tests;
