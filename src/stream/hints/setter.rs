//! How `log` is told, where it can compare and exchange.

pub(super) use log::set_max_level;

#[cfg(feature = "cortex-m")]
pub(in crate::stream) use log::set_logger;
