#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]

#[cfg(any(test, feature = "std"))]
extern crate std;

mod sync;

pub mod clock;
pub mod pattern;

pub mod record;
pub mod ring;
pub mod context;

pub mod stream;
pub mod supervise;
