//! The only file that names an atomics implementation.
//!
//! The ring's protocol words come from here, so that the same code runs on the real atomics, under
//! loom (`--cfg ringvisor_loom`: every interleaving the memory model allows, small cases) and under
//! shuttle (`--cfg ringvisor_shuttle`: random schedules, larger cases). Cores without
//! compare-and-exchange (Cortex-M0) get theirs from `portable_atomic`, which loads and stores
//! natively and does the rest with interrupts masked for a few instructions.

pub(crate) use core::sync::atomic::Ordering;

#[cfg(all(target_has_atomic = "64", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use core::sync::atomic::AtomicU64;
#[cfg(all(target_has_atomic = "ptr", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub(crate) use core::sync::atomic::{AtomicU32, fence};
#[cfg(not(target_has_atomic = "ptr"))]
pub(crate) use portable_atomic::{AtomicU32, fence};

#[cfg(ringvisor_loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, fence};

#[cfg(ringvisor_shuttle)]
pub(crate) use shuttle::sync::atomic::{AtomicU32, AtomicU64, fence};

/// The model checker, for the tests that describe models.
#[cfg(all(test, ringvisor_loom))]
pub(crate) use loom as checker;
/// The model checker, for the tests that describe models.
#[cfg(all(test, ringvisor_shuttle))]
pub(crate) use shuttle as checker;

/// Stores into a cell whose present value another thread may exchange at the same moment.
#[cfg(not(ringvisor_loom))]
macro_rules! store_over {
    ($cell:expr, $value:expr, $order:expr) => {
        $cell.store($value, $order)
    };
}

/// Stores into a cell whose present value another thread may exchange at the same moment.
///
/// An exchange comes immediately after the store that it read, so a store that comes after the same
/// one comes after the exchange too. loom keeps the order of stores as a partial one and misses
/// that; a swap tells it.
#[cfg(ringvisor_loom)]
macro_rules! store_over {
    ($cell:expr, $value:expr, $order:expr) => {
        _ = $cell.swap($value, $order)
    };
}

pub(crate) use store_over;

/// Counters and flags that take no part in a protocol: always the real atomics, so that they can
/// stand in statics and cost the model checkers nothing.
pub(crate) mod plain {
    #[cfg(target_has_atomic = "ptr")]
    #[allow(unused_imports, reason = "which of them are used depends on the features")]
    pub(crate) use core::sync::atomic::{
        AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicUsize, Ordering,
    };
    #[cfg(not(target_has_atomic = "ptr"))]
    #[allow(unused_imports, reason = "as above")]
    pub(crate) use portable_atomic::{
        AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicUsize, Ordering,
    };

    #[cfg(target_has_atomic = "64")]
    #[allow(unused_imports, reason = "as above")]
    pub(crate) use core::sync::atomic::AtomicU64;
}
