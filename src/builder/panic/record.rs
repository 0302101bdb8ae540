//! Panics as records: what was said at once, how it came there as soon as it is read.

use core::fmt::Write;

use crate::builder::installed;
use crate::context::{Current, scope};
use crate::record::Level;
use crate::supervise::trace::panics::{self, Panic, Sink};
use crate::supervise::trace::stack::Stack;

/// Under which target panics are logged.
const TARGET: &str = "ringvisor::panic";

/// Has every panic from now on written into the log, before any other hook sees it.
pub(super) fn record_panics() {
    panics::install();
    // Somebody else's sink is as good: it is there because they wanted it.
    _ = panics::set_sink(Sink { said: record, read: record_stack });
}

/// The panic of a supervised task is told at its end, as an error of the task: here it is noted for
/// the case that the process does not live to see that.
fn level(panic: &Panic) -> Level {
    let is_told = panic.task.is_some() && cfg!(panic = "unwind");
    if is_told { Level::Debug } else { Level::Error }
}

fn record(panic: &Panic) {
    let Some(stream) = installed::stream() else { return };
    let mut line = stream.writer_at(level(panic), TARGET);
    let place = panic.place.as_ref();
    // A writer never fails.
    _ = match place {
        Some(place) => writeln!(line, "panicked at {place}: {}", panic.message),
        None => writeln!(line, "panicked: {}", panic.message),
    };
}

/// Writes the user's part of the stack as lines of the task that panicked.
fn record_stack(panic: &Panic) {
    let Some(stream) = installed::stream() else { return };
    let task = panic.task.as_ref();
    let current = task.map(|task| Current { id: task.id, run: task.run, name: &task.name });
    scope(current.as_ref(), || {
        let mut lines = stream.writer_at(level(panic), TARGET);
        for frame in Stack::of(&panic.frames).user() {
            _ = match &frame.place {
                Some(place) => writeln!(lines, "    at {place} in {}", frame.function),
                None => writeln!(lines, "    in {}", frame.function),
            };
        }
    });
}
