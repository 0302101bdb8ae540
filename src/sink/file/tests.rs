//! Files that rotate.

mod endure;
mod keep;
mod names;
mod rotate;
mod schedule;
mod scratch;
