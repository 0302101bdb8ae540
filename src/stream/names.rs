//! What the records of a stream refer to, remembered in the form in which readers need it.

use core::cell::Cell;

use crate::record::{DecodeError, Names, Site};
use crate::ring::{Interner, Word};

/// Entries of each memory, a power of two; which one is used, the number of a site or thread says.
const REMEMBERED: usize = if cfg!(feature = "std") { 64 } else { 4 };

/// The string table of a stream. Entries of the table never change, so what was decoded once is
/// kept.
pub(super) struct StreamNames<'a, W: Word> {
    table: Interner<'a, W>,
    /// Sites with the number of their entry, 0 for none.
    sites: [Cell<(u32, Site<'a>)>; REMEMBERED],
    /// Names with the number of their thread, 0 for none.
    threads: [Cell<(u16, &'a str)>; REMEMBERED],
}

impl<'a, W: Word> StreamNames<'a, W> {
    pub(super) fn new(table: Interner<'a, W>) -> Self {
        Self {
            table,
            sites: [const { Cell::new((0, Site::new(""))) }; REMEMBERED],
            threads: [const { Cell::new((0, "")) }; REMEMBERED],
        }
    }
}

impl<W: Word> Names for StreamNames<'_, W> {
    #[inline]
    fn bytes(&self, id: u32) -> Option<&[u8]> {
        self.table.get(id)
    }

    #[inline]
    fn thread_name(&self, thread: u16) -> Option<&str> {
        let memory = &self.threads[usize::from(thread) % REMEMBERED];
        let (known, name) = memory.get();
        if known == thread && thread != 0 {
            return Some(name);
        }
        let name = core::str::from_utf8(self.table.thread_name(thread)?).ok()?;
        memory.set((thread, name));
        Some(name)
    }

    #[inline]
    fn site(&self, id: u32) -> Option<Result<Site<'_>, DecodeError>> {
        let memory = &self.sites[id as usize % REMEMBERED];
        let (known, site) = memory.get();
        if known == id && id != 0 {
            return Some(Ok(site));
        }
        let site = Site::decode(self.table.get(id)?);
        if let Ok(site) = site {
            memory.set((id, site));
        }
        Some(site)
    }
}

impl<W: Word> core::fmt::Debug for StreamNames<'_, W> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StreamNames").field("table", &self.table).finish_non_exhaustive()
    }
}
