//! What a run logged before it ended.
//!
//! The supervisor knows of no log. Whoever has one looks through it, the newest record first, and
//! shows what it finds to [`LastLines`], which take what belongs to the runs that are asked about.

use core::hash::BuildHasherDefault;
use std::collections::HashMap;
use std::string::String;
use std::vec::Vec;

use super::frames::Fnv;
use crate::record::{Level, Record, TaskId, Time, write_text};

/// Lines that are kept of one run.
pub const MOST_LINES: usize = 20;

/// Bytes that are kept of a line.
const MAX_LINE: usize = 1 << 10;

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// When it was written.
    pub time: Time,
    /// How bad it is.
    pub level: Level,
    /// Spans, message and fields; 1 KiB of it at most.
    pub text: String,
}

/// The lines that some runs logged last, the newest [`MOST_LINES`] of each.
///
/// ```
/// use ringvisor::supervise::Supervisor;
/// use ringvisor::stream::Config;
///
/// let stream = Config::new().name("shop").build()?;
/// let supervisor = Supervisor::new();
/// let is_first = supervisor.read_log_with(move |lines| {
///     let mut log = stream.newest_first();
///     while log.next().is_some_and(|record| lines.offer(&record)) {}
/// });
/// assert!(is_first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LastLines {
    runs: HashMap<(TaskId, u32), Lines, BuildHasherDefault<Fnv>>,
    /// Runs that have room for more.
    open: usize,
    /// When the first of them began, in ticks.
    oldest: u64,
}

/// Those of one run, the newest first.
#[derive(Clone, Debug)]
struct Lines {
    /// When the run ended, in ticks.
    until: u64,
    lines: Vec<LogLine>,
}

impl LastLines {
    pub(crate) fn new() -> Self {
        Self { runs: HashMap::default(), open: 0, oldest: u64::MAX }
    }

    /// Wants those that this run wrote between these two moments, in ticks.
    pub(crate) fn want(&mut self, task: TaskId, run: u32, from: u64, until: u64) {
        let lines = Lines { until, lines: Vec::new() };
        if self.runs.insert((task, run), lines).is_none() {
            self.open += 1;
        }
        self.oldest = self.oldest.min(from);
    }

    pub(crate) fn is_unwanted(&self) -> bool {
        self.runs.is_empty()
    }

    /// Takes what was found of a run, the oldest first.
    pub(crate) fn take(&mut self, task: TaskId, run: u32) -> Vec<LogLine> {
        let found = self.runs.remove(&(task, run));
        found.map_or_else(Vec::new, |found| found.lines.into_iter().rev().collect())
    }

    /// Takes the line if it is one of theirs. Shown the newest first; `false` once there is no use
    /// in older ones.
    pub fn offer(&mut self, record: &Record<'_>) -> bool {
        if record.ticks < self.oldest {
            return false;
        }
        let run = record.task.map(|task| (task.id, task.run));
        let Some(found) = run.and_then(|run| self.runs.get_mut(&run)) else { return self.open > 0 };
        if record.ticks <= found.until && found.lines.len() < MOST_LINES {
            found.lines.push(LogLine::of(record));
            self.open -= usize::from(found.lines.len() == MOST_LINES);
        }
        self.open > 0
    }
}

impl LogLine {
    fn of(record: &Record<'_>) -> Self {
        let mut text = String::new();
        // Writing to a string does not fail.
        _ = write_text(record, &mut text);
        // Each part has a space before it, which stands for what is not written here.
        text.drain(..text.len().min(1));
        if text.len() > MAX_LINE {
            let fits = |end: &usize| text.is_char_boundary(*end);
            text.truncate((0..=MAX_LINE).rev().find(fits).unwrap_or(0));
            text.push('…');
        }
        Self { time: record.time, level: record.level, text }
    }
}

#[cfg(test)]
mod tests;
