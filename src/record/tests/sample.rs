//! Owned records of any shape, how to encode them and what they must decode to.

use core::fmt;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::record::*;

/// A value that owns its texts.
#[derive(Clone, Debug)]
pub(super) enum Owned {
    Bool(bool),
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Str(String),
    Bytes(Vec<u8>),
    Debug(String),
    Error(Vec<String>),
}

impl Owned {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            any::<bool>().prop_map(Self::Bool),
            any::<i64>().prop_map(Self::I64),
            any::<u64>().prop_map(Self::U64),
            any::<i128>().prop_map(Self::I128),
            any::<u128>().prop_map(Self::U128),
            (any::<f64>()).prop_map(Self::F64),
            any::<String>().prop_map(Self::Str),
            vec(any::<u8>(), 0..20).prop_map(Self::Bytes),
            any::<String>().prop_map(Self::Debug),
            vec(any::<String>(), 1..5).prop_map(Self::Error),
        ]
    }

    pub(super) fn encode(&self, key: Key<'_>, encoder: &mut Encoder<'_>) {
        match self {
            Self::Bool(value) => encoder.field(key, Value::Bool(*value)),
            Self::I64(value) => encoder.field(key, Value::I64(*value)),
            Self::U64(value) => encoder.field(key, Value::U64(*value)),
            Self::I128(value) => encoder.field(key, Value::I128(*value)),
            Self::U128(value) => encoder.field(key, Value::U128(*value)),
            Self::F64(value) => encoder.field(key, Value::F64(*value)),
            Self::Str(text) => encoder.field(key, Value::Str(text)),
            Self::Bytes(bytes) => encoder.field(key, Value::Bytes(bytes)),
            Self::Debug(text) => encoder.field_display(key, text),
            Self::Error(links) => encoder.field_error(key, &Link::of(links)),
        };
    }

    pub(super) fn encode_in_span<B: Append>(&self, name: &str, span: &mut SpanEncoder<'_, B>) {
        match self {
            Self::Bool(value) => span.field(name, Value::Bool(*value)),
            Self::I64(value) => span.field(name, Value::I64(*value)),
            Self::U64(value) => span.field(name, Value::U64(*value)),
            Self::I128(value) => span.field(name, Value::I128(*value)),
            Self::U128(value) => span.field(name, Value::U128(*value)),
            Self::F64(value) => span.field(name, Value::F64(*value)),
            Self::Str(text) => span.field(name, Value::Str(text)),
            Self::Bytes(bytes) => span.field(name, Value::Bytes(bytes)),
            Self::Debug(text) => span.field_display(name, text),
            Self::Error(links) => span.field_error(name, &Link::of(links)),
        };
    }

    /// Whether `value` is this, as far as it is there: texts may be cut where `cut`.
    pub(super) fn is(&self, value: Value<'_>, cut: bool) -> bool {
        let same = |whole: &str, part: &str| whole == part || (cut && whole.starts_with(part));
        match (self, value) {
            (Self::Bool(a), Value::Bool(b)) => *a == b,
            (Self::I64(a), Value::I64(b)) => *a == b,
            (Self::U64(a), Value::U64(b)) => *a == b,
            (Self::I128(a), Value::I128(b)) => *a == b,
            (Self::U128(a), Value::U128(b)) => *a == b,
            (Self::F64(a), Value::F64(b)) => a.to_bits() == b.to_bits(),
            (Self::Str(a), Value::Str(b)) | (Self::Debug(a), Value::Debug(b)) => same(a, b),
            (Self::Bytes(a), Value::Bytes(b)) => *a == b || (cut && a.starts_with(b)),
            (Self::Error(a), Value::Error(b)) => {
                (cut || a.len() == b.count()) && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            _ => false,
        }
    }
}

/// An error with sources.
#[derive(Debug)]
struct Link {
    text: String,
    source: Option<Box<Self>>,
}

impl Link {
    fn of(texts: &[String]) -> Self {
        let (first, rest) = texts.split_first().expect("a chain has a link");
        let source = (!rest.is_empty()).then(|| Box::new(Self::of(rest)));
        Self { text: first.clone(), source }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl core::error::Error for Link {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.source.as_deref().map(|link| link as _)
    }
}

/// Everything that a record can hold.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) level: Level,
    pub(super) thread: u16,
    pub(super) ticks: u64,
    pub(super) message: String,
    pub(super) task: Option<(u64, u32, String)>,
    pub(super) fields: Vec<(String, Owned)>,
    pub(super) spans: Vec<(String, Vec<(String, Owned)>)>,
}

