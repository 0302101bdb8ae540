//! Who owns a ring's memory.

use super::region::Region;
use super::word::Word;

#[cfg(feature = "std")]
mod heap;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod inline;

#[cfg(feature = "std")]
pub use heap::Heap;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub use inline::Inline;

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

    /// Its region.
    fn region(&self) -> Region<'_, Self::Word>;
}
