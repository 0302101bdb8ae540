//! What is to be seen of tasks, and how it is written.
//!
//! A [`Snapshot`] is plain data about one task or group at one moment. Whoever supervises fills it;
//! everything here only reads it. No clock is read: the moment of a rendering is handed in.
//!
//! A [`Screen`] writes for people, as they come, so that a million tasks need no more memory than
//! one; [`Json`] writes for programs.
//!
//! ```
//! use ringvisor::record::{TaskId, Time, Zone};
//! use ringvisor::supervise::State;
//! use ringvisor::supervise::status::{Look, Screen, Snapshot};
//!
//! const S: u64 = 1_000_000_000;
//! let at = |second: u64| Time { wall_ns: (1_420_111_631 + second as i64) * S as i64, mono_ns: second * S };
//! let mut blink = Snapshot::new(TaskId(7), "blink");
//! blink.state = State::Running;
//! blink.since = at(0);
//!
//! let mut text = String::new();
//! let look = Look::at(at(38)).zone(Zone::Utc);
//! Screen::new(look, &mut text).line(&blink)?;
//! assert_eq!(text, "● blink: status: running since 2015-01-01 11:27:11; 38 s ago\n");
//! # Ok::<(), core::fmt::Error>(())
//! ```

mod args;
mod condition;
mod debug;
mod detail;
#[cfg(feature = "control")]
mod ending;
mod json;
mod line;
mod look;
mod overview;
mod pen;
mod policy;
mod rough;
mod run;
mod runs;
mod schedule;
mod screen;
mod snapshot;
mod table;
mod width;

pub use condition::{Condition, Tally};
#[cfg(feature = "control")]
pub(crate) use ending::Ending;
pub use json::Json;
pub use look::Look;
pub use overview::{Header, Runtime, Twig};
pub use policy::PolicyText;
pub use rough::Rough;
pub use run::{ErrorText, Failure, PanicText, Place, RunCounts, RunRecord};
pub use screen::Screen;
pub use snapshot::{
    Args, Busy, Health, Kind, Members, Progress, Schedule, Service, Snapshot, Stats,
};
pub use table::SortKey;

#[cfg(test)]
mod tests;
