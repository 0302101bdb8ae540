#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(
    not(all(feature = "log", feature = "tracing")),
    allow(dead_code, reason = "with fewer fronts there is less use for what they share")
)]

#[cfg(any(test, feature = "std"))]
extern crate std;

mod sync;

pub mod clock;
pub mod pattern;

pub mod context;
pub mod record;
pub mod ring;

pub mod stream;

#[cfg(feature = "std")]
mod builder;
#[cfg(feature = "std")]
pub mod sink;

#[cfg(feature = "std")]
pub use builder::{Builder, InitError, Ringvisor, builder, init, stream, test, try_init};
pub use stream::RingStream;
