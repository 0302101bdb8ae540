//! `log::Log` for a stream, key-values included.

use log::kv::{self, VisitSource, VisitValue};
use log::{Log, Metadata, Record};

use crate::record::{Encoder, Key, Level, LevelFilter, Site, Value};
use crate::ring::Storage;

use super::RingStream;
use super::core::Origin;

#[cfg_attr(all(feature = "cortex-m", not(feature = "std")), path = "log/brief.rs")]
#[cfg_attr(not(any(feature = "cortex-m", feature = "std")), path = "log/unfiltered.rs")]
mod filtered;

impl<S: Storage> Log for RingStream<S> {
    #[inline]
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.allows(metadata.level().into(), metadata.target())
    }

    #[inline]
    fn log(&self, record: &Record<'_>) {
        let level = Level::from(record.level());
        if self.core.state.may_pass(level) {
            filtered::log(self, level, record);
        }
    }

    /// Does nothing: a record is in the ring as soon as it is written.
    fn flush(&self) {}
}

/// Writes the record, which has passed the filter.
#[inline]
fn write<S: Storage>(stream: &RingStream<S>, origin: Origin, record: &Record<'_>, literal: bool) {
    stream.core.write(
        origin,
        || describe(record),
        |encoder| {
            if literal {
                encoder.literal_message();
            } else {
                encoder.message(*record.args());
            }
            // Whether there are any is asked first: walking an empty source costs 2 ns.
            if record.key_values().count() > 0 {
                let _ = record.key_values().visit(&mut Fields(encoder));
            }
        },
    );
}

fn describe<'a>(record: &Record<'a>) -> Site<'a> {
    Site {
        module: record.module_path(),
        file: record.file(),
        line: record.line(),
        ..Site::new(record.target())
    }
}

/// Takes key-values over with their types.
struct Fields<'e, 'b>(&'e mut Encoder<'b>);

impl<'kvs> VisitSource<'kvs> for Fields<'_, '_> {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        value.visit(Typed { encoder: self.0, key: Key::Name(key.as_str()) })
    }
}

struct Typed<'e, 'b, 'k> {
    encoder: &'e mut Encoder<'b>,
    key: Key<'k>,
}

impl Typed<'_, '_, '_> {
    fn put(&mut self, value: Value<'_>) -> Result<(), kv::Error> {
        self.encoder.field(self.key, value);
        Ok(())
    }
}

impl<'v> VisitValue<'v> for Typed<'_, '_, '_> {
    fn visit_any(&mut self, value: kv::Value<'_>) -> Result<(), kv::Error> {
        self.encoder.field_display(self.key, &value);
        Ok(())
    }

    fn visit_null(&mut self) -> Result<(), kv::Error> {
        self.encoder.field_display(self.key, &"null");
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.put(Value::U64(value))
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.put(Value::I64(value))
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), kv::Error> {
        self.put(Value::U128(value))
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), kv::Error> {
        self.put(Value::I128(value))
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.put(Value::F64(value))
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.put(Value::Bool(value))
    }

    fn visit_str(&mut self, value: &str) -> Result<(), kv::Error> {
        self.put(Value::Str(value))
    }

    #[cfg(feature = "std")]
    fn visit_error(&mut self, error: &(dyn core::error::Error + 'static)) -> Result<(), kv::Error> {
        self.encoder.field_error(self.key, error);
        Ok(())
    }
}

impl From<log::Level> for Level {
    #[inline]
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Error => Self::Error,
            log::Level::Warn => Self::Warn,
            log::Level::Info => Self::Info,
            log::Level::Debug => Self::Debug,
            log::Level::Trace => Self::Trace,
        }
    }
}

impl From<LevelFilter> for log::LevelFilter {
    fn from(level: LevelFilter) -> Self {
        match level {
            LevelFilter::Off => Self::Off,
            LevelFilter::Error => Self::Error,
            LevelFilter::Warn => Self::Warn,
            LevelFilter::Info => Self::Info,
            LevelFilter::Debug => Self::Debug,
            LevelFilter::Trace => Self::Trace,
        }
    }
}
