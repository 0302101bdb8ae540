//! One set of tests for both word layouts; models that need a checker are in `loom` and `shuttle`.

use super::{Geometry, Heap, Layout, Word};

#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod backward;
#[cfg(ringvisor_loom)]
mod loom;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod oracle;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod protocol;
#[cfg(all(feature = "cortex-m", not(any(ringvisor_loom, ringvisor_shuttle))))]
mod recover;
#[cfg(ringvisor_shuttle)]
mod shuttle;
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
mod table;
#[cfg(any(ringvisor_loom, ringvisor_shuttle))]
mod witness;

/// A ring of one shard with `blocks` blocks of `block` words and `slots` slots, smaller than any
/// that a user can make.
fn tiny<W: Word>(blocks: usize, block: usize, slots: usize) -> Heap<W> {
    let geometry = Geometry::with_slots::<W>(blocks.ilog2(), block, slots);
    Heap::with_layout(Layout::with::<W>(0, 0, geometry)).expect("a tiny ring")
}

/// Runs a generic test for both words.
macro_rules! for_both_words {
    ($($name:ident => $test:ident;)*) => {
        mod on_u32 { $(#[test] fn $name() { super::$test::<u32>(); })* }
        mod on_u64 { $(#[test] fn $name() { super::$test::<u64>(); })* }
    };
}
use for_both_words;
