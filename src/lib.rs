#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(
    not(all(feature = "log", feature = "tracing")),
    allow(dead_code, reason = "with fewer fronts there is less use for what they share")
)]

#[cfg(any(test, feature = "std"))]
extern crate std;

#[cfg(all(feature = "cortex-m", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub mod board;
mod sync;

pub mod clock;
pub mod pattern;

pub mod context;
pub mod record;
pub mod ring;

// The models end at the ring: what stands on it needs a ring in a `static`, and a checker's atomics
// cannot stand in one.
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub mod stream;
pub mod supervise;

#[cfg(all(
    feature = "std",
    unix,
    target_has_atomic = "64",
    not(any(ringvisor_loom, ringvisor_shuttle))
))]
pub mod black_box;
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
mod builder;
#[cfg(all(feature = "control", unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
pub mod control;
#[cfg(all(feature = "control", unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
pub mod ctl;
#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub mod sink;

#[cfg(all(feature = "std", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use builder::{Builder, InitError, Ringvisor, builder, init, stream, test, try_init};
#[cfg(all(
    feature = "std",
    unix,
    target_has_atomic = "64",
    not(any(ringvisor_loom, ringvisor_shuttle))
))]
pub use builder::{CompleteError, complete};
#[cfg(all(feature = "config", unix, not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use builder::{ConfigError, ConfigPlace, ConfigReason};
#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use builder::{Status, spawn, status, supervisor};
#[cfg(not(any(ringvisor_loom, ringvisor_shuttle)))]
pub use stream::RingStream;
#[cfg(all(feature = "tokio", not(any(ringvisor_loom, ringvisor_shuttle))))]
pub use supervise::Supervisor;
