//! Spans are encoded when they open and copied into each record that is written inside them.

use core::error::Error;
use core::fmt;
use core::fmt::Write as _;
use core::ops::Range;

use super::{Key, Writer};
use crate::record::buffer::Append;
use crate::record::fields::{Items, inline_key};
use crate::record::format::{ITEM_LEN, kind, tag};
use crate::record::{MAX_LEN, Value};

/// The longest encoded span in bytes: a quarter of a record, so that a few of them leave room for
/// the message.
pub const SPAN_MAX_LEN: usize = MAX_LEN / 4;

/// Writes one span item at the end of a buffer of the caller.
///
/// The buffer is well formed after each call, also when a `Debug` of the user panics in one.
///
/// ```
/// use ringvisor::record::{Append, Buffer, SpanEncoder, Value};
///
/// let mut span = Buffer::new();
/// SpanEncoder::new(&mut span, "request").field("id", Value::U64(7));
/// let mut encoder = SpanEncoder::reopen(&mut span).expect("just encoded");
/// encoder.field("user", Value::Str("ann"));
/// assert!(encoder.finish(), "nothing was cut");
/// assert_eq!(span.bytes().len(), 40);
/// ```
#[derive(Debug)]
pub struct SpanEncoder<'b, B: Append> {
    writer: Writer<'b, B>,
    /// Where the item begins.
    start: usize,
    /// Where the last whole field ends.
    end: usize,
}

impl<'b, B: Append> SpanEncoder<'b, B> {
    /// Begins a span behind what `out` holds. Where not even the name fits, nothing is written.
    pub fn new(out: &'b mut B, name: &str) -> Self {
        let start = out.bytes().len();
        let mut writer = Writer::new(out, start + SPAN_MAX_LEN);
        let whole = writer.open(tag::SPAN).is_some() && writer.short_text(name);
        let mut encoder = Self { writer, start, end: start };
        if whole {
            encoder.commit();
        }
        encoder
    }

    /// Opens the last of the spans that `out` holds, to add fields; `None` where it holds
    /// anything but spans.
    pub fn reopen(out: &'b mut B) -> Option<Self> {
        let mut items = Items::new(out.bytes());
        let mut start = None;
        let mut at = 0;
        while let Some((tag::SPAN, payload)) = items.next() {
            start = Some(at);
            at += ITEM_LEN + payload.len();
        }
        let start = start.filter(|_| at == out.bytes().len())?;
        Some(Self { writer: Writer::new(out, start + SPAN_MAX_LEN), start, end: at })
    }

    /// Adds a typed field; it replaces one of the same name.
    pub fn field(&mut self, name: &str, value: Value<'_>) -> &mut Self {
        self.replace(name, |writer| writer.value(value))
    }

    /// Adds a field whose value is what `Debug` makes of it; it replaces one of the same name.
    pub fn field_debug(&mut self, name: &str, value: &dyn fmt::Debug) -> &mut Self {
        self.replace(name, |writer| writer.formatted(kind::DEBUG, |w| write!(w, "{value:?}")))
    }

    /// Adds a field whose value is what `Display` makes of it; it replaces one of the same name.
    pub fn field_display(&mut self, name: &str, value: &dyn fmt::Display) -> &mut Self {
        self.replace(name, |writer| writer.formatted(kind::DEBUG, |w| write!(w, "{value}")))
    }

    /// Adds an error with its sources, 16 at most; it replaces a field of the same name.
    pub fn field_error(&mut self, name: &str, error: &(dyn Error + 'static)) -> &mut Self {
        self.replace(name, |writer| writer.error(error))
    }

    /// Ends the span and says whether all of it fitted.
    pub fn finish(self) -> bool {
        !self.writer.cut
    }

    fn replace(&mut self, name: &str, value: impl FnOnce(&mut Writer<'b, B>) -> bool) -> &mut Self {
        if self.end == self.start {
            return self;
        }
        if let Some(old) = self.find(name) {
            self.remove(old);
        }
        self.writer.field(Key::Name(name), value);
        self.commit();
        self
    }

    /// Makes what has been written so far part of the span.
    fn commit(&mut self) {
        self.writer.close(self.start);
        self.end = self.writer.len();
    }

    /// Where the field with that name stands.
    fn find(&self, name: &str) -> Option<Range<usize>> {
        let bytes = self.writer.out.bytes();
        let name_len = usize::from(*bytes.get(self.start + ITEM_LEN)?);
        let mut at = self.start + ITEM_LEN + 1 + name_len;
        for (tag, payload) in Items::new(bytes.get(at..)?) {
            let end = at + ITEM_LEN + payload.len();
            if tag == tag::FIELD && inline_key(payload) == Some(name.as_bytes()) {
                return Some(at..end);
            }
            at = end;
        }
        None
    }

    fn remove(&mut self, range: Range<usize>) {
        let kept = self.writer.len() - range.len();
        self.writer.out.bytes_mut().copy_within(range.end.., range.start);
        self.writer.out.truncate(kept);
        self.commit();
    }
}

impl<B: Append> Drop for SpanEncoder<'_, B> {
    /// Takes back what a panic in the middle of a field left.
    fn drop(&mut self) {
        self.writer.out.truncate(self.end);
    }
}
