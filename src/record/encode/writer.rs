//! Items, keys and values appended under a limit: what is too long is cut or left out.

use core::error::Error;
use core::fmt;
use core::fmt::Write as _;

use super::Key;
use crate::record::Value;
use crate::record::buffer::Append;
use crate::record::format::{INLINE_KEY, ITEM_LEN, kind, tag};

/// The most errors of one chain that are kept.
const CHAIN_MAX: usize = 16;

/// Length of the key, type and payload of a field of 64 bits with a static key.
const WORD_LEN: u8 = 10;

/// Appends to `out` up to `limit`. Formatting into it appends text.
#[derive(Debug)]
pub(in crate::record) struct Writer<'b, B> {
    pub(in crate::record) out: &'b mut B,
    /// The length that `out` may not exceed. Falls to the length itself when a text is cut, so
    /// that no later piece of the same text lands behind the gap.
    limit: usize,
    /// Whether something was cut or left out.
    pub(in crate::record) cut: bool,
}

impl<'b, B: Append> Writer<'b, B> {
    /// A writer that lets `out` grow to `limit` bytes in all.
    #[inline]
    pub(in crate::record) fn new(out: &'b mut B, limit: usize) -> Self {
        let limit = limit.min(out.bytes().len().saturating_add(out.room()));
        Self { out, limit, cut: false }
    }

    #[inline]
    pub(in crate::record) fn set_limit(&mut self, limit: usize) {
        self.limit = self.limit.min(limit);
    }

    #[inline]
    pub(in crate::record) fn len(&self) -> usize {
        self.out.bytes().len()
    }

    #[inline]
    pub(in crate::record) fn room(&self) -> usize {
        self.limit.saturating_sub(self.len())
    }

    /// Appends all of `bytes` or, where they do not fit, nothing.
    #[inline]
    pub(in crate::record) fn whole(&mut self, bytes: &[u8]) -> bool {
        let fits = bytes.len() <= self.room();
        if fits {
            self.out.append(bytes);
        } else {
            self.cut = true;
        }
        fits
    }

    /// Appends `text`, cut at a char boundary where it does not fit.
    #[inline]
    pub(in crate::record) fn text(&mut self, text: &str) -> fmt::Result {
        if text.len() > self.room() {
            return self.cut_text(text);
        }
        self.out.append(text.as_bytes());
        Ok(())
    }

    #[cold]
    fn cut_text(&mut self, text: &str) -> fmt::Result {
        self.out.append(floor(text, self.room()).as_bytes());
        self.limit = self.len();
        self.cut = true;
        Err(fmt::Error)
    }

    /// Begins an item and returns where, or `None` where not even its head fits.
    #[inline]
    pub(in crate::record) fn open(&mut self, tag: u8) -> Option<usize> {
        let start = self.len();
        self.whole(&[tag, 0, 0]).then_some(start)
    }

    /// Ends the item that began at `start`.
    #[inline]
    pub(in crate::record) fn close(&mut self, start: usize) {
        let len = self.len() - start - ITEM_LEN;
        self.patch(start + 1, len);
    }

    /// Writes `len` where two bytes were left for it.
    #[inline]
    fn patch(&mut self, at: usize, len: usize) {
        // No limit exceeds what 16 bits count: `MAX_LEN` bounds them all.
        let len = u16::try_from(len).unwrap_or(u16::MAX);
        if let Some(place) = self.out.bytes_mut().get_mut(at..at + 2) {
            place.copy_from_slice(&len.to_le_bytes());
        }
    }

    /// One whole field; `value` appends the value behind the key. The field is left out where
    /// the key does not fit or `value` says that nothing of the value did.
    pub(in crate::record) fn field(&mut self, key: Key<'_>, value: impl FnOnce(&mut Self) -> bool) {
        let Some(start) = self.open(tag::FIELD) else { return };
        if self.key(key) && value(self) {
            self.close(start);
        } else {
            self.out.truncate(start);
        }
    }

    /// One typed field.
    #[inline]
    pub(in crate::record) fn value_field(&mut self, key: Key<'_>, value: Value<'_>) {
        match (key, word(value)) {
            // Nearly all fields of `tracing` events are this: one copy instead of four.
            (Key::Static(index), Some((kind, word))) if index != INLINE_KEY => {
                let mut item = [tag::FIELD, WORD_LEN, 0, index, kind, 0, 0, 0, 0, 0, 0, 0, 0];
                item[ITEM_LEN + 2..].copy_from_slice(&word);
                self.whole(&item);
            }
            _ => self.field(key, |writer| writer.value(value)),
        }
    }

