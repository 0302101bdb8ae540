//! A board's records have no fields and no spans: to write a number with a point alone takes 9 KB of
//! flash.

use core::fmt;
use core::fmt::Write;

use crate::record::{Fields, Spans};

/// There are none.
#[inline]
pub(super) fn has_fields(_: Fields<'_>) -> bool {
    false
}

/// There are none.
#[inline]
pub(super) fn has_spans(_: Spans<'_>) -> bool {
    false
}

/// Nothing.
#[inline]
pub(super) fn write_fields<W: Write + ?Sized>(_: Fields<'_>, _: &str, _: &mut W) -> fmt::Result {
    Ok(())
}

/// Nothing.
#[inline]
pub(super) fn write_spans<W: Write + ?Sized>(_: Spans<'_>, _: &mut W) -> fmt::Result {
    Ok(())
}
