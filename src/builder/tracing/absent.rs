//! Without the feature there is no place to take.

use super::error::InitError;
use crate::stream::RingStream;

pub(super) fn check() -> Result<(), InitError> {
    Ok(())
}

pub(super) fn claim(_: &RingStream) -> Result<(), InitError> {
    Ok(())
}
