//! What readers of the log keep in its box: a page each, behind the log.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use super::error::{BlackBoxError, BlackBoxReason};
use super::recording::Recording;
use crate::ring::try_lock;

/// Pages of notes.
const PAGES: u64 = 16;
const PAGE_BYTES: u64 = 4096;

/// The pages of a box, in the order in which they were asked for.
#[derive(Clone, Debug)]
pub(crate) struct Notes {
    file: Arc<File>,
    at: u64,
}

/// One reader's page. Written by one process at a time: by the owner of the box, or by who holds
/// its lock when the owner is gone.
#[derive(Clone, Debug)]
pub(crate) struct NotePage {
    file: Arc<File>,
    at: u64,
}

impl Notes {
    /// Those of a new box, behind so many bytes.
    pub(super) fn of(file: &File, behind: usize) -> io::Result<Self> {
        Ok(Self { file: Arc::new(file.try_clone()?), at: behind as u64 })
    }

    /// A page to write to; `None` beyond the last one, and in a file that cannot become longer,
    /// which is one without a name: nobody reads it when its owner is gone.
    pub(crate) fn new_page(&self, number: u64) -> Option<NotePage> {
        let page = self.page(number)?;
        self.file.set_len(self.at + PAGES * PAGE_BYTES).is_ok().then_some(page)
    }

    /// The box of a process that is gone, and its notes. Nobody else may change them meanwhile.
    ///
    /// # Errors
    /// As [`open`](super::open), and that the owner lives or somebody else came first.
    pub(crate) fn take_over(path: &Path) -> Result<(Recording, Self), BlackBoxError> {
        let take = || {
            let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC;
            let mut options = OpenOptions::new();
            let file = options.read(true).write(true).custom_flags(flags).open(path)?;
            let about = file.metadata()?;
            if !about.is_file() {
                return Err(BlackBoxReason::NotABox);
            }
            if !is_trusted(&about) {
                return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
            }
            let is_free = try_lock(&file, false)?;
            let recording = Recording::read(&file, path, !is_free)?;
            if !is_free {
                return Err(BlackBoxReason::Owned { pid: recording.pid() });
            }
            let at = recording.bytes() as u64;
            Ok((recording, Self { file: Arc::new(file), at }))
        };
        take().map_err(|reason| BlackBoxError::new(path, reason))
    }

    fn page(&self, number: u64) -> Option<NotePage> {
        let at = self.at + number * PAGE_BYTES;
        (number < PAGES).then(|| NotePage { file: Arc::clone(&self.file), at })
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = NotePage> + '_ {
        (0..PAGES).map_while(|number| self.page(number))
    }
}

/// Whether only this user or root made the box: its notes say which file to cut, so somebody else's
/// could name any.
fn is_trusted(about: &Metadata) -> bool {
    // Where there is no such folder users cannot be told apart without a call that is unsafe.
    let own = fs::metadata("/proc/self").map_or(about.uid(), |this| this.uid());
    about.uid() == own || about.uid() == 0
}

impl NotePage {
    pub(crate) const BYTES: usize = PAGE_BYTES as usize;

    /// The whole page; what is missing of it is zeros.
    pub(crate) fn read(&self) -> io::Result<std::vec::Vec<u8>> {
        let mut page = std::vec![0; Self::BYTES];
        match self.file.read_exact_at(&mut page, self.at) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Ok(std::vec![0; Self::BYTES])
            }
            read => read.map(|()| page),
        }
    }

    /// Writes a part of the page.
    pub(crate) fn write(&self, at: usize, bytes: &[u8]) -> io::Result<()> {
        if at.saturating_add(bytes.len()) > Self::BYTES {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.file.write_all_at(bytes, self.at + at as u64)
    }
}
