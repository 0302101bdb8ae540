//! What passes: one relaxed load for most, the directives for the rest.

#[cfg(test)]
mod tests;

use crate::record::{Level, LevelFilter};
use crate::sync::plain::{AtomicU8, AtomicU32, Ordering};

use parking_lot::RwLock;

use super::filter::Directives;

/// The levels of all targets, changeable while records are written.
#[derive(Debug)]
pub(super) struct Levels {
    /// Upper bound over all targets.
    max: AtomicU8,
    /// Counts changes, so that a remembered [`Verdict`] can be told from a stale one. Its lowest bit
    /// says which of the two lists holds.
    generation: AtomicU32,
    /// The list that holds, and the one that the next change is written to: who asks never has to
    /// wait for one who changes, not even in a signal handler that interrupted the change.
    directives: [RwLock<Directives>; 2],
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
            directives: [const { RwLock::new(Directives::at(LevelFilter::Trace)) }; 2],
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
        level <= self.max() && level <= self.look_up(target).0
    }

    /// The same for a call site, whose answer is remembered.
    #[inline]
    pub(super) fn allows_site(&self, level: Level, target: &str, verdict: &Verdict) -> bool {
        let generation = self.generation.load(Ordering::Relaxed) & 0xff_ffff;
        let known = verdict.0.load(Ordering::Relaxed);
        if known >> 8 == generation {
            return level <= LevelFilter::from_u8(known as u8);
        }
        self.allows_slowly(level, target, verdict)
    }

    #[cold]
    fn allows_slowly(&self, level: Level, target: &str, verdict: &Verdict) -> bool {
        let (passes, generation) = self.look_up(target);
        verdict.0.store(generation << 8 | passes as u32, Ordering::Relaxed);
        level <= passes
    }

    /// What passes for `target`, and as of which change at least.
    fn look_up(&self, target: &str) -> (LevelFilter, u32) {
        loop {
            // Acquire: pairs with the release in `replace`, so that the list is the one of this
            // generation or a later one.
            let generation = self.generation.load(Ordering::Acquire);
            // The list is being written to only if another one holds by now.
            if let Some(directives) = self.directives[generation as usize & 1].try_read() {
                return (directives.level_for(target), generation);
            }
        }
    }

    /// Replaces the directives; `false` if that changed nothing. One at a time: whoever calls this
    /// holds the lock of the stream's changes.
    pub(super) fn replace(&self, directives: Directives) -> bool {
        let generation = self.generation.load(Ordering::Relaxed);
        if *self.directives[generation as usize & 1].read() == directives {
            return false;
        }
        let next = generation.wrapping_add(1);
        self.max.store(directives.max_level() as u8, Ordering::Relaxed);
        *self.directives[next as usize & 1].write() = directives;
        // Release: pairs with the acquire in `look_up`, which then finds this list.
        self.generation.store(next, Ordering::Release);
        true
    }
}
