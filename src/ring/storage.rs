//! Who owns a ring's memory.

use core::ops::{Deref, DerefMut};

use super::region::Region;
use super::word::Word;

#[cfg(feature = "std")]
mod heap;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod inline;
#[cfg(feature = "std")]
#[cfg_attr(any(not(unix), ringvisor_loom, ringvisor_shuttle), path = "storage/mapped/absent.rs")]
mod mapped;

#[cfg(feature = "std")]
pub use heap::Heap;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub use inline::Inline;
#[cfg(feature = "std")]
pub use mapped::Mapping;
#[cfg(all(feature = "std", unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use mapped::{nameless_file, seal_size, try_lock};

/// The word this machine handles best: `u64` where it has 64-bit atomics, `u32` elsewhere.
#[cfg(target_has_atomic = "64")]
pub type Native = u64;
/// The word this machine handles best: `u64` where it has 64-bit atomics, `u32` elsewhere.
#[cfg(not(target_has_atomic = "64"))]
pub type Native = u32;

/// The owner of a region.
pub trait Storage: Send + Sync + 'static {
    /// The word its region is made of.
    type Word: Word;

    /// How a value that contains the storage is held: shared on the heap, or in place.
    type Held<T: Send + Sync + 'static>: Deref<Target = T> + Send + Sync;
    /// One value for each shard.
    type PerShard<T>: DerefMut<Target = [T]> + FromIterator<T>;

    /// Its region.
    fn region(&self) -> Region<'_, Self::Word>;
}

/// A value held in place.
#[derive(Debug, Default)]
pub struct InPlace<T>(pub T);

impl<T> Deref for InPlace<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}
