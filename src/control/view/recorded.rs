//! A program as its black box tells of it.

use std::borrow::Cow;
use std::boxed::Box;
use std::collections::{HashMap, HashSet};
use std::string::{String, ToString};
use std::sync::{Arc, LazyLock};
use std::vec::Vec;

use super::{Tasks, View};
use crate::black_box::{End, LastHeard, LastState, Recording};
use crate::control::past::{Past, Remembered};
use crate::record::{TaskId, Time};
use crate::stream::RingStream;
use crate::supervise::Outcome;
use crate::supervise::status::{
    ErrorText, Failure, Kind, PanicText, Place, RunCounts, RunRecord, Snapshot,
};

/// Where panics are logged, see `builder::panic`.
const PANICS: &str = "ringvisor::panic";

impl View {
    /// A view of a program that is over, or does not answer: what its black box holds. Its tasks are
    /// as they were at its last sign of life, and nothing can be done to them.
    ///
    /// ```
    /// use ringvisor::control::{Client, Service, View, api::LogPage};
    ///
    /// # let path = std::env::temp_dir().join(format!("ringvisor-doc-v{}.box", std::process::id()));
    /// # drop(ringvisor::builder("orders").black_box(&path).build()?);
    /// let recording = ringvisor::black_box::open(&path)?;
    /// let client = Client::of(Service::read_only(View::of_recording(recording)));
    /// let log: LogPage = client.get("/v1/logs?level=warn")?.data;
    /// assert!(log.records.is_empty());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_recording(recording: Recording) -> Self {
        let (name, stream) = (recording.name().to_string(), recording.stream().clone());
        let last = recording.last_seen();
        let lived = last.wall_ns.saturating_sub(recording.started_ns()).max(0);
        let started = Time {
            wall_ns: recording.started_ns(),
            mono_ns: last.mono_ns.saturating_sub(lived.unsigned_abs()),
        };
        let past = Past {
            pid: u32::try_from(recording.pid()).unwrap_or(0),
            last,
            end: recording.end().to_string(),
            is_well: matches!(recording.end(), End::Running | End::InOrder | End::Stopped { .. }),
            kept: kept(&recording),
            tasks: LazyLock::new(Box::new(move || remembered(&recording))),
        };
        Self::of(name, stream, Tasks::Past(Arc::new(past)), started)
    }
}

/// `/dev/shm/orders.box, 8.0 MiB, 812 records, 1 not finished`.
fn kept(recording: &Recording) -> String {
    let salvaged = recording.salvaged();
    let mib = recording.stream().stats().bytes as f64 / f64::from(1 << 20);
    let path = recording.path().display();
    let mut text = std::format!("{path}, {mib:.1} MiB, {} records", salvaged.intact);
    let counts = [
        (salvaged.uncommitted, "not finished"),
        (salvaged.damaged, "damaged"),
        (recording.forgotten_tasks(), "tasks not kept"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        text.push_str(&std::format!(", {count} {what}"));
    }
    text
}

fn remembered(recording: &Recording) -> Remembered {
    let heard = recording.tasks();
    Remembered { states: snapshots(recording, &heard), heard: strangers(recording, &heard) }
}

/// The tasks that only their records tell of.
fn strangers(recording: &Recording, heard: &[LastHeard]) -> Vec<String> {
    let known: HashSet<_> = recording.states().iter().map(|state| state.id).collect();
    let strangers = heard.iter().filter(|task| !known.contains(&task.id));
    strangers.map(|task| std::format!("{}: {}", task.name, task.words())).collect()
}

fn snapshots(recording: &Recording, heard: &[LastHeard]) -> Vec<Snapshot> {
    let heard: HashMap<_, _> = heard.iter().map(|task| (task.id, task)).collect();
    let panicked = |state: &LastState| state.outcome == Some(Outcome::Panicked);
    let is_wanted = recording.states().iter().any(panicked);
    let mut stacks = if is_wanted { stacks(recording.stream()) } else { HashMap::new() };
    let with_words = |state: &LastState| {
        let mut task = snapshot(state);
        if let Some(heard) = heard.get(&state.id).filter(|_| state.state.is_alive()) {
            task.status = heard.words();
        }
        task.traceback = stacks.remove(&(state.id, state.run)).unwrap_or_default();
        task
    };
    recording.states().iter().map(with_words).collect()
}

fn snapshot(state: &LastState) -> Snapshot {
    let mut task = Snapshot::new(state.id, state.name.clone());
    task.kind = if state.is_plain { Kind::Once } else { Kind::Task };
    (task.state, task.since) = (state.state, state.since);
    (task.run, task.attempt) = (state.run, state.attempt);
    (task.started, task.ended, task.outcome) = (state.started, state.ended, state.outcome);
    let [ok, failed, panicked] = state.counts;
    task.counts = RunCounts { ok, failed, panicked };
    task.failure = failure(state);
    let over = state.outcome.zip(state.ended).zip(state.started);
    // The run that ended last is the one that was started last, unless another one is alive.
    task.history.extend(over.filter(|_| state.state.is_down()).map(
        |((outcome, ended), started)| RunRecord {
            number: state.run,
            started,
            ended,
            outcome,
            detail: state.failure.clone(),
        },
    ));
    task
}

fn failure(state: &LastState) -> Option<Failure> {
    let (what, message) = (state.failed_by.clone(), state.failure.clone());
    match state.outcome.filter(|outcome| outcome.is_failure())? {
        Outcome::Panicked => {
            let place = place(&state.failed_by);
            Some(Failure::Panic(PanicText { message, place }))
        }
        Outcome::Failed if !message.is_empty() => {
            let chain = Vec::from([message]);
            Some(Failure::Error(ErrorText { class: Cow::Owned(what), chain }))
        }
        _ if message.is_empty() => None,
        _ => Some(Failure::Other(Cow::Owned(message))),
    }
}

/// `src/demo.rs:61:9`.
fn place(text: &str) -> Option<Place> {
    let mut parts = text.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Place { file: Cow::Owned(parts.next()?.to_string()), line, column })
}

/// The lines that panics left in the log, for each run.
fn stacks(stream: &RingStream) -> HashMap<(TaskId, u32), String> {
    let mut stacks: HashMap<_, Vec<String>> = HashMap::new();
    let mut reader = stream.newest_first();
    while let Some(record) = reader.next() {
        let Some(task) = record.task.filter(|_| record.target == PANICS) else { continue };
        if record.message.starts_with(' ') {
            stacks.entry((task.id, task.run)).or_default().push(record.message.to_string());
        }
    }
    let text = |mut lines: Vec<String>| {
        lines.reverse();
        lines.join("\n")
    };
    stacks.into_iter().map(|(run, lines)| (run, text(lines))).collect()
}
