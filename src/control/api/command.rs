//! Commands of the program's on the wire.

use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};

/// A command that the program offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandInfo {
    /// Its name.
    pub name: String,
    /// What it does; may be empty.
    pub about: String,
    /// How it is called: `drain QUEUE [LIMIT]`.
    pub usage: String,
    /// Its arguments.
    pub args: Vec<CommandArg>,
}

/// An argument of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandArg {
    /// Its name.
    pub name: String,
    /// What belongs there: `u8`, `text`.
    pub kind: String,
    /// Whether it can be left out at the end.
    pub optional: bool,
}

/// A command to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandCall {
    /// Its arguments, as somebody types them.
    pub args: Vec<String>,
    /// How long it may take; 60,000 unless given, 3,600,000 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_ms: Option<u64>,
    /// Why; stands in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A part of what a command that runs tells, a line of its own on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandEvent {
    /// Whole lines.
    Said(String),
    /// So many lines were lost here, because nobody took them.
    Lost(u64),
    /// It is over.
    Done(CommandEnd),
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandEnd {
    /// The task that it ran as.
    pub task: String,
    /// Whether it did what it is there for.
    pub ok: bool,
    /// What it returned, where that is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took.
    pub took_ms: u64,
}

/// What a command told, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommandRun {
    /// What it said, as far as an answer can hold it.
    pub said: String,
    /// How many lines were left out.
    pub lost: u64,
    /// How it ended.
    pub end: CommandEnd,
}
