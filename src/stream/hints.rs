//! What `log` and `tracing` remember of our levels, so that they need not ask for each record.

#[cfg_attr(not(feature = "log"), path = "hints/no_log.rs")]
mod log;
#[cfg(feature = "std")]
#[cfg_attr(not(feature = "tracing"), path = "hints/no_tracing.rs")]
mod tracing;

pub(super) use log::{is_logger, tell_log};
#[cfg(feature = "std")]
pub(super) use tracing::tell_tracing;
