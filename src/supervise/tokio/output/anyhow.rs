//! The backtrace of an error of anyhow's.

use core::any::Any;
use std::backtrace::BacktraceStatus;
use std::format;
use std::string::String;

/// As [`std::backtrace::Backtrace`] writes it in its long form; nothing unless one was captured.
pub(super) fn backtrace(error: &dyn Any) -> Option<String> {
    let backtrace = error.downcast_ref::<::anyhow::Error>()?.backtrace();
    (backtrace.status() == BacktraceStatus::Captured).then(|| format!("{backtrace:#}"))
}
