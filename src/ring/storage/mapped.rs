//! Memory that outlives the process: a file, mapped and shared.

#![allow(unsafe_code)]

#[cfg_attr(not(any(target_os = "linux", target_os = "android")), path = "mapped/no_linux.rs")]
mod linux;

use core::ptr::NonNull;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::os::fd::{AsRawFd, RawFd};

use self::linux::{allocate, prefer_huge_pages};
pub(crate) use self::linux::{nameless_file, seal_size};
use super::Native;
use crate::ring::Word;

/// The first bytes of a file, mapped: what is stored there is in the file at once, and stays in it
/// whatever becomes of this process.
///
/// Nobody may shorten the file while it is mapped: who touches a page that is gone is killed by
/// SIGBUS. So only the file's owner maps it; who reads the file of somebody else reads it with
/// `read`.
#[derive(Debug)]
pub struct Mapping<W: Word = Native> {
    start: NonNull<W::Atomic>,
    words: usize,
}

// SAFETY: the memory belongs to the mapping, at a fixed address, until it is dropped; all access to
// it is through shared references to atomics, which threads may share.
unsafe impl<W: Word> Send for Mapping<W> {}
// SAFETY: as above.
unsafe impl<W: Word> Sync for Mapping<W> {}

impl<W: Word> Mapping<W> {
    /// Gives the file `bytes` bytes (a multiple of the word) and maps them. Every page is allocated
    /// and touched, so that no writer meets a page fault or a full disk later.
    ///
    /// # Errors
    /// Those of the system: there is no room, or files of this kind cannot be mapped.
    pub fn of(file: &File, bytes: usize) -> Result<Self> {
        file.set_len(bytes as u64)?;
        allocate(file, bytes)?;
        let mapping = Self::map(bytes, libc::MAP_SHARED, file.as_raw_fd())?;
        mapping.touch();
        Ok(mapping)
    }

    /// A copy, in memory of this process, of so many bytes of `input`; what is missing at its end is
    /// zeros.
    ///
    /// # Errors
    /// Those of `input`, and that there is not so much memory.
    pub fn copy_of(input: impl Read, bytes: usize) -> Result<Self> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let mapping = Self::map(bytes, flags, -1)?;
        prefer_huge_pages(mapping.start.as_ptr().cast(), bytes);
        // SAFETY: so many bytes were mapped, as zeros, and nobody else knows of them yet.
        let memory =
            unsafe { core::slice::from_raw_parts_mut(mapping.start.as_ptr().cast::<u8>(), bytes) };
        read_all(input, memory)?;
        Ok(mapping)
    }

    fn map(bytes: usize, flags: libc::c_int, file: RawFd) -> Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the system's choice touches no memory in use.
        let start = unsafe { libc::mmap(core::ptr::null_mut(), bytes, protection, flags, file, 0) };
        if start == libc::MAP_FAILED {
            return Err(Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(ErrorKind::OutOfMemory)?;
        Ok(Self { start, words: bytes / W::BYTES })
    }

    /// All of it. The beginning of a page, so lines are cache lines.
    #[inline]
    pub fn words(&self) -> &[W::Atomic] {
        // SAFETY: `map` mapped that many words, which are atomics: integers that any bit pattern is
        // a value of. They stay mapped until `self` is dropped.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.words) }
    }

    /// Keeps the pages in memory, as far as the system allows; tells whether it does.
    pub fn lock(&self) -> bool {
        // SAFETY: locking pages that are mapped changes nothing that a program can see.
        unsafe { libc::mlock(self.start.as_ptr().cast(), self.bytes()) == 0 }
    }

    /// Waits until what was stored before is on the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn sync(&self) -> Result<()> {
        // SAFETY: the range is the mapping; writing it back changes nothing that a program can see.
        let synced =
            unsafe { libc::msync(self.start.as_ptr().cast(), self.bytes(), libc::MS_SYNC) };
        if synced == 0 { Ok(()) } else { Err(Error::last_os_error()) }
    }

    fn bytes(&self) -> usize {
        self.words * W::BYTES
    }

    fn touch(&self) {
        const PAGE: usize = 4096;
        for word in self.words().iter().step_by(PAGE / W::BYTES) {
            W::add(word, W::ZERO, crate::sync::Ordering::Relaxed);
        }
    }
}

impl<W: Word> Drop for Mapping<W> {
    fn drop(&mut self) {
        // SAFETY: the range is what `map` mapped; references to it borrow from `self`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes()) };
    }
}

/// Reads until `memory` is full or nothing more comes.
fn read_all(mut input: impl Read, mut memory: &mut [u8]) -> Result<()> {
    while !memory.is_empty() {
        match input.read(memory) {
            Ok(0) => break,
            Ok(len) => memory = memory.get_mut(len..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Becomes the file's only owner, until the file is closed; tells whether nobody else is. As many
/// readers as like may share the lock, who look whether there is an owner.
///
/// # Errors
/// Those of the system; that somebody holds the file is none.
pub(crate) fn try_lock(file: &File, shared: bool) -> Result<bool> {
    let mode = if shared { libc::LOCK_SH } else { libc::LOCK_EX };
    // SAFETY: the call works on an open file and takes no pointer.
    if unsafe { libc::flock(file.as_raw_fd(), mode | libc::LOCK_NB) } == 0 {
        return Ok(true);
    }
    let error = Error::last_os_error();
    if error.kind() == ErrorKind::WouldBlock { Ok(false) } else { Err(error) }
}
