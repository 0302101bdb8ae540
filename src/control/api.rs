//! What crosses the socket: plain data, no I/O.
//!
//! Every answer in JSON is an [`Envelope`]. Its version, [`VERSION`], changes only when an old
//! reader would misread a new answer; readers ignore fields that they do not know.

mod arguments;
mod command;
mod failure;
mod log;
mod process;
mod task;

use std::string::String;

use serde::{Deserialize, Serialize};

pub use arguments::{ArgChanged, ArgsChange, ArgsChanged};
pub use command::{CommandArg, CommandCall, CommandEnd, CommandEvent, CommandInfo, CommandRun};
pub use failure::{Code, Failure};
pub use log::{LogLine, LogPage, Lost};
pub use process::{
    Finding, Health, LevelChange, Levels, Program, Reason, Ring, RuntimeTasks, Tally,
};
pub use task::{
    Budget, Commanded, Counts, FailureText, Members, PlaceText, Progress, Run, Schedule, Service,
    ServiceStats, Task,
};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// An answer: who answers, and what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// The version of the protocol.
    pub v: u32,
    /// Who answers.
    pub program: Program,
    /// What was asked for.
    pub data: T,
    /// Where the next page begins: to be handed back as `after`, or as `cursor` for records of the
    /// log. Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An answer that says why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The version of the protocol.
    pub v: u32,
    /// What went wrong.
    pub error: Failure,
}
