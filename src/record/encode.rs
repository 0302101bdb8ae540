//! From a log call to the bytes of a record, without an allocation. The bytes are described in
//! [`format`](super::format).

mod span;
mod writer;

use core::error::Error;
use core::fmt;
use core::fmt::Write as _;

pub use self::span::{SPAN_MAX_LEN, SpanEncoder};
pub(super) use self::writer::Writer;
pub(crate) use self::writer::floor;
use super::buffer::{Append, Buffer};
use super::format::{Flags, Header, ITEM_LEN, kind, tag};
use super::seal::seal;
use super::{MAX_LEN, Piece, Site, Task, Value};

/// The most bytes of a name that stands in the record itself; the usual target has some 20.
pub(crate) const INLINE_TEXT_MAX: usize = 128;

/// The name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// The field name of the call site with this number, `0..=254`.
    Static(u8),
    /// The name itself; of one longer than 255 bytes only the beginning is kept.
    Name(&'a str),
}

/// Writes one record into a [`Buffer`].
///
/// What does not fit is cut at a char boundary or left out, and the record is flagged as
/// truncated. What is written first survives: write the task before a message of unknown length.
///
/// ```
/// use ringvisor::record::{Buffer, Encoder, Header, Key, Level, NoNames, Value, decode};
///
/// let header = Header { level: Level::Info, thread: 1, site: 0, ticks: 7 };
/// let mut buffer = Buffer::new();
/// let mut encoder = Encoder::new(&mut buffer, header);
/// encoder.message(format_args!("request {} done", 3)).field(Key::Name("us"), Value::U64(250));
/// let record = decode(encoder.finish(), &NoNames)?;
/// assert_eq!(record.message, "request 3 done");
/// assert_eq!(record.fields.get("us"), Some(Value::U64(250)));
/// # Ok::<(), ringvisor::record::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Encoder<'b> {
    writer: Writer<'b, Buffer>,
    flags: u8,
}

impl<'b> Encoder<'b> {
    /// Begins a record; what `buffer` held is forgotten.
    #[inline]
    pub fn new(buffer: &'b mut Buffer, header: Header) -> Self {
        buffer.truncate(0);
        buffer.append(&header.to_bytes());
        Self { writer: Writer::new(buffer, MAX_LEN), flags: 0 }
    }

    /// Keeps the record within `max_len` bytes, for a ring whose records are shorter than
    /// [`MAX_LEN`]; at least the header of 16 bytes is always written.
    #[inline]
    #[must_use]
    pub fn limit(mut self, max_len: usize) -> Self {
        self.writer.set_limit(max_len);
        self
    }

    /// Formats the message into the record.
    #[inline]
    pub fn message(&mut self, message: fmt::Arguments<'_>) -> &mut Self {
        match message.as_str() {
            Some(text) => self.message_str(text),
            None => self.message_with(|writer| writer.write_fmt(message)),
        }
    }

    /// Copies the message into the record.
    #[inline]
    pub fn message_str(&mut self, message: &str) -> &mut Self {
        self.message_with(|writer| writer.text(message))
    }

    /// Says that the message is the literal that the call site's entry holds.
    #[inline]
    pub fn literal_message(&mut self) -> &mut Self {
        self.flags |= Flags::LITERAL;
        self
    }

    /// Says which piece of a long text the message is, and whether more of it follows.
    pub fn piece(&mut self, piece: Piece, is_last: bool) -> &mut Self {
        let mut item = [tag::PIECE, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        item[ITEM_LEN..ITEM_LEN + 4].copy_from_slice(&piece.text.to_le_bytes());
        item[ITEM_LEN + 4..].copy_from_slice(&piece.index.to_le_bytes());
        self.writer.whole(&item);
        self.flags |= if piece.index > 0 { Flags::CONTINUES } else { 0 };
        self.flags |= if is_last { 0 } else { Flags::CONTINUED };
        self
    }

    /// Says that something was cut before it came here, a span for example.
    pub fn truncated(&mut self) -> &mut Self {
        self.flags |= Flags::TRUNCATED;
        self
    }

    /// Adds a typed field.
    #[inline]
    pub fn field(&mut self, key: Key<'_>, value: Value<'_>) -> &mut Self {
        self.writer.value_field(key, value);
        self
    }

    /// Adds a field whose value is what `Debug` makes of it.
    pub fn field_debug(&mut self, key: Key<'_>, value: &dyn fmt::Debug) -> &mut Self {
        self.field_text(key, format_args!("{value:?}"))
    }

    /// Adds a field whose value is what `Display` makes of it.
    pub fn field_display(&mut self, key: Key<'_>, value: &dyn fmt::Display) -> &mut Self {
        self.field_text(key, format_args!("{value}"))
    }

    /// Adds an error with its sources, 16 at most.
    pub fn field_error(&mut self, key: Key<'_>, error: &(dyn Error + 'static)) -> &mut Self {
        self.writer.field(key, |writer| writer.error(error));
        self
    }

