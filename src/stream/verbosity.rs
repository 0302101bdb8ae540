//! Levels that change while the program runs.
//!
//! The levels are the configured ones, which [`RingStream::set_levels`] sets as a whole, and what
//! was changed for single targets since. Changes of different targets do not touch each other. Of
//! one target, the newest change that still holds decides, so limited changes may overlap and end
//! in any order: when one ends, the level is what it would be had that change not been made.

mod apply;
mod audit;
mod changes;
mod error;

#[cfg(test)]
mod tests;

use core::time::Duration;
use std::sync::Arc;

use crate::record::LevelFilter;
use crate::ring::{Heap, Inline, Storage, Word};

use super::RingStream;
use super::core::Core;
use super::filter::{DirectiveError, Directives};
use super::hints;
use audit::{Cause, Event};
use changes::Change;

pub(super) use apply::Verbosity;
pub use error::LimitedLevelError;

impl<S: Storage> RingStream<S> {
    /// The levels as they are now.
    ///
    /// A change whose time is over does not show, also where the thread that ends it has not come
    /// to it yet: this ends it. (A test that moves a [`Manual`](crate::clock::Manual) clock calls
    /// this, since nothing wakes that thread when such a clock is moved.)
    #[must_use]
    pub fn levels(&self) -> Directives {
        self.recognised().change_levels(|changes| changes.directives())
    }

    /// Replaces all levels, and ends all changes of single ones.
    ///
    /// Like every change of a level it takes effect with the next record of any thread, the
    /// verbosity that `log` and `tracing` assume is adapted (`log`'s where this stream is the
    /// installed logger), and a record of target `ringvisor::audit` tells of it, which no level
    /// keeps out.
    ///
    /// ```
    /// use ringvisor::record::{Level, LevelFilter};
    /// use ringvisor::stream::RingStream;
    ///
    /// let stream = RingStream::with_bytes(1 << 20)?;
    /// stream.set_levels("info,hyper=warn".parse()?);
    /// stream.set_level("orders", LevelFilter::Debug)?;
    /// assert!(stream.allows(Level::Debug, "orders::db"));
    ///
    /// stream.set_level("", LevelFilter::Error)?;
    /// assert_eq!(stream.levels().to_string(), "error,hyper=warn,orders=debug");
    ///
    /// stream.reset_level("");
    /// stream.reset_level("orders");
    /// assert_eq!(stream.levels().to_string(), "info,hyper=warn");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_levels(&self, levels: Directives) {
        let core = self.recognised();
        core.change_levels(|changes| {
            core.audit_levels(&changes.directives(), &levels);
            changes.configure(levels);
        });
    }

    /// Makes `level` the most verbose one that passes, whatever the target.
    pub fn set_max_level(&self, level: LevelFilter) {
        self.set_levels(Directives::at(level));
    }

    /// Sets the level of all targets that begin with `target` and with no longer name that has a
    /// level. All targets begin with the empty text, so its level is the default.
    ///
    /// Changes of `target` for a limited time end with this.
    ///
    /// # Errors
    /// No directive can name the target: see [`Directives::set`].
    pub fn set_level(&self, target: &str, level: LevelFilter) -> Result<(), DirectiveError> {
        let change = Change { target: target.into(), level, until: None };
        self.recognised().add_change(change, Cause::Set)
    }

    /// Gives `target` the level back that [`set_levels`](Self::set_levels) gave it, or none if that
    /// gave it none: all changes of exactly this target end.
    pub fn reset_level(&self, target: &str) {
        let core = self.recognised();
        core.change_levels(|changes| {
            let from = changes.directives().level_for(target);
            changes.reset(target);
            let to = changes.directives().level_for(target);
            core.audit_level(&Event { target, from, to, cause: Cause::Reset });
        });
    }

    /// Says that this stream is what `log` writes to, which cannot be seen from a handle other than
    /// the installed one.
    pub(crate) fn mark_installed_as_logger(&self) {
        self.core.state.verbosity.mark_installed_as_logger();
    }

    /// The core, after a look whether this very handle is the installed logger.
    fn recognised(&self) -> &Core<S> {
        if hints::is_logger(self) {
            self.mark_installed_as_logger();
        }
        &self.core
    }
}

impl<W: Word> RingStream<Heap<W>> {
    /// Sets the level of `target` as [`set_level`](Self::set_level) does, and takes that back after
    /// `limit`.
    ///
    /// The level is then what it would be had this change not been made: the level of an earlier
    /// change that still holds, else the configured one. A later `set_level`, `set_levels` or
    /// `reset_level` ends the change before its time.
    ///
    /// The time is that of the stream's clock. A thread of the stream, started when it is first
    /// needed, ends the change, up to a few milliseconds late.
    ///
    /// ```
    /// use core::time::Duration;
    /// use ringvisor::clock::{Clock, Manual};
    /// use ringvisor::record::LevelFilter;
    /// use ringvisor::stream::Config;
    ///
    /// static TIME: Manual = Manual::new();
    /// let stream = Config::new().clock(Clock::manual(&TIME)).build()?;
    /// stream.set_levels("info".parse()?);
    ///
    /// stream.set_level_for("orders", LevelFilter::Trace, Duration::from_secs(300))?;
    /// assert_eq!(stream.levels().to_string(), "info,orders=trace");
    /// TIME.advance(Duration::from_secs(300));
    /// assert_eq!(stream.levels().to_string(), "info");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No directive can name the target, or no thread could be started. The level is then as it
    /// was.
    pub fn set_level_for(
        &self,
        target: &str,
        level: LevelFilter,
        limit: Duration,
    ) -> Result<(), LimitedLevelError> {
        let core = Arc::downgrade(&self.core);
        self.core.start_timer(move || core.upgrade()?.end_changes())?;
        self.recognised().add_limited(target, level, limit)
    }
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize>
    RingStream<Inline<BLOCKS, WORDS, STRINGS>>
{
    /// Sets the level of `target` as [`set_level`](Self::set_level) does, and takes that back after
    /// `limit`; otherwise as for a stream on the heap.
    ///
    /// # Errors
    /// No directive can name the target, or no thread could be started. The level is then as it
    /// was.
    pub fn set_level_for(
        &'static self,
        target: &str,
        level: LevelFilter,
        limit: Duration,
    ) -> Result<(), LimitedLevelError> {
        self.core.start_timer(|| self.core.end_changes())?;
        self.recognised().add_limited(target, level, limit)
    }
}
