//! Arguments of tasks on the wire.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};

/// Arguments of tasks that are to be changed for their next runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArgsChange {
    /// Each argument's name, and what it is to be as somebody types it.
    pub args: BTreeMap<String, String>,
    /// Why; stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was changed of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArgsChanged {
    /// The task's name.
    pub name: String,
    /// The state in which it is; what runs goes on as it was.
    pub state: String,
    /// What was changed.
    pub changed: Vec<ArgChanged>,
}

/// An argument that was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArgChanged {
    /// Its name.
    pub key: String,
    /// What it was.
    pub from: String,
    /// What it is from the next run on.
    pub to: String,
}
