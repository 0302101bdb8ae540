//! Files that rotate.

mod complete;
mod endure;
mod fake;
mod keep;
mod names;
#[cfg(feature = "gzip")]
mod pack;
mod python;
mod rotate;
mod schedule;
mod scratch;
mod spread;
mod times;
