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

pub fn mapped_writers() -> Option<[Writer; 2]> {
    None
}

pub fn boxed_loggers() -> Option<[Writer; 2]> {
    None
}

pub fn box_reader() -> Option<[Box<dyn Work>; 2]> {
    None
}

pub fn ring_reader() -> Option<Box<dyn Work>> {
    None
}

pub fn idle_follower() -> Option<[Writer; 2]> {
    None
}

pub fn calls_in_task() -> Option<[Writer; 2]> {
    None
}

pub fn history() -> Option<Box<dyn History>> {
    None
}

pub mod control {
    use std::process::ExitCode;

    use crate::supervise::Measure;

    pub const WEDGED_STATUS: Option<Measure> = None;
    pub const FOLLOW_P50: Option<Measure> = None;
    pub const FOLLOW_P99: Option<Measure> = None;
    pub const LIST: Option<Measure> = None;
    pub const FOLLOWED_P99: Option<Measure> = None;
    pub const UNFOLLOWED_P99: &[(&str, Measure)] = &[];

    pub fn ctl() -> ExitCode {
        ExitCode::FAILURE
    }
}

pub mod supervise {
    use crate::supervise::Measure;

    pub const SPAWN_JOIN_CT: Option<Measure> = None;
    pub const SPAWN_JOIN_MT2: Option<Measure> = None;
    pub const BYTES: Option<Measure> = None;
    pub const MILLION_RSS: Option<Measure> = None;
    pub const POLL: Option<Measure> = None;
    pub const STATUS_ONE: Option<Measure> = None;
    pub const STATUS_GLOB: Option<Measure> = None;
    pub const STOP: Option<Measure> = None;
}

pub mod trace {
    use crate::supervise::Measure;

    pub const IDLE: Option<Measure> = None;
    pub const ONE: Option<Measure> = None;
    pub const MANY_TASKS: Option<Measure> = None;
    pub const PANIC: Option<Measure> = None;
}
