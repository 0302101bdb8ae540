//! Without the feature `stall-backtrace`, or without Linux, nobody is asked.

use crate::record::TaskId;
use crate::supervise::trace::frames::Frames;

#[derive(Clone, Copy, Debug)]
pub(super) struct Asked;

impl Asked {
    pub(super) fn this() -> Self {
        Self
    }

    pub(super) fn stack(self, _: TaskId) -> Option<Frames> {
        None
    }
}
