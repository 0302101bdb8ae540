//! Which changes of levels hold and until when, decided without a clock, a lock or a thread.
//!
//! The levels are the configured ones with all changes that still hold laid over them, in the order
//! they were made. Nothing is saved to be put back: when a change ends, the levels are what they
//! would be had it not been made.

use std::boxed::Box;
use std::vec::Vec;

use crate::record::LevelFilter;
use crate::stream::filter::{DirectiveError, Directives};

/// The configured levels and what was changed since.
#[derive(Clone, Debug)]
pub(in crate::stream) struct Changes {
    /// The last list that was set as a whole.
    configured: Directives,
    /// In the order they were made. Of one target, a permanent one comes first, and each later one
    /// ends before the one under it: what a change covers for all its time is dropped.
    changes: Vec<Change>,
}

/// A level that one target was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Empty for the default level.
    pub(super) target: Box<str>,
    pub(super) level: LevelFilter,
    /// Monotonic nanoseconds at which it ends; `None`: never.
    pub(super) until: Option<u64>,
}

impl Changes {
    pub(in crate::stream) const fn new() -> Self {
        Self { configured: Directives::at(LevelFilter::Trace), changes: Vec::new() }
    }

    /// The levels with all changes laid over them.
    pub(super) fn directives(&self) -> Directives {
        let mut directives = self.configured.clone();
        for change in &self.changes {
            // Its target was accepted when it was added.
            let _ = lay(change, &mut directives);
        }
        directives
    }

    /// Replaces the configured levels and ends all changes.
    pub(super) fn configure(&mut self, directives: Directives) {
        self.changes.clear();
        self.configured = directives;
    }

    /// Adds a change. One without an end also ends all earlier changes of its target.
    pub(super) fn add(&mut self, change: Change) -> Result<(), DirectiveError> {
        lay(&change, &mut Directives::at(LevelFilter::Off))?;
        let outlived = |old: &Change| match (old.until, change.until) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(old), Some(new)) => old <= new,
        };
        self.changes.retain(|old| old.target != change.target || !outlived(old));
        self.changes.push(change);
        Ok(())
    }

    /// Ends all changes of `target`.
    pub(super) fn reset(&mut self, target: &str) {
        self.changes.retain(|change| *change.target != *target);
    }

    /// Takes out a change that has ended by `now`, the earliest first.
    pub(super) fn end_one(&mut self, now: u64) -> Option<Change> {
        let ends = self.changes.iter().enumerate().filter_map(|(i, it)| Some((it.until?, i)));
        let (until, index) = ends.min()?;
        (until <= now).then(|| self.changes.remove(index))
    }

    /// When the next change ends, in monotonic nanoseconds.
    pub(super) fn next_end(&self) -> Option<u64> {
        self.changes.iter().filter_map(|change| change.until).min()
    }
}

fn lay(change: &Change, directives: &mut Directives) -> Result<(), DirectiveError> {
    if change.target.is_empty() {
        directives.set_default(change.level);
        return Ok(());
    }
    directives.set(&change.target, change.level)
}
