//! What the core tells the shell to do.

use super::event::{Run, Ticket};
use super::state::State;
use crate::record::TaskId;
use crate::supervise::Outcome;

/// One thing to do, in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start this run.
    Spawn {
        /// Which run; its number tells it from all others of the task.
        run: Run,
        /// How many restarts of the policy came before it since the last reset.
        attempt: u32,
    },
    /// Ask this run to stop.
    Cancel(Run),
    /// Abort this run.
    Abort(Run),
    /// This run is over. Told once for each run that was spawned.
    Finished {
        /// Which run.
        run: Run,
        /// How it ended.
        outcome: Outcome,
    },
    /// A task or group has a new state. Whoever carries this out later than other things happen
    /// must not ask the core what it was about: it is all here.
    Changed {
        /// Which one.
        task: TaskId,
        /// The state it has now.
        state: State,
        /// Number of its newest run then; 0 before the first one, and for groups.
        run: u32,
        /// Restarts of its policy since its delay was reset.
        attempt: u32,
        /// How long it waits for its next start, in nanoseconds; 0 unless in [`State::Backoff`].
        delay: u64,
    },
    /// A command is answered.
    Resolved {
        /// Which command.
        ticket: Ticket,
        /// The answer.
        resolution: Resolution,
        /// The state in which it left the task or group.
        state: State,
    },
    /// A task or group is forgotten: its name is free, its id means nothing any more.
    Freed(TaskId),
    /// The shutdown is over. What is alive still is detached.
    Closed,
}

/// The answer to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// The task or group has come to rest after it; the state tells where.
    Done,
    /// A later command wanted something else.
    Superseded,
    /// The shutdown came first.
    Closed,
}
