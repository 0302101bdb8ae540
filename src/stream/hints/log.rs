//! The upper bound over all levels that `log` checks first.

use crate::record::LevelFilter;
use crate::ring::Storage;
use crate::stream::RingStream;

/// Whether this very handle is the installed logger. Another handle of the same stream is not
/// recognised.
pub(in crate::stream) fn is_logger<S: Storage>(stream: &RingStream<S>) -> bool {
    core::ptr::addr_eq(log::logger(), stream)
}

/// Tells `log` the most verbose level that passes anywhere.
pub(in crate::stream) fn tell_log(max: LevelFilter) {
    super::setter::set_max_level(max.into());
}
