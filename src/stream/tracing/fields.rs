//! Fields of events and spans, with their types.

use core::error::Error;
use core::fmt;

use tracing_core::field::{Field, Visit};

use crate::record::{Buffer, Encoder, Header, Key, Level, NoNames, Record, Value, decode};

/// The name under which tracing hands over the message.
const MESSAGE: &str = "message";

/// Fields of a call site that are known by number, the message among them; the names of further ones
/// stand in each record.
pub(super) const NUMBERED: usize = 64;

/// How values become parts of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// By their numbers in the call site's entry; the one called `message` is the record's text.
    Numbered,
    /// By their names; the one called `message` is the record's text.
    Named,
    /// By their names, all of them.
    OfSpan,
}

/// Adds what it visits to a record.
pub(super) struct Fields<'e, 'b> {
    pub(super) encoder: &'e mut Encoder<'b>,
    pub(super) keys: Keys,
}

impl Fields<'_, '_> {
    #[inline]
    fn is_message(&self, field: &Field) -> bool {
        self.keys != Keys::OfSpan && field.name() == MESSAGE
    }

    #[inline]
    fn key(&self, field: &Field) -> Key<'static> {
        match u8::try_from(field.index()) {
            Ok(index) if self.keys == Keys::Numbered && usize::from(index) < NUMBERED => {
                Key::Static(index)
            }
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
        if self.is_message(field) {
            self.encoder.message(format_args!("{value:?}"));
        } else {
            self.encoder.field_debug(self.key(field), value);
        }
    }

    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        if self.is_message(field) {
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

/// Encodes what `record` shows a visitor as a record of its own in `buffer`, and reads that: so the
/// user's `Debug` code is over before a lock is taken, and runs once. `None` never happens.
pub(super) fn gather<'b>(
    buffer: &'b mut Buffer,
    keys: Keys,
    record: impl FnOnce(&mut dyn Visit),
) -> Option<Record<'b>> {
    let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
    let mut encoder = Encoder::new(buffer, header);
    record(&mut Fields { encoder: &mut encoder, keys });
    decode(encoder.finish(), &NoNames).ok()
}
