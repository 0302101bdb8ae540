//! From the place of a log call to its entry in the string table, in a few nanoseconds.

use crate::record::{Append, Buffer, Site};
use crate::ring::{Interner, Word};
use crate::sync::plain::{AtomicU32, AtomicUsize, Ordering};

use super::levels::Verdict;

/// What is remembered of one call site. The keys are addresses of `'static` things, so equal
/// addresses are equal contents.
#[derive(Debug)]
pub(super) struct Entry {
    /// [`EMPTY`], [`BUSY`] or [`READY`].
    state: AtomicU32,
    line: AtomicU32,
    file: AtomicUsize,
    module: AtomicUsize,
    literal: AtomicUsize,
    literal_len: AtomicUsize,
    /// 1 where the target is not the module path.
    targeted: AtomicU32,
    /// Entry of the call site in the string table; 0 where that is full.
    id: AtomicU32,
    /// Which levels pass there.
    pub(super) verdict: Verdict,
}

const EMPTY: u32 = 0;
const BUSY: u32 = 1;
const READY: u32 = 2;

/// Call sites that are remembered; records of further ones describe theirs themselves.
const CAPACITY: usize = 512;
/// Entries looked at for one site.
const PROBES: usize = 8;

/// An append-only cache of call sites: entries are claimed, filled once and never change, so a
/// reader needs no lock and no second look.
#[derive(Debug)]
pub(super) struct Sites {
    entries: [Entry; CAPACITY],
}

/// Identity of a call site: addresses of `'static` things, and a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Address of the file name, or of tracing's metadata.
    pub(super) file: usize,
    /// Address of the module path, or 0.
    pub(super) module: usize,
    /// Line of the call.
    pub(super) line: u32,
    /// The message, if it is always the same.
    pub(super) literal: Option<&'static str>,
    /// The target, unless it is the module path. It need not be `'static`, and one place may have
    /// many, so its contents are compared.
    pub(super) target: Option<&'a str>,
}

impl Entry {
    const fn empty() -> Self {
        Self {
            state: AtomicU32::new(EMPTY),
            line: AtomicU32::new(0),
            file: AtomicUsize::new(0),
            module: AtomicUsize::new(0),
            literal: AtomicUsize::new(0),
            literal_len: AtomicUsize::new(0),
            targeted: AtomicU32::new(0),
            id: AtomicU32::new(0),
            verdict: Verdict::none(),
        }
    }

    #[inline]
    pub(super) fn id(&self) -> u32 {
        self.id.load(Ordering::Relaxed)
    }

    /// Whether `literal` is the message that the site's entry holds.
    #[inline]
    pub(super) fn has_literal(&self, literal: Option<&'static str>) -> bool {
        literal.is_some_and(|text| {
            self.literal.load(Ordering::Relaxed) == text.as_ptr() as usize
                && self.literal_len.load(Ordering::Relaxed) == text.len()
        })
    }

    #[inline]
    fn is<'s, W: Word>(&self, place: &Place<'_>, table: impl Fn() -> Interner<'s, W>) -> bool {
        self.file.load(Ordering::Relaxed) == place.file
            && self.line.load(Ordering::Relaxed) == place.line
            && self.module.load(Ordering::Relaxed) == place.module
            && match (place.target, self.targeted.load(Ordering::Relaxed)) {
                (None, 0) => true,
                (Some(target), 1) => table()
                    .get(self.id())
                    .is_some_and(|blob| Site::decode(blob).is_ok_and(|site| site.target == target)),
                _ => false,
            }
    }

    fn fill(&self, place: &Place<'_>, id: u32) {
        self.file.store(place.file, Ordering::Relaxed);
        self.line.store(place.line, Ordering::Relaxed);
        self.module.store(place.module, Ordering::Relaxed);
        self.targeted.store(place.target.is_some().into(), Ordering::Relaxed);
        if let (Some(literal), 1..) = (place.literal, id) {
            self.literal.store(literal.as_ptr() as usize, Ordering::Relaxed);
            self.literal_len.store(literal.len(), Ordering::Relaxed);
        }
        self.id.store(id, Ordering::Relaxed);
    }
}

impl Sites {
    pub(super) const fn new() -> Self {
        Self { entries: [const { Entry::empty() }; CAPACITY] }
    }

    /// The entry of `place`; `describe` appends the blob of a new one and says whether all of it
    /// fitted. `None` when there is no room, or another thread is entering a site at this moment.
    #[inline]
    pub(super) fn find<'s, W: Word>(
        &self,
        place: &Place<'_>,
        table: impl Fn() -> Interner<'s, W>,
        describe: impl FnOnce(&mut Buffer) -> bool,
    ) -> Option<&Entry> {
        match self.search(place, &table) {
            Ok(entry) => Some(entry),
            Err(free) => Self::enter(free?, place, &table(), describe),
        }
    }

    /// The entry of `place`, if it has one.
    #[inline]
    pub(super) fn get<'s, W: Word>(
        &self,
        place: &Place<'_>,
        table: impl Fn() -> Interner<'s, W>,
    ) -> Option<&Entry> {
        self.search(place, table).ok()
    }

    /// Entries in use.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        let is_taken = |entry: &&Entry| entry.state.load(Ordering::Relaxed) != EMPTY;
        self.entries.iter().filter(is_taken).count()
    }

    /// The entry of `place`, or else the one to claim for it, if any is left.
    #[inline]
    fn search<'s, W: Word>(
        &self,
        place: &Place<'_>,
        table: impl Fn() -> Interner<'s, W>,
    ) -> Result<&Entry, Option<&Entry>> {
        let start = (place.file >> 4) ^ (place.line as usize).wrapping_mul(0x9e37);
        for probe in 0..PROBES {
            let entry = &self.entries[(start + probe) % CAPACITY];
            // Acquire: pairs with the Release store below; carries the entry's fields.
            match entry.state.load(Ordering::Acquire) {
                READY if entry.is(place, &table) => return Ok(entry),
                READY => {}
                _ => return Err(Some(entry)),
            }
        }
        Err(None)
    }

    #[cold]
    fn enter<'e, W: Word>(
        entry: &'e Entry,
        place: &Place<'_>,
        table: &Interner<'_, W>,
        describe: impl FnOnce(&mut Buffer) -> bool,
    ) -> Option<&'e Entry> {
        let claim = entry.state.compare_exchange(EMPTY, BUSY, Ordering::Relaxed, Ordering::Relaxed);
        claim.ok()?;
        let id = intern(table, describe);
        if id.is_none() && place.target.is_some() {
            // Its target could not be compared, so it would never be found again.
            entry.state.store(EMPTY, Ordering::Relaxed);
            return None;
        }
        entry.fill(place, id.unwrap_or(0));
        entry.state.store(READY, Ordering::Release);
        Some(entry)
    }
}

/// The id of the site in the table, if that has room; `describe` appends the site's blob.
pub(super) fn intern<W: Word>(
    table: &Interner<'_, W>,
    describe: impl FnOnce(&mut Buffer) -> bool,
) -> Option<u32> {
    let mut blob = Buffer::new();
    // A site that does not fit as a whole is described in each record instead.
    if describe(&mut blob) { table.intern(blob.bytes()) } else { None }
}
