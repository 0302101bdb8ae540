//! How `log` is told on a core that cannot compare and exchange: with interrupts masked.

use log::{LevelFilter, Log, SetLoggerError};

/// Makes `logger` the logger of the program.
#[allow(unsafe_code)]
pub(in crate::stream) fn set_logger(logger: &'static dyn Log) -> Result<(), SetLoggerError> {
    // SAFETY: nothing else may set the logger meanwhile, and nothing runs within the section. Code
    // that sets it by other means is `unsafe` there too, and has to promise the same.
    critical_section::with(|_| unsafe { log::set_logger_racy(logger) })
}

/// Sets the most verbose level that `log` lets pass.
#[allow(unsafe_code)]
pub(super) fn set_max_level(max: LevelFilter) {
    // SAFETY: as for the logger.
    critical_section::with(|_| unsafe { log::set_max_level_racy(max) });
}
