//! Spans: encoded once, copied into each event of their scope.

use std::vec::Vec;

use tracing_core::field::Visit;
use tracing_core::span::{Attributes, Id, Record as Values};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::record::{Buffer, Encoder, Fields, Record, SpanEncoder};
use crate::ring::Storage;
use crate::stream::core::Core;

use super::fields::{Keys, gather};

/// The most spans around one event that are looked at, the innermost ones.
const DEPTH_MAX: usize = 64;

/// What the streams that show a span keep with it.
#[derive(Debug, Default)]
struct Shown(Vec<Encoded>);

/// A span as one stream shows it.
#[derive(Debug)]
struct Encoded {
    /// Address of the stream's core.
    stream: usize,
    bytes: Vec<u8>,
    /// Whether something did not fit.
    cut: bool,
}

impl Shown {
    fn by(&self, stream: usize) -> Option<&Encoded> {
        self.0.iter().find(|encoded| encoded.stream == stream)
    }

    fn by_mut(&mut self, stream: usize) -> Option<&mut Encoded> {
        self.0.iter_mut().find(|encoded| encoded.stream == stream)
    }
}

impl Encoded {
    fn new(stream: usize, name: &str, values: &Record<'_>) -> Self {
        let mut bytes = Vec::new();
        let encoder = SpanEncoder::new(&mut bytes, name);
        let cut = !add(encoder, values.fields) || values.truncated;
        Self { stream, bytes, cut }
    }

    fn record(&mut self, values: &Record<'_>) {
        let Some(encoder) = SpanEncoder::reopen(&mut self.bytes) else { return };
        self.cut |= !add(encoder, values.fields) || values.truncated;
    }
}

/// Adds the fields and says whether all of them fitted.
fn add(mut encoder: SpanEncoder<'_, Vec<u8>>, fields: Fields<'_>) -> bool {
    for field in fields {
        encoder.field(field.key, field.value);
    }
    encoder.finish()
}

/// Encodes a span that opens.
pub(super) fn open<S, Sub>(
    core: &Core<S>,
    attributes: &Attributes<'_>,
    id: &Id,
    context: &Context<'_, Sub>,
) where
    S: Storage,
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let mut buffer = Buffer::new();
    let record = |visitor: &mut dyn Visit| attributes.record(visitor);
    let Some(values) = gather(&mut buffer, Keys::OfSpan, record) else { return };
    let encoded = Encoded::new(key(core), attributes.metadata().name(), &values);
    let Some(span) = context.span(id) else { return };
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<Shown>() {
        Some(shown) => match shown.by_mut(encoded.stream) {
            Some(twice) => *twice = encoded,
            None => shown.0.push(encoded),
        },
        None => extensions.insert(Shown(Vec::from([encoded]))),
    }
}

/// Adds values that come later; a value of a field replaces the earlier one.
pub(super) fn extend<S, Sub>(
    core: &Core<S>,
    values: &Values<'_>,
    id: &Id,
    context: &Context<'_, Sub>,
) where
    S: Storage,
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let Some(span) = context.span(id) else { return };
    let key = key(core);
    let is_shown = span.extensions().get::<Shown>().is_some_and(|shown| shown.by(key).is_some());
    if !is_shown {
        return;
    }
    let mut buffer = Buffer::new();
    let record = |visitor: &mut dyn Visit| values.record(visitor);
    let Some(values) = gather(&mut buffer, Keys::OfSpan, record) else { return };
    let mut extensions = span.extensions_mut();
    if let Some(encoded) = extensions.get_mut::<Shown>().and_then(|shown| shown.by_mut(key)) {
        encoded.record(&values);
    }
}

/// Copies the spans around the event into its record, the outermost first.
#[inline]
pub(super) fn copy<S, Sub>(
    core: &Core<S>,
    event: &Event<'_>,
    context: &Context<'_, Sub>,
    encoder: &mut Encoder<'_>,
) where
    S: Storage,
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    if let Some(span) = context.event_span(event) {
        let len_max = core.storage.region().shard(0).len_max();
        Copy { stream: key(core), room: len_max / 2, encoder }.around(&span, DEPTH_MAX);
    }
}

/// Copies spans into a record.
struct Copy<'e, 'b> {
    stream: usize,
    /// Bytes that are left for spans: the message needs the other half of the record.
    room: usize,
    encoder: &'e mut Encoder<'b>,
}

impl Copy<'_, '_> {
    /// Copies `span` and what is around it. Recursion, because a list of unknown length would need
    /// an allocation.
    fn around<'l, Sub: LookupSpan<'l>>(&mut self, span: &SpanRef<'l, Sub>, depth: usize) {
        match span.parent() {
            Some(parent) if depth > 1 => self.around(&parent, depth - 1),
            Some(_) => self.cut(),
            None => {}
        }
        if let Some(encoded) = span.extensions().get::<Shown>().and_then(|s| s.by(self.stream)) {
            self.one(encoded);
        }
    }

    fn one(&mut self, encoded: &Encoded) {
        match self.room.checked_sub(encoded.bytes.len()) {
            Some(room) => {
                self.room = room;
                self.encoder.span_bytes(&encoded.bytes);
                if encoded.cut {
                    self.cut();
                }
            }
            None => self.cut(),
        }
    }

    fn cut(&mut self) {
        self.encoder.truncated();
    }
}

/// Tells streams apart: the address of what all handles of one stream share.
fn key<S: Storage>(core: &Core<S>) -> usize {
    core::ptr::from_ref(core).addr()
}
