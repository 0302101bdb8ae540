//! Spans: encoded once when they open, copied into each record that is written inside them.

use std::vec::Vec;

use arrayvec::ArrayVec;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::record::{Encoder, SpanEncoder};
use crate::stream::core::Core;

use super::fields::SpanFields;

/// Spans of one record; of deeper nestings the innermost are kept.
const DEPTH_MAX: usize = 16;

/// A span's encoded form for each stream that wants it: two streams in one subscriber may have
/// different levels.
#[derive(Default)]
struct Encoded(Vec<(usize, Vec<u8>)>);

impl Encoded {
    fn of(&self, stream: usize) -> Option<&[u8]> {
        let (_, bytes) = self.0.iter().find(|(owner, _)| *owner == stream)?;
        Some(bytes)
    }

    fn put(&mut self, stream: usize, bytes: Vec<u8>) {
        match self.0.iter_mut().find(|(owner, _)| *owner == stream) {
            Some((_, old)) => *old = bytes,
            None => self.0.push((stream, bytes)),
        }
    }
}

/// Encodes a span that opens.
pub(super) fn open<S, Sub>(
    core: &Core<S>,
    attributes: &Attributes<'_>,
    id: &Id,
    context: &Context<'_, Sub>,
) where
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let mut bytes = Vec::new();
    let mut encoder = SpanEncoder::new(&mut bytes, attributes.metadata().name());
    attributes.record(&mut SpanFields(&mut encoder));
    encoder.finish();
    put(core, bytes, id, context);
}

/// Adds fields to a span that is open.
pub(super) fn extend<S, Sub>(
    core: &Core<S>,
    values: &Record<'_>,
    id: &Id,
    context: &Context<'_, Sub>,
) where
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    // The fields' `Debug` code must not run under the lock of the span's extensions, so a copy is
    // extended. Of two threads that do this to one span at once, the later wins.
    let of_span = |id| {
        let span = context.span(id)?;
        let extensions = span.extensions();
        extensions.get::<Encoded>()?.of(key(core)).map(<[u8]>::to_vec)
    };
    let Some(mut bytes) = of_span(id) else { return };
    if let Some(mut encoder) = SpanEncoder::reopen(&mut bytes) {
        values.record(&mut SpanFields(&mut encoder));
        encoder.finish();
    }
    put(core, bytes, id, context);
}

/// Copies the spans that the event is in, the outermost first.
pub(super) fn copy<S, Sub>(
    core: &Core<S>,
    event: &Event<'_>,
    context: &Context<'_, Sub>,
    encoder: &mut Encoder<'_>,
) where
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let Some(scope) = context.event_scope(event) else { return };
    let mut spans = ArrayVec::<_, DEPTH_MAX>::new();
    for span in scope {
        if spans.try_push(span).is_err() {
            encoder.truncated();
            break;
        }
    }
    for span in spans.iter().rev() {
        if let Some(bytes) = span.extensions().get::<Encoded>().and_then(|all| all.of(key(core))) {
            encoder.span_bytes(bytes);
        }
    }
}

fn put<S, Sub>(core: &Core<S>, bytes: Vec<u8>, id: &Id, context: &Context<'_, Sub>)
where
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let Some(span) = context.span(id) else { return };
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<Encoded>() {
        Some(encoded) => encoded.put(key(core), bytes),
        None => {
            let mut encoded = Encoded::default();
            encoded.put(key(core), bytes);
            extensions.insert(encoded);
        }
    }
}

/// Tells streams apart by where they are; one that is in a subscriber does not move.
fn key<S>(core: &Core<S>) -> usize {
    core::ptr::from_ref(core).cast::<u8>() as usize
}
