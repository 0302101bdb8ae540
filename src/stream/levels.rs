//! What passes: one relaxed load for most, the directives for the rest.

use crate::record::{Level, LevelFilter};
use crate::sync::plain::{AtomicU8, AtomicU32, Ordering};

use parking_lot::RwLock;

use super::filter::Directives;

/// The levels of all targets, changeable while records are written.
#[derive(Debug)]
pub(super) struct Levels {
    /// Upper bound over all targets.
    max: AtomicU8,
    /// Counts changes, so that a remembered [`Verdict`] can be told from a stale one.
    generation: AtomicU32,
    /// `None`: everything up to `max` passes.
    directives: RwLock<Option<Directives>>,
}

/// A call site's remembered level: what passes there, and as of which change.
#[derive(Debug)]
pub(super) struct Verdict(AtomicU32);

impl Verdict {
    /// Nothing remembered yet: generations start with 1.
    pub(super) const fn none() -> Self {
        Self(AtomicU32::new(0))
    }
}

impl Levels {
    pub(super) const fn all() -> Self {
        Self {
            max: AtomicU8::new(LevelFilter::Trace as u8),
            generation: AtomicU32::new(1),
            directives: RwLock::new(Some(Directives::at(LevelFilter::Trace))),
        }
    }

    /// The most verbose level that passes anywhere.
    #[inline]
    pub(super) fn max(&self) -> LevelFilter {
        // Relaxed: a level is a wish, nothing is published with it.
        LevelFilter::from_u8(self.max.load(Ordering::Relaxed))
    }

    /// Whether a record of this level and target passes.
    pub(super) fn allows(&self, level: Level, target: &str) -> bool {
        level <= self.max() && self.look_up(target).is_none_or(|passes| level <= passes)
    }

    /// The same for a call site, whose answer is remembered.
    #[inline]
    pub(super) fn allows_site(&self, level: Level, target: &str, verdict: &Verdict) -> bool {
        let generation = self.generation.load(Ordering::Relaxed) & 0xff_ffff;
        let known = verdict.0.load(Ordering::Relaxed);
        if known >> 8 == generation {
            return level <= LevelFilter::from_u8(known as u8);
        }
        self.allows_slowly(level, target, verdict, generation)
    }

    #[cold]
    fn allows_slowly(
        &self,
        level: Level,
        target: &str,
        verdict: &Verdict,
        generation: u32,
    ) -> bool {
        let Some(passes) = self.look_up(target) else { return level <= self.max() };
        verdict.0.store(generation << 8 | passes as u32, Ordering::Relaxed);
        level <= passes
    }

    /// What passes for `target`; `None` while the directives are being changed. That includes the
    /// case of a signal handler that interrupted the change and must not wait for it.
    fn look_up(&self, target: &str) -> Option<LevelFilter> {
        let directives = self.directives.try_read()?;
        Some(directives.as_ref().map_or(self.max(), |directives| directives.level_for(target)))
    }

    /// Replaces the directives; `false` if that changed nothing.
    pub(super) fn replace(&self, directives: Directives) -> bool {
        let mut guard = self.directives.write();
        if guard.as_ref() == Some(&directives) {
            return false;
        }
        self.max.store(directives.max_level() as u8, Ordering::Relaxed);
        *guard = Some(directives);
        // Within the lock, so that no verdict of the new generation holds an old level.
        self.generation.fetch_add(1, Ordering::Relaxed);
        true
    }
}
