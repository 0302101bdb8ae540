//! What Linux can do with files that others cannot.

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, FromRawFd};

/// Gives the file all blocks of so many bytes, where its file system can promise them.
pub(super) fn allocate(file: &File, bytes: usize) -> Result<()> {
    // SAFETY: the call works on an open file and takes no pointer.
    if unsafe { libc::fallocate(file.as_raw_fd(), 0, 0, bytes as libc::off_t) } == 0 {
        return Ok(());
    }
    let error = Error::last_os_error();
    // Otherwise they come as the pages are touched.
    if error.raw_os_error() == Some(libc::EOPNOTSUPP) { Ok(()) } else { Err(error) }
}

/// Has large memory made of large pages, where the system gives them: a page fault for each 4 KiB
/// costs more than reading what goes there.
pub(super) fn prefer_huge_pages(start: *mut libc::c_void, bytes: usize) {
    // SAFETY: advice about pages that are mapped changes nothing that a program can see.
    unsafe { libc::madvise(start, bytes, libc::MADV_HUGEPAGE) };
}

/// A file without a name, which others find as `/proc/PID/fd/N` while this process lives.
///
/// # Errors
/// Those of the system.
pub(crate) fn nameless_file() -> Result<File> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    // SAFETY: the name is a string that ends with a zero.
    let fd = unsafe { libc::memfd_create(c"ringvisor".as_ptr(), flags) };
    if fd < 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: the descriptor is open and nobody else's.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Forbids for ever that a file without a name becomes shorter or longer; does nothing to others.
pub(crate) fn seal_size(file: &File) {
    let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
    // SAFETY: the call works on an open file and takes no pointer.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) };
}
