//! Streams full of records of every shape.

use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::clock::{Clock, Manual};
use crate::record::{
    Append, Buffer, Encoder, Key, Level, Site, SpanEncoder, Task, TaskId, Value, Zone,
};
use crate::stream::core::Origin;
use crate::stream::{Config, RingStream};

/// A record as a test describes it.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) level: Level,
    pub(super) message: String,
    task: Option<String>,
    span: Option<(String, u64)>,
    fields: Vec<(String, Typed)>,
    /// Whether call site, message and the task's name are in the string table.
    is_interned: bool,
    is_truncated: bool,
}

#[derive(Clone, Debug)]
enum Typed {
    Bool(bool),
    I64(i64),
    F64(f64),
    Str(String),
    Bytes(Vec<u8>),
    Debug(String),
}

/// Text with what is rendered in another way than it is stored.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-h ]{1,6}",
        1 => Just("\n".to_owned()),
        1 => Just("\x1b".to_owned()),
        1 => Just("\u{9f}".to_owned()),
        1 => prop::sample::select(&["\u{202e}", "\u{61c}"][..]).prop_map(str::to_owned),
        1 => Just("\\n\"=".to_owned()),
        1 => "[éβ漢…0-9x{}]{1,3}",
        1 => Just("] [INFO] ".to_owned()),
        1 => Just("true 17 0xab".to_owned()),
    ];
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

impl Sample {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let typed = prop_oneof![
            any::<bool>().prop_map(Typed::Bool),
            any::<i64>().prop_map(Typed::I64),
            any::<f64>().prop_map(Typed::F64),
            text().prop_map(Typed::Str),
            vec(any::<u8>(), 0..4).prop_map(Typed::Bytes),
            text().prop_map(Typed::Debug),
        ];
        let shape = (
            prop::option::weighted(0.3, text()),
            prop::option::weighted(0.3, (text(), any::<u64>())),
            prop_oneof![3 => Just(Vec::new()).boxed(), 2 => vec((text(), typed), 1..4).boxed()],
        );
        let flags = (any::<bool>(), prop::bool::weighted(0.1));
        let level = prop::sample::select(&Level::ALL);
        (level, text(), shape, flags).prop_map(|(level, message, shape, flags)| {
            let (task, span, fields) = shape;
            let (is_interned, is_truncated) = flags;
            Self { level, message, task, span, fields, is_interned, is_truncated }
        })
    }

    pub(super) fn plain(level: Level, message: &str) -> Self {
        let (task, span, fields) = (None, None, Vec::new());
        let message = message.to_owned();
        Self { level, message, task, span, fields, is_interned: false, is_truncated: false }
    }

    pub(super) fn of_task(self, task: &str) -> Self {
        Self { task: Some(task.to_owned()), ..self }
    }

    pub(super) fn write(&self, stream: &RingStream, target: &str) {
        let keys: Vec<&str> = self.fields.iter().map(|(key, _)| key.as_str()).collect();
        let site = Site {
            message: Some(&self.message),
            file: Some("src/sample.rs"),
            fields: keys[..].into(),
            ..Site::new(target)
        };
        let table = stream.core.strings();
        let mut blob = Buffer::new();
        let is_whole = site.encode_into(&mut blob);
        let entry = if self.is_interned && is_whole { table.intern(blob.bytes()) } else { None };
        let origin = Origin { level: self.level, site: entry.unwrap_or(0) };
        stream.core.write(
            origin,
            || Site::new(target),
            |encoder| {
                if let Some(task) = &self.task {
                    let id = if self.is_interned { table.intern(task.as_bytes()) } else { None };
                    let task = Task { id: TaskId(7), run: 1, name: task };
                    encoder.task(task, id.unwrap_or(0));
                }
                self.fill(entry.is_some(), encoder);
            },
        );
    }

    fn fill(&self, is_interned: bool, encoder: &mut Encoder<'_>) {
        if let Some((name, number)) = &self.span {
            let mut spans = Vec::new();
            SpanEncoder::new(&mut spans, name).field("number", Value::U64(*number));
            encoder.span_bytes(&spans);
        }
        if is_interned {
            encoder.literal_message();
        } else {
            encoder.message_str(&self.message);
        }
        for (index, (key, value)) in self.fields.iter().enumerate() {
            let key = if is_interned { Key::Static(index as u8) } else { Key::Name(key) };
            match value {
                Typed::Bool(value) => encoder.field(key, Value::Bool(*value)),
                Typed::I64(value) => encoder.field(key, Value::I64(*value)),
                Typed::F64(value) => encoder.field(key, Value::F64(*value)),
                Typed::Str(text) => encoder.field(key, Value::Str(text)),
                Typed::Bytes(bytes) => encoder.field(key, Value::Bytes(bytes)),
                Typed::Debug(text) => encoder.field_display(key, text),
            };
        }
        if self.is_truncated {
            encoder.truncated();
        }
    }
}

/// A stream named `[é] log` that holds `samples`, a second apart.
pub(super) fn stream_of(samples: &[Sample]) -> RingStream {
    let time: &'static Manual = std::boxed::Box::leak(std::boxed::Box::default());
    let config = Config::new().bytes(1 << 18).shards(1).clock(Clock::manual(time));
    let stream = config.name("[é] log").build().unwrap();
    for sample in samples {
        sample.write(&stream, "shop::cart");
        time.advance(core::time::Duration::from_secs(1));
    }
    stream
}

/// The lines of `cat`.
pub(super) fn cat(stream: &RingStream) -> Vec<String> {
    let mut text = String::new();
    stream.cat_in(Zone::Utc, &mut text).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}
