//! Tasks that are started, watched, restarted and stopped.
//!
//! On tokio (feature `tokio`) a [`Supervisor`] knows tasks by name. Its parts, in the order in which a
//! program meets them:
//!
//! | type | what it is |
//! |---|---|
//! | [`Supervisor`] | adds tasks, selects them by name, glob, group, tag or state, commands and shows them |
//! | [`TaskBuilder`] | describes a task that can be started again: its policy, limits, callbacks |
//! | [`Ctx`] | what each run is handed: it hears there that it is to stop, and says how far it is |
//! | [`TaskHandle`] | one task, for whoever started it; awaiting it yields its value |
//! | [`Group`] | tasks that start, stop and fail together |
//! | [`Select`] | which tasks an operation is about |
//! | [`Policy`] | whether, when and how often a task is started again |
//! | [`TaskEvent`], [`RunReport`] | what happens, told to subscribers and to callbacks |
//!
//! On boards (feature `cortex-m`) there is `embassy`, and [`Solo`] for one task by itself.
//!
//! # Below
//!
//! What is decided is decided by pure code: no clock is read, nothing is spawned and nothing
//! allocated. Times are nanoseconds of one monotonic clock and are handed in. [`Policy`] says
//! whether and when a task is started again; [`Core`] knows all tasks and groups and says what is
//! to be done. What it says is done by a shell, one for each kind of runtime.
//!
//! ```text
//! command, event, time  →  Core  →  spawn, cancel, abort, answer  →  shell
//!          ↑                                                            │
//!          └──────────── what became of the runs ───────────────────────┘
//! ```
//!
//! A shell has to keep four promises:
//!
//! 1. It carries out actions in the order in which they come.
//! 2. It tells the end of each run that it was told to spawn, exactly once, and only when nothing
//!    of the run is left: [`Event::Ended`].
//! 3. It calls [`Core::tick`] when [`Core::next_wake`] says so; later is late, not wrong.
//! 4. It calls the core from one place at a time, and runs no code of the user's while it does.
#![cfg_attr(
    not(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle)))),
    allow(rustdoc::broken_intra_doc_links, reason = "the supervisor for tokio is a feature")
)]

#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
mod args;
mod backoff;
mod budget;
mod core;
#[cfg(all(feature = "cortex-m", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub mod embassy;
mod outcome;
mod policy;
#[cfg(any(
    all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))),
    all(test, ringvisor_loom)
))]
mod roster;
mod solo;
#[cfg(feature = "std")]
pub mod status;
#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
mod tokio;
#[cfg(all(
    feature = "trace",
    target_has_atomic = "64",
    not(any(ringvisor_loom, ringvisor_shuttle))
))]
pub mod trace;
#[cfg(any(
    all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))),
    all(test, ringvisor_loom)
))]
mod word;

#[cfg(feature = "std")]
pub use self::core::Heap;
pub use self::core::{
    Action, AddError, Command, Core, Event, GroupSpec, Hold, Inline, MAX_DEPTH, Order, Refused,
    Resolution, Run, Shutdown, Slot, State, Store, Strategy, TaskSpec, Ticket, View, Wanted,
};
#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use self::tokio::*;
#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use args::{Arg, ArgChange, ArgError, Settable, Setting};
pub use backoff::{Backoff, Jitter};
pub use budget::{Budget, Spent};
pub use outcome::{End, Outcome, Why};
pub use policy::{Class, Ended, Exhausted, Policy, Verdict, When};
pub use solo::Solo;
