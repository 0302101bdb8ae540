//! What is known about a call site before it is ever reached; stored once, not in each record.

use core::fmt;

use super::UNKNOWN;
use super::buffer::Append;
use super::decode::{DecodeError, Part, Reason};
use super::encode::{Writer, floor};

const LINE: u8 = 1;
const MODULE: u8 = 2;
const FILE: u8 = 4;
const MESSAGE: u8 = 8;
const MODULE_IS_TARGET: u8 = 16;

/// The most field names of one site: the key byte 255 says that a name follows.
const NAMES_MAX: usize = 255;

/// One place in a program that writes records.
///
/// ```
/// use ringvisor::record::{Append, Buffer, Site};
///
/// let names = ["user", "us"];
/// let site = Site { line: Some(12), fields: names[..].into(), ..Site::new("shop::cart") };
/// let mut blob = Buffer::new();
/// assert!(site.encode_into(&mut blob), "all of it fits");
/// assert_eq!(Site::decode(blob.bytes()), Ok(site));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site<'a> {
    /// What its records are about; the module path unless the caller chose otherwise.
    pub target: &'a str,
    /// Its module.
    pub module: Option<&'a str>,
    /// Its source file.
    pub file: Option<&'a str>,
    /// Its line in that file, counted from 1.
    pub line: Option<u32>,
    /// The message, where it is always the same.
    pub message: Option<&'a str>,
    /// The names of its fields, by which [`Key::Static`](super::Key::Static) counts.
    pub fields: FieldNames<'a>,
}

impl<'a> Site<'a> {
    /// A site of which only the target is known.
    pub const fn new(target: &'a str) -> Self {
        Self {
            target,
            module: None,
            file: None,
            line: None,
            message: None,
            fields: FieldNames(Source::List(&[])),
        }
    }

    /// Appends the blob of the site and says whether all of it fitted. Where it did not, the
    /// message is left out, texts are cut and the last field names are missing; where not even
    /// that fitted, nothing is appended.
    pub fn encode_into<B: Append>(&self, out: &mut B) -> bool {
        self.encode_with(self.fields, out)
    }

    /// The same with the field names of an iterator in place of [`fields`](Self::fields).
    pub fn encode_with<'f, B: Append>(
        &self,
        names: impl Iterator<Item = &'f str> + Clone,
        out: &mut B,
    ) -> bool {
        let end = out.bytes().len() + usize::from(u16::MAX);
        let mut writer = Writer::new(out, end);
        self.write(names, &mut writer) && !writer.cut
    }

    /// Reads the blob of a site.
    ///
    /// # Errors
    ///
    /// When a length in it points outside or a text in it is not UTF-8.
    #[inline]
    pub fn decode(blob: &'a [u8]) -> Result<Self, DecodeError> {
        Texts::site(blob).map_err(|(at, reason)| Part::Site.fails(at, reason))
    }

    /// A site whose entry is lost.
    pub(super) const fn unknown() -> Self {
        Self { fields: FieldNames(Source::Unknown), ..Self::new(UNKNOWN) }
    }

    /// The same site with a target, a module and a file of at most `max` bytes each.
    pub(super) fn shortened(&self, max: usize) -> Self {
        Self {
            target: floor(self.target, max),
            module: self.module.map(|module| floor(module, max)),
            file: self.file.map(|file| floor(file, max)),
            ..*self
        }
    }

    /// Whether this is [`unknown`](Self::unknown).
    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.fields.0, Source::Unknown)
    }

    /// Appends the blob; false where nothing of it could be written.
    pub(super) fn write<'f, B: Append>(
        &self,
        names: impl Iterator<Item = &'f str> + Clone,
        writer: &mut Writer<'_, B>,
    ) -> bool {
        let names = names.take(NAMES_MAX);
        let names_len: usize = names.clone().map(|name| 2 + name.len()).sum();
        let mut layout = Layout::of(self);
        if layout.len() + names_len > writer.room() && layout.message.take().is_some() {
            writer.cut = true;
        }
        let Some(spare) = writer.room().checked_sub(layout.fixed_len()) else {
            writer.cut = true;
            return false;
        };
        layout.write(names, spare, writer);
        true
    }
}

/// The texts of a site as they stand in its blob.
struct Layout<'a> {
    line: Option<u32>,
    target: &'a str,
    module_is_target: bool,
    module: Option<&'a str>,
    file: Option<&'a str>,
    message: Option<&'a str>,
}

