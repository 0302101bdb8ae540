//! Without the feature, nobody can ask.

use super::InitError;
use crate::stream::RingStream;

/// What was asked for: nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Control {
    pub(super) is_of_program: bool,
}

/// Nothing answers.
#[derive(Debug)]
pub(super) struct Answering;

/// There is nothing to take along.
pub(super) fn hide(_: &Answering) {}

impl Control {
    #[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
    pub(super) fn start(self, _: &str, _: &RingStream) -> Result<Answering, InitError> {
        Ok(Answering)
    }
}
