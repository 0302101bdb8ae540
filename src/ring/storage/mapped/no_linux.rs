//! Stands in where files can be mapped but know no tricks.

use std::fs::File;
use std::io::{ErrorKind, Result};

/// Blocks come as the pages are touched.
pub(super) fn allocate(_: &File, _: usize) -> Result<()> {
    Ok(())
}

pub(super) fn prefer_huge_pages(_: *mut libc::c_void, _: usize) {}

pub(crate) fn nameless_file() -> Result<File> {
    Err(ErrorKind::Unsupported.into())
}

pub(crate) fn seal_size(_: &File) {}
