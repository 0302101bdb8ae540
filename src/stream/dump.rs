//! The log of a board, read out of a dump of the board's memory.

use core::fmt;
use core::num::NonZero;
use std::sync::Arc;

use crate::clock::Clock;
use crate::record::{NoNames, decode};
use crate::ring::{Heap, Salvaged, Storage, find_in_dump};

use super::RingStream;
use super::core::Core;
use super::name::Name;

/// In a dump lies no ring that a board has made its logger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRing;

impl fmt::Display for NoRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "there is no ring in the dump; dump the memory that holds the ring's `static`, from \
             an address that 4 divides",
        )
    }
}

impl core::error::Error for NoRing {}

impl RingStream<Heap<u32>> {
    /// The log of a board in `dump`, a copy of the board's memory or of a piece of it, as a debug
    /// probe takes it; the ring is found wherever it lies. It is called `name`; the second value says
    /// what became of its records.
    ///
    /// Nothing in the dump is trusted, and what was being written while it was taken is told as
    /// lost. A task is called after its number: the names are in the board's program.
    ///
    /// # Errors
    ///
    /// If no ring is found. A board's ring can be, as soon as its stream was
    /// installed or recovered.
    pub fn from_dump(name: &str, dump: &[u8]) -> Result<(Self, Salvaged), NoRing> {
        let found = find_in_dump(dump).ok_or(NoRing)?;
        let salvaged = found.heap.region().salvage(|_, bytes| decode(bytes, &NoNames).is_ok());
        // No time passes in a dump; what is not known of its clock shows as seconds.
        let clock = Clock::from_fn(|| 0, NonZero::new(found.rate).unwrap_or(NonZero::<u64>::MIN));
        let mut core = Core::new(found.heap, clock);
        core.name = Name::new(name);
        Ok((Self { core: Arc::new(core) }, salvaged))
    }
}