impl<'a> Layout<'a> {
    fn of(site: &Site<'a>) -> Self {
        let module_is_target = site.module == Some(site.target);
        Self {
            line: site.line,
            target: site.target,
            module_is_target,
            module: site.module.filter(|_| !module_is_target),
            file: site.file,
            message: site.message,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> + Clone {
        [Some(self.target), self.module, self.file, self.message].into_iter().flatten()
    }

    /// Line, flags, count of names and the ends of the texts.
    fn fixed_len(&self) -> usize {
        4 + 1 + 1 + 2 * self.texts().count()
    }

    fn len(&self) -> usize {
        self.fixed_len() + self.texts().map(str::len).sum::<usize>()
    }

    fn flags(&self) -> u8 {
        let flag = |present: bool, bit: u8| if present { bit } else { 0 };
        flag(self.line.is_some(), LINE)
            | flag(self.module.is_some(), MODULE)
            | flag(self.file.is_some(), FILE)
            | flag(self.message.is_some(), MESSAGE)
            | flag(self.module_is_target, MODULE_IS_TARGET)
    }

    /// Appends the blob; texts and names take no more than `spare` bytes together.
    fn write<'f, B: Append>(
        &self,
        names: impl Iterator<Item = &'f str> + Clone,
        mut spare: usize,
        writer: &mut Writer<'_, B>,
    ) {
        let mut texts = [""; 4];
        let count = self.texts().count();
        for (place, text) in texts.iter_mut().zip(self.texts()) {
            *place = floor(text, spare);
            spare -= place.len();
            writer.cut |= place.len() < text.len();
        }
        let lengths = names.clone().scan(0, |sum, name| {
            *sum += 2 + name.len();
            Some(*sum)
        });
        let kept = lengths.take_while(|sum| *sum <= spare).count();
        writer.cut |= kept < names.clone().count();
        writer.whole(&self.line.unwrap_or(0).to_le_bytes());
        writer.whole(&[self.flags(), u8::try_from(kept).unwrap_or(u8::MAX)]);
        let texts = texts.iter().take(count).copied();
        write_texts(texts.chain(names.take(kept).map(|name| name as &str)), writer);
    }
}

/// Appends where each text ends, and then the texts.
fn write_texts<'f, B: Append>(
    texts: impl Iterator<Item = &'f str> + Clone,
    writer: &mut Writer<'_, B>,
) {
    let mut end = 0;
    for text in texts.clone() {
        end += text.len();
        writer.whole(&u16::try_from(end).unwrap_or(u16::MAX).to_le_bytes());
    }
    for text in texts {
        writer.whole(text.as_bytes());
    }
}

/// The names of a call site's fields. An iterator that can be copied, to walk again.
#[derive(Clone, Copy)]
pub struct FieldNames<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    List(&'a [&'a str]),
    Table(Texts<'a>),
    /// The names are lost.
    Unknown,
}

impl<'a> FieldNames<'a> {
    /// The name with that number, counted from 0 at the first name not walked over yet.
    #[inline]
    pub fn get(&self, index: u8) -> Option<&'a str> {
        let index = usize::from(index);
        match self.0 {
            Source::List(names) => names.get(index).copied(),
            Source::Table(Texts { ends, text, start }) => {
                let start = if index == 0 { start } else { end(ends, index - 1)? };
                text.get(start..end(ends, index)?)
            }
            Source::Unknown => Some(UNKNOWN),
        }
    }
}

#[inline]
fn end(ends: &[u8], index: usize) -> Option<usize> {
    let (pair, _) = ends.get(2 * index..)?.split_first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*pair)))
}

impl<'a> Iterator for FieldNames<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::List(names) => {
                let (first, rest) = names.split_first()?;
                *names = rest;
                Some(first)
            }
            Source::Table(texts) => texts.next(),
            Source::Unknown => None,
        }
    }
}

impl Default for FieldNames<'_> {
    fn default() -> Self {
        Self(Source::List(&[]))
    }
}

impl<'a> From<&'a [&'a str]> for FieldNames<'a> {
    fn from(names: &'a [&'a str]) -> Self {
        Self(Source::List(names))
    }
}

impl PartialEq for FieldNames<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for FieldNames<'_> {}

impl fmt::Debug for FieldNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// The texts of a blob that have not been taken: they lie in one piece, so that they
/// are checked in one go.
#[derive(Clone, Copy)]
struct Texts<'a> {
    /// 16 bits for each text that has not been taken.
    ends: &'a [u8],
    text: &'a str,
    /// Where the next text begins.
    start: usize,
}

impl<'a> Texts<'a> {
    #[inline]
    fn site(blob: &'a [u8]) -> Result<Site<'a>, (usize, Reason)> {
        const HEAD: usize = 6;
        let short = (blob.len(), Reason::Short);
        let (&[l0, l1, l2, l3, flags, names], rest) = blob.split_first_chunk().ok_or(short)?;
        let has = |bit: u8| flags & bit != 0;
        let count = 1 + (flags & (MODULE | FILE | MESSAGE)).count_ones() as usize;
        let table = 2 * (count + usize::from(names));
        let (ends, text) = rest.split_at_checked(table).ok_or(short)?;
        let text = core::str::from_utf8(text);
        let text = text.map_err(|error| (HEAD + table + error.valid_up_to(), Reason::Utf8))?;
        let mut texts = Self { ends, text, start: 0 };
        let mut next = || texts.next().ok_or((HEAD, Reason::Length));
        let target = next()?;
        let module = if has(MODULE) { Some(next()?) } else { None };
        Ok(Site {
            target,
            module: if has(MODULE_IS_TARGET) { Some(target) } else { module },
            file: if has(FILE) { Some(next()?) } else { None },
            line: has(LINE).then_some(u32::from_le_bytes([l0, l1, l2, l3])),
            message: if has(MESSAGE) { Some(next()?) } else { None },
            fields: texts.names(usize::from(names)).ok_or((HEAD, Reason::Length))?,
        })
    }

    fn names(self, count: usize) -> Option<FieldNames<'a>> {
        let names = FieldNames(Source::Table(self));
        // A name that ends before it begins, or within a char, ends the walk early.
        (names.count() == count).then_some(names)
    }

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let next = end(self.ends, 0)?;
        let text = self.text.get(self.start..next)?;
        (self.ends, self.start) = (&self.ends[2..], next);
        Some(text)
    }
}
