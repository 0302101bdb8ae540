//! A program that is not asked: what is known of it, as of its last sign of life.

use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::sync::LazyLock;
use std::vec::Vec;

use crate::clock::Clock;
use crate::record::Time;
use crate::supervise::status::{Ending, Snapshot};
use crate::supervise::{PAGE, Select, SelectError};

/// What is known of it.
#[cfg_attr(not(target_has_atomic = "64"), allow(dead_code, reason = "nothing keeps it there"))]
pub(super) struct Past {
    pub(super) pid: u32,
    /// Its last sign of life.
    pub(super) last: Time,
    /// How it ended, in words.
    pub(super) end: String,
    /// Whether that was an end in order, or none yet.
    pub(super) is_well: bool,
    /// What its log was kept in and how much of it is there, in words.
    pub(super) kept: String,
    /// Found out once somebody asks: all records have to be looked at for them.
    pub(super) tasks: LazyLock<Remembered, Box<dyn FnOnce() -> Remembered + Send>>,
}

/// What is known of its tasks.
#[derive(Default)]
pub(super) struct Remembered {
    /// By name.
    pub(super) states: Vec<Snapshot>,
    /// Those whose states are not known, in a few words each.
    pub(super) heard: Vec<String>,
}

impl Past {
    /// The time now, on its clocks.
    pub(super) fn now(&self) -> Time {
        let wall_ns = Clock::system().sample().wall_ns.max(self.last.wall_ns);
        let since = Duration::from_nanos(wall_ns.abs_diff(self.last.wall_ns));
        let since = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        Time { wall_ns, mono_ns: self.last.mono_ns.saturating_add(since) }
    }

    /// How it ended, for people.
    pub(super) fn ending(&self, now: Time) -> Ending<'_> {
        let Self { last, end, is_well, kept, .. } = self;
        Ending { end, is_well: *is_well, last: *last, now, kept }
    }

    pub(super) fn page(
        &self,
        select: &Select,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Snapshot>, SelectError> {
        let selected = select.among(&self.tasks.states)?.into_iter();
        let behind = selected.filter(|task| after.is_none_or(|after| *task.name > *after));
        Ok(behind.take(most.min(PAGE)).cloned().collect())
    }
}
