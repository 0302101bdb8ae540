//! The log as a stream of records: write it through `log`, `tracing` or `write!`; read it like
//! `cat`, `grep` and `tail -F`.

mod backward;
#[cfg(feature = "std")]
mod bell;
#[cfg(feature = "cortex-m")]
mod board;
#[cfg(feature = "std")]
mod brake;
mod cat;
mod core;
mod cursor;
#[cfg_attr(all(feature = "cortex-m", not(feature = "std")), path = "stream/decoder/brief.rs")]
mod decoder;
#[cfg(feature = "std")]
mod dump;
#[cfg(feature = "std")]
pub mod filter;
#[cfg(feature = "std")]
mod follow;
#[cfg(feature = "std")]
mod format;
#[cfg(feature = "std")]
mod grep;
mod hints;
#[cfg(feature = "cortex-m")]
mod install;
#[cfg_attr(not(feature = "std"), path = "stream/join/absent.rs")]
mod join;
#[cfg(feature = "std")]
mod kept;
#[cfg(feature = "std")]
mod levels;
#[cfg(feature = "log")]
mod log;
mod merge;
mod name;
mod names;
mod position;
#[cfg(feature = "std")]
mod program;
#[cfg(feature = "std")]
mod query;
#[cfg(feature = "std")]
mod sites;
#[cfg_attr(not(feature = "std"), path = "stream/state/absent.rs")]
mod state;
#[cfg(feature = "std")]
mod tasks;
// What a board writes is brief, which a record of many pieces is not.
#[cfg(any(feature = "std", not(feature = "cortex-m")))]
mod text;
#[cfg(feature = "std")]
mod thread;
#[cfg(feature = "tracing")]
mod tracing;
#[cfg_attr(not(feature = "std"), path = "stream/verbosity/absent.rs")]
mod verbosity;
#[cfg(feature = "std")]
mod writer;

mod fixed;
#[cfg(feature = "std")]
mod shared;

#[cfg(all(test, feature = "std", feature = "log"))]
mod tests;

use ::core::panic::{RefUnwindSafe, UnwindSafe};

use self::core::Core;
use crate::record::{Level, LevelFilter};
#[cfg(feature = "std")]
use crate::ring::Heap;
use crate::ring::{Storage, Word};

pub use backward::Backward;
#[cfg(feature = "std")]
pub(crate) use brake::Hold;
pub use cursor::{Cursor, Entry};
#[cfg(feature = "std")]
pub(crate) use decoder::Seen;
#[cfg(feature = "std")]
pub use dump::NoRing;
#[cfg(feature = "std")]
pub use filter::Directives;
#[cfg(feature = "std")]
pub use follow::Follow;
#[cfg(feature = "std")]
pub(crate) use follow::unparker;
#[cfg(feature = "std")]
pub use format::Format;
#[cfg(feature = "std")]
pub(crate) use format::Renderer;
#[cfg(feature = "std")]
pub(crate) use join::Joiner;
pub use position::{ParsePositionError, Position};
#[cfg(feature = "std")]
pub(crate) use program::program;
#[cfg(feature = "std")]
pub use query::{FollowLines, GrepError, Lines, Look, Query};
#[cfg(feature = "std")]
pub use shared::Config;
#[cfg(feature = "tracing")]
pub use tracing::Levelled;
#[cfg(feature = "std")]
pub use verbosity::LimitedLevelError;
#[cfg(feature = "std")]
pub use writer::Writer;

/// A fixed-size log in memory.
///
/// Writing never blocks, never allocates and never fails; when the memory is full, the oldest
/// records go. Reading never disturbs a writer, and each reader is told exactly how many records
/// it missed. With [`Heap`] storage a clone is another handle of the same log.
#[cfg(feature = "std")]
pub struct RingStream<S: Storage = Heap> {
    pub(crate) core: S::Held<Core<S>>,
}

/// A fixed-size log in memory.
///
/// Writing never blocks, never allocates and never fails; when the memory is full, the oldest
/// records go. Reading never disturbs a writer, and each reader is told exactly how many records
/// it missed.
#[cfg(not(feature = "std"))]
pub struct RingStream<S: Storage> {
    pub(crate) core: S::Held<Core<S>>,
}

