//! A task on the wire.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};

/// A task or group, as [`Json`](crate::supervise::status::Json) writes it; the keys are explained
/// there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is explained where they are written")]
pub struct Task {
    pub v: u32,
    pub id: u64,
    pub name: String,
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    pub condition: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_mono_ns: Option<u64>,
    pub for_ms: u64,
    pub wanted: String,
    pub health: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_text: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Members>,
    pub run: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_mono_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_mono_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureText>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub traceback: String,
    pub counts: Counts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Run>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    pub attempt: u32,
    pub restarts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_in_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polls: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_is: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_poll_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_wake_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub idle_ok: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kwargs: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callbacks: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub needs: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spawned_at: Option<PlaceText>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

/// Tasks below a task or group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// How many there are.
    pub count: u32,
    /// How many of them run.
    pub running: u32,
}

/// How many runs ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Completed, or stopped when asked.
    pub ok: u64,
    /// Failed otherwise than by a panic.
    pub failed: u64,
    /// Panicked.
    pub panicked: u64,
}

/// One run that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in a task")]
pub struct Run {
    pub run: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_mono_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_mono_ns: Option<u64>,
    pub lasted_ms: u64,
    pub outcome: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureText {
    /// It returned an error.
    Error {
        /// Name of its type, where that says something.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// The messages of the error and its sources, the outermost first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        chain: Vec<String>,
    },
    /// It panicked.
    Panic {
        /// What was said.
        message: String,
        /// Where that was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<PlaceText>,
    },
    /// Something else.
    Other {
        /// In words.
        message: String,
    },
}

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceText {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// How many restarts there may be in how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// How many.
    pub restarts: u32,
    /// In how long.
    pub window_ms: u64,
}

/// When a task is started by time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in a snapshot")]
pub struct Schedule {
    pub text: String,
    pub repeats: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_mono_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_mono_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// What is known of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as in a snapshot")]
pub struct Service {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub loaded_from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<ServiceStats>,
}

/// What a service tells of its work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceStats {
    /// What it is, `Stats`.
    pub title: String,
    /// The figures.
    pub text: String,
}

/// What became of a command to one task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Commanded {
    /// Its name.
    pub name: String,
    /// The state in which the command left it, or, where `done` is not set, in which it is.
    pub state: String,
    /// Its newest run; 0 before the first.
    pub run: u32,
    /// Whether the command is carried out; without an error, it is still under way.
    pub done: bool,
    /// Why it did not do what was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took.
    pub took_ms: u64,
}
