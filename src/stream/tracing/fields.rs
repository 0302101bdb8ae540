//! Fields of events and spans, with their types.

use core::error::Error;
use core::fmt;

use tracing_core::field::{Field, Visit};

use crate::record::{Append, Encoder, Key, SpanEncoder, Value};

/// The name under which tracing hands over the message.
const MESSAGE: &str = "message";

/// Fields of a call site that are known by number, the message among them; the names of further ones
/// stand in each record.
pub(super) const NUMBERED: usize = 64;

/// Encodes the fields of an event; the one called `message` is its text.
pub(super) struct Fields<'e, 'b> {
    pub(super) encoder: &'e mut Encoder<'b>,
    /// Whether the call site's entry knows the names, so that a number stands for each.
    pub(super) by_number: bool,
}

impl Fields<'_, '_> {
    #[inline]
    fn key(&self, field: &Field) -> Key<'static> {
        match u8::try_from(field.index()) {
            Ok(index) if self.by_number && usize::from(index) < NUMBERED => Key::Static(index),
            _ => Key::Name(field.name()),
        }
    }

    #[inline]
    fn put(&mut self, field: &Field, value: Value<'_>) {
        self.encoder.field(self.key(field), value);
    }
}

impl Visit for Fields<'_, '_> {
    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == MESSAGE {
            self.encoder.message(format_args!("{value:?}"));
        } else {
            self.encoder.field_debug(self.key(field), value);
        }
    }

    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == MESSAGE {
            self.encoder.message_str(value);
        } else {
            self.put(field, Value::Str(value));
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.encoder.field_error(self.key(field), value);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.put(field, Value::Bytes(value));
    }

    #[inline]
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::I64(value));
    }

    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.put(field, Value::I128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, Value::U128(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::F64(value));
    }

    #[inline]
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Bool(value));
    }
}

/// Encodes the fields of a span.
pub(super) struct SpanFields<'e, 'b, B: Append>(pub(super) &'e mut SpanEncoder<'b, B>);

impl<B: Append> Visit for SpanFields<'_, '_, B> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.field_debug(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.field(field.name(), Value::Str(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.0.field_error(field.name(), value);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.0.field(field.name(), Value::Bytes(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.field(field.name(), Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.field(field.name(), Value::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.0.field(field.name(), Value::I128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.0.field(field.name(), Value::U128(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.field(field.name(), Value::F64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.field(field.name(), Value::Bool(value));
    }
}
