//! Makes hold what was decided: for the filter, for the hints of the facades, and for the record.

use core::time::Duration;

use parking_lot::Mutex;

use crate::record::LevelFilter;
use crate::ring::Storage;
use crate::stream::core::Core;
use crate::stream::filter::{DirectiveError, Directives};
use crate::stream::hints;
use crate::sync::plain::{AtomicBool, Ordering};

use super::LimitedLevelError;
use super::audit::{Cause, Event};
use super::changes::{Change, Changes};

/// The changes of one stream's levels.
#[derive(Debug)]
pub(in crate::stream) struct Verbosity {
    /// Whoever changes a level holds this until the change holds everywhere, so that records of
    /// changes stand in the order of the changes. No foreign code runs meanwhile.
    changes: Mutex<Changes>,
    is_logger: AtomicBool,
}

impl Verbosity {
    pub(in crate::stream) const fn new() -> Self {
        Self { changes: Mutex::new(Changes::new()), is_logger: AtomicBool::new(false) }
    }

    pub(super) fn mark_installed_as_logger(&self) {
        self.is_logger.store(true, Ordering::Relaxed);
    }
}

impl<S: Storage> Core<S> {
    /// Sets the levels of a stream that nobody has seen yet, so nobody is told.
    pub(in crate::stream) fn configure_levels(&self, levels: Directives) {
        let mut changes = self.state.verbosity.changes.lock();
        changes.configure(levels);
        self.settle(&changes);
    }

    /// Changes the levels, after those changes are ended whose time is over.
    pub(super) fn change_levels<T>(&self, change: impl FnOnce(&mut Changes) -> T) -> T {
        let mut changes = self.state.verbosity.changes.lock();
        self.end_due(&mut changes);
        let result = change(&mut changes);
        let changed = self.settle(&changes);
        drop(changes);
        if changed {
            hints::tell_tracing();
        }
        result
    }

    pub(super) fn add_change(&self, change: Change, cause: Cause) -> Result<(), DirectiveError> {
        self.change_levels(|changes| {
            let target = change.target.clone();
            let from = changes.directives().level_for(&target);
            changes.add(change)?;
            let to = changes.directives().level_for(&target);
            self.audit_level(&Event { target: &target, from, to, cause });
            Ok(())
        })
    }

    pub(super) fn add_limited(
        &self,
        target: &str,
        level: LevelFilter,
        limit: Duration,
    ) -> Result<(), LimitedLevelError> {
        let limit_ns = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        let until = Some(self.clock.sample().mono_ns.saturating_add(limit_ns));
        let change = Change { target: target.into(), level, until };
        self.add_change(change, Cause::SetFor(limit))?;
        self.state.bell.look_at_timer();
        Ok(())
    }

    /// Sees to it that `end` is called when a change ends.
    pub(super) fn start_timer(
        &self,
        end: impl Fn() -> Option<Duration> + Send + Sync + 'static,
    ) -> Result<(), LimitedLevelError> {
        if self.state.bell.set_timer(end) { Ok(()) } else { Err(LimitedLevelError::NoThread) }
    }

    /// Ends the changes whose time is over, and says how long until the next one ends.
    pub(super) fn end_changes(&self) -> Option<Duration> {
        let mut changes = self.state.verbosity.changes.lock();
        let next = self.end_due(&mut changes);
        let changed = self.settle(&changes);
        drop(changes);
        if changed {
            hints::tell_tracing();
        }
        next
    }

    fn end_due(&self, changes: &mut Changes) -> Option<Duration> {
        // The clock is not read while no change has an end.
        changes.next_end()?;
        let now = self.clock.sample().mono_ns;
        while let Some(Change { target, level: from, .. }) = changes.end_one(now) {
            let to = changes.directives().level_for(&target);
            self.audit_level(&Event { target: &target, from, to, cause: Cause::Ended });
        }
        changes.next_end().map(|end| Duration::from_nanos(end - now))
    }

    /// Makes the levels hold; `false` if they did already.
    fn settle(&self, changes: &Changes) -> bool {
        let changed = self.state.levels.replace(changes.directives());
        if changed && self.state.verbosity.is_logger.load(Ordering::Relaxed) {
            hints::tell_log(self.state.max());
        }
        changed
    }
}
