//! Tasks that are started, watched, restarted and stopped.
//!
//! What is decided here is decided by pure code: no clock is read, nothing is spawned and nothing
//! allocated. Times are nanoseconds of one monotonic clock and are handed in.

mod backoff;
mod budget;
mod core;
mod outcome;
mod policy;

#[cfg(feature = "std")]
pub use self::core::Heap;
pub use self::core::{
    Action, AddError, Command, Core, Event, GroupSpec, Hold, Inline, MAX_DEPTH, Order, Refused,
    Resolution, Run, Shutdown, Slot, State, Store, Strategy, TaskSpec, Ticket, View, Wanted,
};
pub use backoff::{Backoff, Jitter};
pub use budget::{Budget, Spent};
pub use outcome::{End, Outcome, Why};
pub use policy::{Class, Ended, Exhausted, Policy, Verdict, When};
