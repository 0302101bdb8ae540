#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "std")]
extern crate std;

pub mod pattern;
pub mod record;
#[cfg(feature = "std")]
pub mod stream {
    //! The log as a stream of records.
    pub mod filter;
}
