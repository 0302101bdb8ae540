//! Stands for `ours` in a build without ringvisor: nobody to compare with.

use crate::backends::Backend;
use crate::duel::Work;
use crate::history::History;
use crate::rings::Writer;

pub const NAME: &str = "ringvisor";

pub const LOG: &[Backend] = &[];
pub const LOG_OFF_MAX: &[Backend] = &[];
pub const LOG_OFF_TARGET: &[Backend] = &[];
pub const FILE: &[Backend] = &[];
pub const NO_SINK: &[Backend] = &[];
pub const TRACING: &[Backend] = &[];
pub const TRACING_OFF_TARGET: &[Backend] = &[];

pub fn ring_writers(_threads: usize, _rings: usize) -> Option<Vec<Writer>> {
    None
}

pub fn ring_reader() -> Option<Box<dyn Work>> {
    None
}

pub fn idle_follower() -> Option<[Writer; 2]> {
    None
}

pub fn history() -> Option<Box<dyn History>> {
    None
}
