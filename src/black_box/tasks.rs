//! The tasks of a run, as far as its records tell of them.

use core::fmt;
use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use super::recording::Recording;
use crate::record::{Level, Record, Task, TaskId};

/// A task where it was last heard of.
///
/// Its text is one line: `● worker#3: last heard of at src/work.rs:17: [WARN] slow`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastHeard {
    /// The task's identity in its process.
    pub id: TaskId,
    /// Which run of the task it was, counted from 1.
    pub run: u32,
    /// Its name.
    pub name: String,
    /// How many of its records are there.
    pub records: u64,
    /// When it wrote the last of them, in nanoseconds since 1970-01-01 UTC.
    pub wall_ns: i64,
    /// Source file and line of that record's call site, where they are known.
    pub place: Option<(String, u32)>,
    /// Level of that record.
    pub level: Level,
    /// Its message.
    pub message: String,
}

impl Recording {
    /// The tasks that wrote records which are still there, each with its last one; those that were
    /// heard of last come last.
    pub fn tasks(&self) -> Vec<LastHeard> {
        let mut tasks: BTreeMap<TaskId, LastHeard> = BTreeMap::new();
        let mut reader = self.stream().newest_first();
        while let Some(record) = reader.next() {
            let Some(task) = record.task else { continue };
            tasks.entry(task.id).or_insert_with(|| LastHeard::of(&task, &record)).records += 1;
        }
        let mut tasks: Vec<LastHeard> = tasks.into_values().collect();
        tasks.sort_by_key(|task| task.wall_ns);
        tasks
    }
}

impl LastHeard {
    fn of(task: &Task<'_>, record: &Record<'_>) -> Self {
        Self {
            id: task.id,
            run: task.run,
            name: task.name.to_string(),
            records: 0,
            wall_ns: record.time.wall_ns,
            place: record.file.map(str::to_string).zip(record.line),
            level: record.level,
            message: record.message.to_string(),
        }
    }
}

impl LastHeard {
    /// Where it was last heard of, and what it said there: `last heard of at src/a.rs:7: [INFO] …`.
    pub fn words(&self) -> String {
        let mut words = String::from("last heard of");
        if let Some((file, line)) = &self.place {
            words.push_str(&std::format!(" at {file}:{line}"));
        }
        words.push_str(&std::format!(": [{}] {}", self.level, self.message.escape_debug()));
        words
    }
}

impl fmt::Display for LastHeard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "● {}#{}: {}", self.name, self.id.0, self.words())
    }
}
