//! What `log` and `tracing` remember of our levels, so that they need not ask for each record.

#[cfg_attr(not(feature = "log"), path = "hints/no_log.rs")]
mod log;
#[cfg(feature = "log")]
#[cfg_attr(not(target_has_atomic = "ptr"), path = "hints/masked.rs")]
mod setter;
#[cfg(feature = "std")]
#[cfg_attr(not(feature = "tracing"), path = "hints/no_tracing.rs")]
mod tracing;

pub(super) use log::{is_logger, tell_log};
#[cfg(feature = "cortex-m")]
pub(super) use setter::set_logger;
#[cfg(feature = "std")]
pub(super) use tracing::tell_tracing;
