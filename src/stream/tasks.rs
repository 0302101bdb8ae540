//! From the name of a task to its entry in the string table, without a search.

use crate::ring::{Interner, Word};
use crate::sync::plain::{AtomicU32, Ordering};

/// Entries, a power of two.
const REMEMBERED: usize = 64;

/// The entries of tasks' names that were looked for last. A name's address says where to look, the
/// contents decide. Searching the table instead made a record in a task cost a sixth more than one
/// outside.
#[derive(Debug)]
pub(super) struct TaskNames {
    /// 0 for none.
    entries: [AtomicU32; REMEMBERED],
}

impl TaskNames {
    pub(super) const fn new() -> Self {
        Self { entries: [const { AtomicU32::new(0) }; REMEMBERED] }
    }

    /// The entry of `name`, which is stored if it is new; 0 when the table is full.
    #[inline]
    pub(super) fn entry<W: Word>(&self, name: &str, table: &Interner<'_, W>) -> u32 {
        let remembered = &self.entries[(name.as_ptr() as usize >> 3 ^ name.len()) % REMEMBERED];
        // Acquire: pairs with the Release store in `look_up`; carries the string.
        let entry = remembered.load(Ordering::Acquire);
        if entry != 0 && table.get(entry) == Some(name.as_bytes()) {
            return entry;
        }
        Self::look_up(remembered, name, table)
    }

    #[cold]
    fn look_up<W: Word>(remembered: &AtomicU32, name: &str, table: &Interner<'_, W>) -> u32 {
        let entry = table.intern(name.as_bytes()).unwrap_or(0);
        remembered.store(entry, Ordering::Release);
        entry
    }
}