/// What became of the records of a stream so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Records written, those that have been overwritten included.
    pub written: u64,
    /// Records refused because every block of their shard held a writer that had not finished.
    pub rejected: u64,
    /// Records that were cut because they were too long.
    pub truncated: u64,
    /// Call sites and names that did not fit into the string table and stand in each record.
    pub strings_refused: u64,
    /// Bytes of the ring.
    pub bytes: usize,
    /// How many of them lie in blocks that hold records, about.
    pub used: usize,
}

impl<S: Storage> RingStream<S> {
    /// The most verbose level that passes anywhere.
    #[inline]
    pub fn max_level(&self) -> LevelFilter {
        self.core.state.max()
    }

    /// Whether a record of this level and target would be written.
    pub fn allows(&self, level: Level, target: &str) -> bool {
        self.core.state.allows(level, target)
    }

    /// A reader that begins with the oldest record that is still there.
    pub fn cursor(&self) -> Cursor<'_, S> {
        Cursor::oldest(&self.core)
    }

    /// A reader that begins with the next record to be written.
    pub fn cursor_at_end(&self) -> Cursor<'_, S> {
        Cursor::newest(&self.core)
    }

    /// A reader that begins with the newest record and goes back to the oldest.
    pub fn newest_first(&self) -> Backward<'_, S> {
        Backward::newest(&self.core)
    }

    /// A reader that continues where another one was; `None` if that was in another stream.
    ///
    /// What is gone by now is told as [`Entry::Lost`].
    pub fn cursor_from(&self, position: &Position) -> Option<Cursor<'_, S>> {
        Cursor::at(&self.core, position)
    }

    /// What became of the records so far.
    pub fn stats(&self) -> Stats {
        let region = self.core.storage.region();
        let sum = |count: fn(&crate::ring::Shard<'_, S::Word>) -> u64| {
            region.shards().map(|shard| count(&shard)).sum()
        };
        Stats {
            written: sum(|shard| shard.written().as_u64()),
            rejected: sum(|shard| shard.rejected()),
            truncated: self.core.state.truncated(),
            strings_refused: self.core.strings().refused(),
            bytes: region.bytes(),
            used: used(region.bytes(), region.shards()),
        }
    }
}

/// How many of so many bytes hold records.
fn used<'a, W: crate::ring::Word>(
    bytes: usize,
    shards: impl Iterator<Item = crate::ring::Shard<'a, W>>,
) -> usize {
    let (mut used, mut all) = (0_u64, 0_u64);
    for shard in shards {
        let blocks = shard.blocks_len() as u64;
        let begun = shard.newest_block().saturating_add(1).min(blocks);
        used += if shard.written().as_u64() == 0 { 0 } else { begun };
        all += blocks;
    }
    (bytes as u64 * used / all.max(1)) as usize
}

#[cfg(feature = "std")]
impl<S: Storage> RingStream<S> {
    /// Waits for records that come from now on, as `tail -F`.
    pub fn follow(&self) -> Follow<'_, S> {
        Follow::new(self.cursor_at_end())
    }

    /// Delivers the records that are there and then waits for those that come, as
    /// `tail -n +1 -F`.
    pub fn follow_from_oldest(&self) -> Follow<'_, S> {
        Follow::new(self.cursor())
    }

    /// Delivers what another reader has not read and then waits for what comes; `None` if that one
    /// read another stream. What is gone by now is told as [`Entry::Lost`].
    pub fn follow_from(&self, position: &Position) -> Option<Follow<'_, S>> {
        self.cursor_from(position).map(Follow::new)
    }

    /// The clock that dates records.
    pub(crate) fn clock(&self) -> crate::clock::Clock {
        self.core.clock
    }

    /// The number that records of this thread bear.
    pub(crate) fn this_thread(&self) -> u16 {
        self.core.state.thread(&self.core)
    }
}

// The user's code, which may panic, runs before anything is reserved and under no lock; what it
// leaves half done is a record that nobody sees.
impl<S: Storage> UnwindSafe for RingStream<S> {}
impl<S: Storage> RefUnwindSafe for RingStream<S> {}

impl<S: Storage> ::core::fmt::Debug for RingStream<S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("RingStream").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
