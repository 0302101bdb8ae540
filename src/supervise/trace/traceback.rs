//! Everything that is known of where a task is, or how it came to its end.

mod json;
mod text;

use core::time::Duration;
use std::borrow::Cow;
use std::collections::HashMap;
use std::string::String;
use std::vec::Vec;

use super::last_lines::LogLine;
use super::stack::Stack;
use super::watchdog::Activity;
use crate::record::{TaskId, Time};
use crate::supervise::status::{ErrorText, Place};

pub use json::{Json, VERSION};
pub use text::Text;

/// Where one task is, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traceback {
    /// The task.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// Its newest run; 0 before the first one.
    pub run: u32,
    /// What was found.
    pub found: Found,
    /// Where it was added.
    pub spawned_at: Option<Place>,
    /// What its code calls the things that it does now, the outermost first.
    pub spans: Vec<Span>,
    /// What it logged before it panicked or failed, the oldest first.
    pub log: Vec<LogLine>,
}

/// What was found of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// It waits.
    Suspended(Suspended),
    /// It waits, and has given nobody a way to wake it: it waits for ever.
    NoWaker,
    /// It is being polled, so it cannot be asked.
    Running(Running),
    /// It could not be asked in time.
    Unanswered {
        /// What it said the last time, and how long ago that was.
        last: Option<(Suspended, Duration)>,
    },
    /// It runs a closure on a thread of its own, which cannot be asked.
    Blocking,
    /// Its newest run panicked.
    Panicked(Panicked),
    /// Its newest run returned an error.
    Failed(Failed),
    /// It is down, or waits to be started: for what, in words.
    Down(Cow<'static, str>),
}

/// Where a task waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suspended {
    /// One stack for each thing that it waits for.
    pub waits: Vec<Stack>,
    /// How many more there were.
    pub missed: u32,
    /// How long ago it was polled last, for a reason of its own; nothing if nobody counts ticks.
    pub idle: Option<Duration>,
}

/// What a task does that does not let go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// For how long at least.
    pub held: Duration,
    /// The name of the thread it keeps, or its number.
    pub thread: String,
    /// What that thread does, where the system tells.
    pub activity: Option<Activity>,
    /// Where it is now, where that could be seen.
    pub stack: Option<Stack>,
    /// Where it waited before, and how long ago that was.
    pub last: Option<(Suspended, Duration)>,
}

/// How a run panicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Panicked {
    /// What it said.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// On which thread.
    pub thread: String,
    /// When.
    pub time: Time,
    /// After how long.
    pub after: Duration,
    /// How many panics began there, in runs of this task; 0 if nobody counted.
    pub seen: u64,
    /// When the first one of them was.
    pub first: Option<Time>,
    /// How it came there.
    pub stack: Stack,
}

/// How a run failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failed {
    /// The error and its sources.
    pub error: ErrorText,
    /// The error as `Debug` writes it, cut where it is long.
    pub debug: String,
    /// When it was over.
    pub time: Time,
    /// After how long.
    pub after: Duration,
    /// The error's own backtrace, where it has one.
    pub stack: Option<Stack>,
    /// Where it waited last, and how long before that was.
    pub last: Option<(Suspended, Duration)>,
}

/// Something that a task does, by the name that its code gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// The name.
    pub name: String,
    /// For how long it has been doing that.
    pub age: Duration,
}

impl Traceback {
    /// A task of which only this much is known.
    #[must_use]
    pub fn new(task: TaskId, name: impl Into<String>, run: u32, found: Found) -> Self {
        let (spans, log) = (Vec::new(), Vec::new());
        Self { task, name: name.into(), run, found, spawned_at: None, spans, log }
    }

    /// The user's line that it waits at; of several things the first one's.
    #[must_use]
    pub fn waits_at(&self) -> Option<&Place> {
        let Found::Suspended(suspended) = &self.found else { return None };
        suspended.waits.first()?.user().next()?.place.as_ref()
    }

    /// The stacks in it, and those of before.
    #[must_use]
    pub fn stacks(&self) -> Vec<&Stack> {
        match &self.found {
            Found::Suspended(suspended) => suspended.waits.iter().collect(),
            Found::Running(running) => {
                let mut stacks: Vec<&Stack> = running.stack.iter().collect();
                stacks.extend(running.last.iter().flat_map(|(last, _)| &last.waits));
                stacks
            }
            Found::Unanswered { last } => last.iter().flat_map(|(last, _)| &last.waits).collect(),
            Found::Panicked(panicked) => [&panicked.stack].into(),
            Found::Failed(failed) => {
                let mut stacks: Vec<&Stack> = failed.stack.iter().collect();
                stacks.extend(failed.last.iter().flat_map(|(last, _)| &last.waits));
                stacks
            }
            Found::NoWaker | Found::Blocking | Found::Down(_) => Vec::new(),
        }
    }
}

/// Tasks that wait at the same places.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alike<'a> {
    /// One of them.
    pub example: &'a Traceback,
    /// How many they are.
    pub count: usize,
    /// Names of some of them, in the order they came.
    pub names: Vec<&'a str>,
}

/// How many names of a group are kept.
const NAMES: usize = 3;

/// Puts tasks together that were found alike: those that wait at the same places, those that nobody
/// can wake. The largest group comes first.
#[must_use]
pub fn group(tracebacks: &[Traceback]) -> Vec<Alike<'_>> {
    let mut groups: Vec<Alike<'_>> = Vec::new();
    let mut by_gist = HashMap::new();
    for traceback in tracebacks {
        let gist: Option<Vec<_>> = match &traceback.found {
            Found::Suspended(suspended) => Some(suspended.waits.iter().map(Stack::gist).collect()),
            Found::NoWaker => Some(Vec::new()),
            _ => None,
        };
        let index = gist.map_or(groups.len(), |gist| *by_gist.entry(gist).or_insert(groups.len()));
        if index == groups.len() {
            groups.push(Alike { example: traceback, count: 0, names: Vec::new() });
        }
        let group = &mut groups[index];
        group.count += 1;
        if group.names.len() < NAMES {
            group.names.push(&traceback.name);
        }
    }
    groups.sort_by_key(|group| core::cmp::Reverse(group.count));
    groups
}

#[cfg(test)]
mod tests;
