//! Without an unwinder that can be asked: no frames.

use core::ops::Range;

use super::frames::Buffer;

pub(crate) fn walk(_: Range<usize>, _: &mut Buffer) {}
