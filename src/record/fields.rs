//! Walking over the items of an encoded record without copying them.

use core::fmt;

use super::format::{INLINE_KEY, tag};
use super::site::FieldNames;
use super::value::Value;

/// One key-value of a record or a span.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field<'a> {
    /// Its name; `?` where the call site's entry is lost.
    pub key: &'a str,
    /// Its value, typed as the caller gave it.
    pub value: Value<'a>,
}

/// The fields of a record or a span, in the order the caller gave them. An iterator that can be
/// copied, to walk again.
#[derive(Clone, Copy, Default)]
pub struct Fields<'a> {
    items: Items<'a>,
    names: FieldNames<'a>,
}

impl<'a> Fields<'a> {
    /// Takes the items of a record or a span; those that are no fields are stepped over.
    pub(super) const fn new(items: Items<'a>, names: FieldNames<'a>) -> Self {
        Self { items, names }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        { *self }.next().is_none()
    }

    /// The value of the first field with that name.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let mut fields = *self;
        fields.find(|field| field.key == key).map(|field| field.value)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (tag, payload) = self.items.next()?;
            if tag != tag::FIELD {
                continue;
            }
            let (key, value) = split_key(payload)?;
            if let Some(value) = Value::decode(value).ok()? {
                return Some(Field { key: key.resolve(&self.names)?, value });
            }
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.map(|field| (field.key, field.value))).finish()
    }
}

/// One span that a record was written in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Span<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its fields at the time of the record.
    pub fields: Fields<'a>,
}

/// The spans of a record, the outermost first. An iterator that can be copied, to walk again.
#[derive(Clone, Copy, Default)]
pub struct Spans<'a> {
    items: Items<'a>,
}

impl<'a> Spans<'a> {
    /// Takes the items of a record; those that are no spans are stepped over.
    pub(super) const fn new(items: Items<'a>) -> Self {
        Self { items }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        { *self }.next().is_none()
    }
}

impl<'a> Iterator for Spans<'a> {
    type Item = Span<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (_, payload) = self.items.find(|(tag, _)| *tag == tag::SPAN)?;
        let (name, rest) = split_short(payload)?;
        let fields = Fields::new(Items::new(rest), FieldNames::default());
        Some(Span { name: core::str::from_utf8(name).ok()?, fields })
    }
}

impl fmt::Debug for Spans<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// Tags and payloads, one after the other; ends early at a length that points outside.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    #[inline]
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes that have not been walked over: none at the end of well-formed items.
    #[inline]
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (u8, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (&[tag, low, high], rest) = self.0.split_first_chunk()?;
        let len = usize::from(u16::from_le_bytes([low, high]));
        let (payload, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some((tag, payload))
    }
}

/// The key of a field as it is encoded.
#[derive(Clone, Copy)]
pub(super) enum RawKey<'a> {
    Static(u8),
    Inline(&'a [u8]),
}

impl<'a> RawKey<'a> {
    #[inline]
    pub(super) fn resolve(self, names: &FieldNames<'a>) -> Option<&'a str> {
        match self {
            Self::Static(index) => names.get(index),
            Self::Inline(name) => core::str::from_utf8(name).ok(),
        }
    }
}

/// Splits the payload of a field into key and value.
#[inline]
pub(super) fn split_key(payload: &[u8]) -> Option<(RawKey<'_>, &[u8])> {
    match payload.split_first()? {
        (&INLINE_KEY, rest) => split_short(rest).map(|(name, rest)| (RawKey::Inline(name), rest)),
        (&index, rest) => Some((RawKey::Static(index), rest)),
    }
}

/// The name of a field whose key is inline.
pub(super) fn inline_key(payload: &[u8]) -> Option<&[u8]> {
    match split_key(payload)? {
        (RawKey::Inline(name), _) => Some(name),
        (RawKey::Static(_), _) => None,
    }
}

/// Splits off the bytes behind a length of one byte.
#[inline]
pub(super) fn split_short(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(len))
}
