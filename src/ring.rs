//! The byte ring: lock-free, preallocated, overwriting, with exact loss counts.
//!
//! Any number of writers (threads, signal handlers, interrupts) and any number of readers share a
//! fixed piece of memory. A writer never waits, not even for another writer that was stopped in the
//! middle of a record; a reader never slows a writer; a torn record is impossible; and each reader
//! knows exactly how many records it missed.
//!
//! # How it works
//! A [`Shard`] is cut into blocks. The head counts blocks: block sequence `s` lies at `s mod N` and
//! is in lap `s / N`. A block has one control word (lap, state, count, offset), the number of the
//! records before it (`base`), a slot for each record and the records' words.
//!
//! * **Reserve**: one compare-and-exchange on the control word takes the next slot and words.
//! * **Copy**: the record's words are stored; nobody else owns them.
//! * **Commit**: one store of the slot: which lap, where, how long. Only a commit writes to slots,
//!   so a record's bytes can never be taken for a frame.
//! * **Next block**: a writer that finds no room closes the block, moves the head, and opens the
//!   next one for the new lap; whoever comes by helps. A block with an uncommitted slot is *pinned*:
//!   passed over, in this lap and in each later one, until its writer has committed.
//! * **Read**: the slot must carry the lap's tag; the words are copied; then the head must not have
//!   come round. Because the head moves before a block is opened again, that check misses nothing.
//!
//! The orderings and their partners are listed in `ring/barrier.rs`. The ideas come from
//! BBQ (Wang et al., USENIX ATC 2022: blocks, versions) and Linux's
//! `kernel/printk/printk_ringbuffer.c` (descriptors, exact loss); passing over pinned blocks is
//! what neither has.
//!
//! A [`Region`] holds one or more shards and a table of strings. A thread writes to one shard; two
//! threads on two shards do not slow each other (on one shard they do: 15-fold).

mod backward;
mod barrier;
mod block;
mod control;
mod copy;
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
mod dump;
mod fetch;
mod geometry;
mod interner;
mod open;
mod reader;
#[cfg(feature = "cortex-m")]
mod recover;
mod region;
#[cfg(feature = "std")]
mod salvage;
mod shard;
mod storage;
mod word;

#[cfg(all(test, feature = "std"))]
mod tests;

pub use backward::Backward;
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use dump::find as find_in_dump;
pub use geometry::{BLOCKS_MIN, Geometry, GeometryError};
pub use interner::Interner;
pub use reader::{Armed, Read, Reader};
#[cfg(feature = "cortex-m")]
pub use recover::Recovered;
pub use region::{Layout, Region};
#[cfg(feature = "std")]
pub use salvage::Salvaged;
pub use shard::{Reservation, ReserveError, Shard, Wake};
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub use storage::Inline;
#[cfg(feature = "std")]
pub use storage::{Heap, Mapping};
pub use storage::{InPlace, Native, Storage};
#[cfg(all(feature = "std", unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use storage::{nameless_file, seal_size, try_lock};
pub use word::{Slot, Word};