    fn key(&mut self, key: Key<'_>) -> bool {
        match key {
            Key::Static(INLINE_KEY) => {
                self.cut = true;
                false
            }
            Key::Static(index) => self.whole(&[index]),
            Key::Name(name) => self.whole(&[INLINE_KEY]) && self.short_text(name),
        }
    }

    /// A text of at most 255 bytes behind its length, kept whole up to those.
    pub(in crate::record) fn short_text(&mut self, text: &str) -> bool {
        let kept = floor(text, usize::from(u8::MAX));
        self.cut |= kept.len() < text.len();
        let len = u8::try_from(kept.len()).unwrap_or(u8::MAX);
        self.whole(&[len]) && self.whole(kept.as_bytes())
    }

    /// The type and payload of `value`.
    pub(in crate::record) fn value(&mut self, value: Value<'_>) -> bool {
        match value {
            Value::Bool(value) => self.whole(&[kind::BOOL, u8::from(value)]),
            Value::I64(value) => self.number(kind::I64, value.to_le_bytes()),
            Value::U64(value) => self.number(kind::U64, value.to_le_bytes()),
            Value::I128(value) => self.number(kind::I128, value.to_le_bytes()),
            Value::U128(value) => self.number(kind::U128, value.to_le_bytes()),
            Value::F64(value) => self.number(kind::F64, value.to_le_bytes()),
            Value::Str(text) => self.formatted(kind::STR, |w| w.text(text)),
            Value::Debug(text) => self.formatted(kind::DEBUG, |w| w.text(text)),
            Value::Bytes(bytes) => self.raw_bytes(bytes),
            Value::Error(chain) => {
                self.whole(&[kind::ERROR]) && self.chain(chain.into_iter(), |w, text| w.text(text))
            }
        }
    }

    #[inline]
    fn number<const N: usize>(&mut self, kind: u8, bytes: [u8; N]) -> bool {
        if self.room() <= N {
            self.cut = true;
            return false;
        }
        self.out.append(&[kind]);
        self.out.append(&bytes);
        true
    }

    /// A text value that `write` produces. An error of `write` is the user's and keeps what was
    /// written.
    pub(in crate::record) fn formatted(
        &mut self,
        kind: u8,
        write: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> bool {
        self.whole(&[kind]) && self.piece(write)
    }

    /// Runs `write`; false where it had something to say and nothing of it fitted.
    fn piece(&mut self, write: impl FnOnce(&mut Self) -> fmt::Result) -> bool {
        let (start, cut_before) = (self.len(), self.cut);
        self.cut = false;
        let _ = write(self);
        let lost = self.cut && self.len() == start;
        self.cut |= cut_before;
        !lost
    }

    fn raw_bytes(&mut self, bytes: &[u8]) -> bool {
        if !self.whole(&[kind::BYTES]) {
            return false;
        }
        let kept = bytes.len().min(self.room());
        self.cut |= kept < bytes.len();
        self.out.append(&bytes[..kept]);
        kept > 0 || bytes.is_empty()
    }

    /// The error and its sources, type first.
    pub(in crate::record) fn error(&mut self, error: &(dyn Error + 'static)) -> bool {
        let sources = core::iter::successors(Some(error), |&error| error.source());
        self.whole(&[kind::ERROR]) && self.chain(sources, |w, error| write!(w, "{error}"))
    }

    /// Each of `links` behind its length; false where nothing of the first one fitted.
    fn chain<T>(
        &mut self,
        links: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> fmt::Result,
    ) -> bool {
        for (index, link) in links.enumerate() {
            let start = self.len();
            if index == CHAIN_MAX || !self.whole(&[0, 0]) || !self.piece(|w| write(w, link)) {
                self.cut = true;
                self.out.truncate(start);
                return index > 0;
            }
            self.patch(start, self.len() - start - 2);
        }
        true
    }
}

impl<B: Append> fmt::Write for Writer<'_, B> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text)
    }
}

/// The type and payload of a value of 64 bits.
#[inline]
fn word(value: Value<'_>) -> Option<(u8, [u8; 8])> {
    match value {
        Value::I64(value) => Some((kind::I64, value.to_le_bytes())),
        Value::U64(value) => Some((kind::U64, value.to_le_bytes())),
        Value::F64(value) => Some((kind::F64, value.to_le_bytes())),
        _ => None,
    }
}

/// The longest beginning of `text` that is at most `max` bytes.
pub(crate) fn floor(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
