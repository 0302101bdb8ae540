//! Without the feature `anyhow` no error is known that has a backtrace.

use core::any::Any;
use std::string::String;

pub(super) fn backtrace(_: &dyn Any) -> Option<String> {
    None
}
