//! Tasks that are started, watched, restarted and stopped.
//!
//! What is decided here is decided by pure code: no clock is read, nothing is spawned and nothing
//! allocated. Times are nanoseconds of one monotonic clock and are handed in.

mod backoff;
mod budget;
mod outcome;
mod policy;

pub use backoff::{Backoff, Jitter};
pub use budget::{Budget, Spent};
pub use outcome::{End, Outcome, Why};
pub use policy::{Class, Ended, Exhausted, Policy, Verdict, When};
