//! The process as a whole on the wire.

use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};

/// Who answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its process.
    pub pid: u32,
    /// The version of this crate that it was built with.
    pub version: String,
    /// When it began: RFC 3339 in UTC.
    pub started: String,
    /// How long ago that was.
    pub up_ms: u64,
    /// Its wall clock now: RFC 3339 in UTC.
    pub now: String,
    /// Whether it changes nothing when asked to.
    pub read_only: bool,
}

/// How all tasks are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Whether everything that is wanted is up.
    pub ready: bool,
    /// Names of the tasks that are not as they should be, at most a page of them.
    pub not_ready: Vec<String>,
    /// How many tasks there are of each condition.
    pub tally: Tally,
    /// The runtime that the program started in, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<RuntimeTasks>,
    /// The log.
    pub ring: Ring,
}

/// How many tasks there are of each condition; those of which there are none are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(pub std::collections::BTreeMap<String, u64>);

/// What a runtime knows of its tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuntimeTasks {
    /// How many are alive.
    pub alive: u64,
    /// How many of those nobody supervises.
    pub unsupervised: u64,
}

/// The log as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ring {
    /// Its size in bytes.
    pub bytes: u64,
    /// How many of them hold records, about.
    pub used: u64,
    /// Records written, those that have been overwritten included.
    pub written: u64,
    /// Records refused because their shard was full of writers that had not finished.
    pub rejected: u64,
    /// Records that were cut because they were too long.
    pub truncated: u64,
    /// Texts that did not fit into the string table and stand in each record.
    pub strings_refused: u64,
    /// When the oldest record that is still there was written: RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
    /// The most verbose level that passes anywhere.
    pub max_level: String,
    /// Where a reader stands that begins now.
    pub position: String,
}

impl Ring {
    /// How full it is, in percent.
    #[must_use]
    pub const fn percent(&self) -> u64 {
        let bytes = if self.bytes == 0 { 1 } else { self.bytes };
        self.used.saturating_mul(100) / bytes
    }
}

/// The levels of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Levels {
    /// All of them in the grammar of `RUST_LOG`.
    pub levels: String,
}

/// A change of one target's level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelChange {
    /// Whose level; empty for the default.
    #[serde(default)]
    pub target: String,
    /// The level, `trace`; absent to give back the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// For how long; absent for 15 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
    /// Whether it stays until somebody changes it again.
    #[serde(default)]
    pub keep: bool,
    /// Why; stands in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why something is to be changed, and how long to wait for the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reason {
    /// Stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long to wait for the outcome; 10,000 unless given, 60,000 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u64>,
}

/// Something that somebody should look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Which task.
    pub task: String,
    /// What is wrong, in words.
    pub text: String,
    /// Which command tells more, without the program's name: `trace flaky`.
    pub evidence: String,
}
