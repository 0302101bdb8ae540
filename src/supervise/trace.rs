//! Why a task died, where it hangs, who hogs a worker.

mod capture;
mod frames;
pub mod panics;
pub mod symbols;
#[cfg_attr(
    any(miri, not(any(unix, target_env = "gnu")), target_arch = "arm"),
    path = "trace/unwind/absent.rs"
)]
mod unwind;
pub mod watchdog;

pub use frames::{Chain, Frames};
