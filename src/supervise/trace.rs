//! Why a task died, where it hangs, who hogs a worker.

pub(crate) mod capture;
pub mod findings;
pub(crate) mod frames;
pub mod last_lines;
pub mod panics;
pub mod stack;
pub mod symbols;
pub mod traceback;
#[cfg_attr(
    any(miri, not(any(unix, target_env = "gnu")), target_arch = "arm"),
    path = "trace/unwind/absent.rs"
)]
mod unwind;
pub mod watchdog;

pub use frames::{Chain, Frames};
