//! Without the feature, levels are all that the environment decides.

use super::{Builder, InitError};
use crate::stream::RingStream;

/// Whether a builder may be told otherwise.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    is_fixed: bool,
}

/// There is nothing to tell.
pub(super) struct Told;

impl Wish {
    pub(super) fn fixed() -> Self {
        Self { is_fixed: true }
    }

    pub(super) const fn is_fixed(&self) -> bool {
        self.is_fixed
    }
}

impl Told {
    pub(super) fn tell(&self, _: &RingStream) {}
}

#[allow(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
pub(super) fn configured(builder: Builder) -> Result<(Builder, Told), InitError> {
    Ok((builder, Told))
}

#[cfg(all(feature = "control", unix))]
pub(super) fn socket(_: &Builder) -> Option<std::ffi::OsString> {
    None
}
