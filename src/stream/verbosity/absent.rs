//! Without `std` one level holds for all targets.

use crate::record::LevelFilter;
use crate::ring::Storage;
use crate::stream::{RingStream, hints};

impl<S: Storage> RingStream<S> {
    /// Sets the most verbose level that passes. It takes effect with the next record; where this
    /// stream is the installed logger, `log` is told.
    pub fn set_max_level(&self, level: LevelFilter) {
        self.core.state.set_max(level);
        if hints::is_logger(self) {
            hints::tell_log(level);
        }
    }
}
