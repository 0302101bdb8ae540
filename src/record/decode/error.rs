//! What is wrong with bytes that are no record.

use core::fmt;

/// Bytes that are not a record, or an entry that is not a call site: which part, where and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeError {
    /// What was being read.
    pub part: Part,
    /// Where it begins, in bytes from the beginning of the record or the site's entry.
    pub at: usize,
    /// What is wrong with it.
    pub reason: Reason,
}

/// A part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The first 16 bytes.
    Header,
    /// The tag and length of an item.
    Item,
    /// The message.
    Message,
    /// A field.
    Field,
    /// The description of the call site.
    Site,
    /// The task.
    Task,
    /// A span.
    Span,
    /// Which piece of a long text it is.
    Piece,
}

/// Why a part of a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It ends too early.
    Short,
    /// A length or an offset in it does not fit what it measures.
    Length,
    /// A text in it is not UTF-8.
    Utf8,
    /// No level has this number.
    Level(u8),
    /// A truth value is neither 0 nor 1 but this.
    Bool(u8),
    /// The call site has no field name with this number.
    Key(u8),
    /// The message is said to be the call site's literal, which has none.
    NoLiteral,
}

impl Part {
    pub(in crate::record) const fn fails(self, at: usize, reason: Reason) -> DecodeError {
        DecodeError { part: self, at, reason }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Item => "item",
            Self::Message => "message",
            Self::Field => "field",
            Self::Site => "call site",
            Self::Task => "task",
            Self::Span => "span",
            Self::Piece => "piece's number",
        }
    }
}

impl DecodeError {
    /// The same error where what was read lies `start` bytes into the record.
    pub(in crate::record) const fn behind(self, start: usize) -> Self {
        Self { at: self.at + start, ..self }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a record: the {} at byte {} {}", self.part.name(), self.at, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("ends too early"),
            Self::Length => f.write_str("has a wrong length"),
            Self::Utf8 => f.write_str("is not UTF-8"),
            Self::Level(number) => write!(f, "has the level {number}, not 1 to 5"),
            Self::Bool(number) => write!(f, "has the truth value {number}, not 0 or 1"),
            Self::Key(number) => write!(f, "has the key {number}, which its call site has not"),
            Self::NoLiteral => f.write_str("is a literal that its call site has not"),
        }
    }
}

impl core::error::Error for DecodeError {}