    /// Describes the call site in the record itself, for a site that has no entry. Target, module
    /// and file are each cut to 128 bytes, and to a fifth of the record: they leave room for the
    /// message.
    pub fn site(&mut self, site: &Site<'_>) -> &mut Self {
        let kept = site.shortened(self.inline_text_max());
        self.writer.cut |= kept != *site;
        if let Some(start) = self.writer.open(tag::SITE) {
            if kept.write(kept.fields, &mut self.writer) {
                self.writer.close(start);
            } else {
                self.writer.out.truncate(start);
            }
        }
        self
    }

    /// Says in which task it was written; `name_id` is the entry of the task's name, or 0 to
    /// write the name itself, cut as the texts of a [`site`](Self::site) are.
    pub fn task(&mut self, task: Task<'_>, name_id: u32) -> &mut Self {
        let name = floor(task.name, self.inline_text_max());
        let Some(start) = self.writer.open(tag::TASK) else { return self };
        let mut fixed = [0; 16];
        fixed[..8].copy_from_slice(&task.id.0.to_le_bytes());
        fixed[8..12].copy_from_slice(&task.run.to_le_bytes());
        fixed[12..].copy_from_slice(&name_id.to_le_bytes());
        if self.writer.whole(&fixed) {
            if name_id == 0 {
                self.writer.cut |= name.len() < task.name.len();
                let _ = self.writer.text(name);
            }
            self.writer.close(start);
        } else {
            self.writer.out.truncate(start);
        }
        self
    }

    /// Copies span items that a [`SpanEncoder`] made; all of them or none.
    #[inline]
    pub fn span_bytes(&mut self, spans: &[u8]) -> &mut Self {
        self.writer.whole(spans);
        self
    }

    /// The bytes of the whole record.
    #[inline]
    pub fn finish(mut self) -> &'b [u8] {
        self.patch_flags();
        self.writer.out.bytes()
    }

    /// The same, with a checksum of it at the end, for records that are read from a file. Nothing is
    /// added where [`limit`](Self::limit) left no room for it below [`MAX_LEN`].
    #[inline]
    pub(crate) fn finish_sealed(mut self) -> &'b [u8] {
        self.patch_flags();
        let buffer = self.writer.out;
        let seal = seal(buffer.bytes());
        buffer.append(&seal);
        buffer.bytes()
    }

    /// The most bytes of a text that only stands in the record because the string table is full.
    fn inline_text_max(&self) -> usize {
        INLINE_TEXT_MAX.min(self.writer.room() / 5)
    }

    #[inline]
    fn patch_flags(&mut self) {
        let cut = if self.writer.cut { Flags::TRUNCATED } else { 0 };
        if let Some(place) = self.writer.out.bytes_mut().get_mut(1) {
            *place = self.flags | cut;
        }
    }

    #[inline]
    fn message_with(
        &mut self,
        write: impl FnOnce(&mut Writer<'b, Buffer>) -> fmt::Result,
    ) -> &mut Self {
        if let Some(start) = self.writer.open(tag::MESSAGE) {
            // An error is either a cut, which is flagged, or a `Display` of the user that gave
            // up: then what it wrote before is kept.
            let _ = write(&mut self.writer);
            self.writer.close(start);
        }
        self
    }

    fn field_text(&mut self, key: Key<'_>, text: fmt::Arguments<'_>) -> &mut Self {
        self.writer.field(key, |writer| writer.formatted(kind::DEBUG, |w| w.write_fmt(text)));
        self
    }
}
