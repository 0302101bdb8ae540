//! Typed values of key-value fields.

use core::fmt;

use super::decode::Reason;
use super::format::kind;

/// The value of one field, as the caller gave it: numbers stay numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A wide signed integer.
    I128(i128),
    /// A wide unsigned integer.
    U128(u128),
    /// A floating-point number.
    F64(f64),
    /// Text that the caller had as text.
    Str(&'a str),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// Text that a `Debug` or `Display` implementation produced.
    Debug(&'a str),
    /// An error and its sources, the outermost first.
    Error(Chain<'a>),
}

impl<'a> Value<'a> {
    /// Reads a type and its payload; `None` for a type of a later version.
    #[inline]
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Option<Self>, Reason> {
        let (&kind, payload) = bytes.split_first().ok_or(Reason::Short)?;
        Ok(Some(match kind {
            kind::BOOL => Self::Bool(bool_of(array(payload)?)?),
            kind::I64 => Self::I64(i64::from_le_bytes(array(payload)?)),
            kind::U64 => Self::U64(u64::from_le_bytes(array(payload)?)),
            kind::I128 => Self::I128(i128::from_le_bytes(array(payload)?)),
            kind::U128 => Self::U128(u128::from_le_bytes(array(payload)?)),
            kind::F64 => Self::F64(f64::from_le_bytes(array(payload)?)),
            kind::STR => Self::Str(text(payload)?),
            kind::BYTES => Self::Bytes(payload),
            kind::DEBUG => Self::Debug(text(payload)?),
            kind::ERROR => Self::Error(Chain(payload)),
            _ => return Ok(None),
        }))
    }
}

/// The texts of an error and its sources, the outermost first. An iterator that can be copied, to
/// walk again.
#[derive(Clone, Copy, Default)]
pub struct Chain<'a>(&'a [u8]);

impl Chain<'_> {
    /// Whether each link is whole and UTF-8.
    pub(super) fn check(mut self) -> Result<(), Reason> {
        while !self.0.is_empty() {
            text(self.split().ok_or(Reason::Short)?)?;
        }
        Ok(())
    }
}

impl<'a> Chain<'a> {
    #[inline]
    fn split(&mut self) -> Option<&'a [u8]> {
        let (&len, rest) = self.0.split_first_chunk()?;
        let (link, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(len)))?;
        self.0 = rest;
        Some(link)
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        text(self.split()?).ok()
    }
}

impl PartialEq for Chain<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl fmt::Debug for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

#[inline]
fn array<const N: usize>(payload: &[u8]) -> Result<[u8; N], Reason> {
    payload.try_into().map_err(|_| Reason::Length)
}

#[inline]
pub(super) fn text(bytes: &[u8]) -> Result<&str, Reason> {
    core::str::from_utf8(bytes).map_err(|_| Reason::Utf8)
}

fn bool_of([byte]: [u8; 1]) -> Result<bool, Reason> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Reason::Bool(byte)),
    }
}
