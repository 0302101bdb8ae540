//! The first page of a box: whose it is, when its clock showed what, and how it ended.
//!
//! ```text
//! word   0  magic          1  version, bytes of a word
//!        8  identity      64  anchors     128  anchors
//!      192  crash        208  exit        216  stop      224  panic      320  cgroup
//!      392  roster
//! ```
//!
//! Each section ends with a checksum of its words, so that one that was only half written, or is
//! damaged, is told from a whole one. A section of zeros was never written. The two sections of
//! anchors are written in turns: one of them is always whole.

use std::vec::Vec;

use crate::sync::{AtomicU64, Ordering};

/// Words of the page; the region begins behind it.
pub(super) const WORDS: usize = 512;
pub(super) const BYTES: usize = WORDS * size_of::<u64>();

const MAGIC: u64 = u64::from_ne_bytes(*b"RVBLKBOX");
/// Raised when a reader of the old form would misread the new one.
pub(super) const VERSION: u64 = 1;
const FORM: u64 = VERSION << 8 | size_of::<u64>() as u64;

/// A part of the page: so many words from the first one, and a checksum behind them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    first: usize,
    words: usize,
}

pub(super) const IDENTITY: Section = Section::new(8, 48);
pub(super) const ANCHORS: [Section; 2] = [Section::new(64, 56), Section::new(128, 56)];
pub(super) const CRASH: Section = Section::new(192, 8);
pub(super) const EXIT: Section = Section::new(208, 4);
pub(super) const STOP: Section = Section::new(216, 4);
pub(super) const PANIC: Section = Section::new(224, 80);
pub(super) const CGROUP: Section = Section::new(320, 64);
pub(super) const ROSTER: Section = Section::new(392, 4);

impl Section {
    pub(super) const fn new(first: usize, words: usize) -> Self {
        assert!(first + words < WORDS);
        Self { first, words }
    }

    /// Writes the section; what `values` leave is zeros. Usable in signal handlers.
    pub(super) fn write(self, page: &[AtomicU64], values: &[u64]) {
        let Some(cells) = page.get(self.first..=self.first + self.words) else { return };
        let Some((check, cells)) = cells.split_last() else { return };
        // Whoever looks meanwhile, and finds this or a part of it, knows that it is not whole.
        check.store(0, Ordering::Relaxed);
        let values = values.iter().copied().chain(core::iter::repeat(0));
        let mut sum = Sum::new(self);
        for (cell, value) in cells.iter().zip(values) {
            cell.store(value, Ordering::Relaxed);
            sum.add(value);
        }
        check.store(sum.finish(), Ordering::Release);
    }

    /// Takes back what was written. Usable in signal handlers.
    pub(super) fn clear(self, page: &[AtomicU64]) {
        for cell in page.get(self.first..=self.first + self.words).unwrap_or_default() {
            cell.store(0, Ordering::Relaxed);
        }
    }

    /// The section of a copied page; `None` if it was never written.
    pub(super) fn read(self, page: &[u64]) -> Result<Option<&[u64]>, Damaged> {
        let words = page.get(self.first..=self.first + self.words).ok_or(Damaged)?;
        let (check, words) = words.split_last().ok_or(Damaged)?;
        if *check == 0 && words.iter().all(|&word| word == 0) {
            return Ok(None);
        }
        let mut sum = Sum::new(self);
        words.iter().for_each(|&word| sum.add(word));
        if sum.finish() == *check { Ok(Some(words)) } else { Err(Damaged) }
    }
}

/// A section is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// A checksum of words; a change of one word is always seen.
struct Sum(u64);

impl Sum {
    /// The place counts, so that one section cannot be taken for another.
    fn new(section: Section) -> Self {
        Self(section.first as u64 ^ 0x9e37_79b9_7f4a_7c15)
    }

    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(29);
    }

    fn finish(self) -> u64 {
        // 0 stands for nothing.
        self.0.max(1)
    }
}

/// What kind of file begins with this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Ours,
    OtherVersion(u64),
    OtherWord(u64),
    OtherByteOrder,
    None,
}

/// Marks the page as that of a box. Called last, when everything else is in place.
pub(super) fn stamp(page: &[AtomicU64]) {
    page[1].store(FORM, Ordering::Relaxed);
    page[0].store(MAGIC, Ordering::Release);
}

pub(super) fn form(page: &[u64]) -> Form {
    match *page {
        [MAGIC, FORM, ..] => Form::Ours,
        [MAGIC, form, ..] if form >> 8 != VERSION => Form::OtherVersion(form >> 8),
        [MAGIC, form, ..] => Form::OtherWord(form & 0xff),
        [magic, ..] if magic == MAGIC.swap_bytes() => Form::OtherByteOrder,
        _ => Form::None,
    }
}

/// `text`, cut at a char boundary where `words` do not hold it: its length, then its bytes.
pub(super) fn pack_text(text: &str, words: usize) -> Vec<u64> {
    let mut len = text.len().min(words.saturating_sub(1) * 8);
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    let mut packed = std::vec![len as u64];
    packed.extend(text.as_bytes()[..len].chunks(8).map(|bytes| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    }));
    packed
}

/// The text that [`pack_text`] packed, as much of it as is one.
pub(super) fn unpack_text(words: &[u64]) -> std::string::String {
    let Some((&len, words)) = words.split_first() else { return Default::default() };
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let len = bytes.len().min(usize::try_from(len).unwrap_or(usize::MAX));
    std::string::String::from_utf8_lossy(&bytes[..len]).into_owned()
}
