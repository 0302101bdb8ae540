//! What is to be seen of tasks, and how it is written.
//!
//! A [`Snapshot`] is plain data about one task or group at one moment. Whoever supervises fills it;
//! everything here only reads it. No clock is read: the moment of a rendering is handed in.

mod run;
mod snapshot;

pub use run::{ErrorText, Failure, PanicText, Place, RunCounts, RunRecord};
pub use snapshot::{
    Args, Busy, Health, Kind, Members, Progress, Schedule, Service, Snapshot, Stats,
};