impl Sample {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let fields = vec((".{0,9}", Owned::any()), 0..6).boxed();
        let header = (prop::sample::select(&Level::ALL[..]), any::<u16>(), any::<u64>());
        let task = proptest::option::of((any::<u64>(), any::<u32>(), ".{0,9}"));
        let spans = vec((".{0,9}", fields.clone()), 0..4);
        (header, any::<String>(), task, fields, spans).prop_map(
            |((level, thread, ticks), message, task, fields, spans)| Self {
                level,
                thread,
                ticks,
                message,
                task,
                fields,
                spans: spans.into_iter().map(|(name, fields)| (name, unique(fields))).collect(),
            },
        )
    }

    /// Encodes it into at most `limit` bytes.
    pub(super) fn encode(&self, limit: usize) -> Vec<u8> {
        let header = Header { level: self.level, thread: self.thread, site: 0, ticks: self.ticks };
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, header).limit(limit);
        if let Some((id, run, name)) = &self.task {
            encoder.task(Task { id: TaskId(*id), run: *run, name }, 0);
        }
        encoder.message(format_args!("{}", self.message));
        for (key, value) in &self.fields {
            value.encode(Key::Name(key), &mut encoder);
        }
        let (spans, whole) = self.encode_spans();
        encoder.span_bytes(&spans);
        if !whole {
            encoder.truncated();
        }
        encoder.finish().to_vec()
    }

    fn encode_spans(&self) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        let mut whole = true;
        for (name, fields) in &self.spans {
            let mut span = SpanEncoder::new(&mut bytes, name);
            fields.iter().for_each(|(name, value)| value.encode_in_span(name, &mut span));
            whole &= span.finish();
        }
        (bytes, whole)
    }
}

/// Later fields of a name replace earlier ones in a span.
fn unique(fields: Vec<(String, Owned)>) -> Vec<(String, Owned)> {
    let mut kept: Vec<(String, Owned)> = Vec::new();
    for (name, value) in fields {
        kept.retain(|(other, _)| *other != name);
        kept.push((name, value));
    }
    kept
}

/// 2023-03-29 12:16:30.007114 UTC.
pub(super) const NOON: Time = Time { wall_ns: 1_680_092_190_007_114_000, mono_ns: 12_345_678_901 };

/// The bytes of a record with two spans and one field of each type.
pub(super) fn rich() -> Vec<u8> {
    let mut spans = Vec::new();
    SpanEncoder::new(&mut spans, "request")
        .field("id", Value::U64(7))
        .field("name", Value::Str("a b"));
    SpanEncoder::new(&mut spans, "query");
    let site = Site { file: Some("src/db.rs"), line: Some(88), ..Site::new("orders::db") };
    let mut buffer = Buffer::new();
    let header = Header { level: Level::Warn, thread: 3, site: 0, ticks: 0 };
    let mut encoder = Encoder::new(&mut buffer, header);
    encoder.site(&site).task(Task { id: TaskId(5), run: 2, name: "worker@2" }, 0);
    encoder.span_bytes(&spans).message_str("slow\nquery");
    for (key, value) in [
        ("yes", Value::Bool(true)),
        ("i64", Value::I64(-5)),
        ("u64", Value::U64(u64::MAX)),
        ("i128", Value::I128(-7)),
        ("u128", Value::U128(u128::MAX)),
        ("f64", Value::F64(1.5)),
        ("nan", Value::F64(f64::NAN)),
        ("str", Value::Str("plain")),
        ("said", Value::Str("say \"hi\"\n")),
        ("bytes", Value::Bytes(&[0, 255])),
        ("debug", Value::Debug("Some(\n1)")),
    ] {
        encoder.field(Key::Name(key), value);
    }
    let error = Link::of(&["no rows".into(), "disk: \"full\"".into()]);
    encoder.field_error(Key::Name("error"), &error);
    encoder.finish().to_vec()
}

/// The record of [`rich`] at [`NOON`].
pub(super) fn rich_record(bytes: &[u8]) -> Record<'_> {
    let mut record = decode(bytes, &NoNames).expect("just encoded");
    record.time = NOON;
    record.seq = 41;
    record
}
