//! A `tracing_subscriber::Layer` for a stream.
//!
//! There are two ways to put a stream into a subscriber. [`RingStream::layer`] returns it with a
//! filter of its own, and a callsite that does not pass costs what a disabled callsite costs. The
//! stream itself is a bare layer: it takes what passes its levels and never refuses anything in
//! `enabled`, because a layer that refuses there silences all the others.

mod bridged;
mod fields;
mod filter;
mod spans;

#[cfg(test)]
mod tests;

use arrayvec::ArrayVec;
use tracing_core::span::{Attributes, Id};
use tracing_core::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Filtered;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::record::{Buffer, Level, Site};
use crate::ring::{Heap, Inline, Storage};

use self::fields::{Fields, Keys};
pub use self::filter::Levelled;
use super::RingStream;
use super::core::{Core, Origin};
use super::sites::{Entry, Place};

impl RingStream<Heap> {
    /// The stream as a layer with a filter of its own, the levels of the stream.
    ///
    /// ```
    /// use ringvisor::stream::Config;
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let stream = Config::new().build()?;
    /// let subscriber = tracing_subscriber::registry().with(stream.layer());
    /// tracing::subscriber::with_default(subscriber, || tracing::info!(id = 7, "hello"));
    /// assert_eq!(stream.stats().written, 1);
    /// # Ok::<(), ringvisor::ring::GeometryError>(())
    /// ```
    pub fn layer<Sub: Subscriber>(&self) -> Filtered<Self, Levelled<Self>, Sub>
    where
        Self: Layer<Sub>,
    {
        self.clone().with_filter(Levelled(self.clone()))
    }
}

impl<const BLOCKS: usize, const WORDS: usize, const STRINGS: usize>
    RingStream<Inline<BLOCKS, WORDS, STRINGS>>
{
    /// The stream in a `static` as a layer with a filter of its own, the levels of the stream.
    pub fn layer<Sub: Subscriber>(
        &'static self,
    ) -> Filtered<&'static Self, Levelled<&'static Self>, Sub>
    where
        &'static Self: Layer<Sub>,
    {
        self.with_filter(Levelled(self))
    }
}

/// The same layer for a stream and for a reference to one in a `static`.
macro_rules! layer {
    ($handle:ty) => {
        impl<S, Sub> Layer<Sub> for $handle
        where
            S: Storage,
            Sub: Subscriber + for<'l> LookupSpan<'l>,
        {
            fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, Sub>) {
                if passes(&self.core, attributes.metadata()) {
                    spans::open(&*self.core, attributes, id, &context);
                }
            }

            fn on_record(
                &self,
                id: &Id,
                values: &tracing_core::span::Record<'_>,
                context: Context<'_, Sub>,
            ) {
                spans::extend(&*self.core, values, id, &context);
            }

            #[inline]
            fn on_event(&self, event: &Event<'_>, context: Context<'_, Sub>) {
                write(&self.core, event, &context);
            }
        }
    };
}

layer!(RingStream<S>);
layer!(&'static RingStream<S>);

/// Tells tracing that the levels of some stream have changed, so that it asks the filters again.
pub(super) fn levels_changed() {
    tracing_core::callsite::rebuild_interest_cache();
}

#[inline]
fn write<S, Sub>(core: &Core<S>, event: &Event<'_>, context: &Context<'_, Sub>)
where
    S: Storage,
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let metadata = event.metadata();
    let level = Level::from(*metadata.level());
    if level > core.state.max() {
        return;
    }
    if bridged::is_from_log(metadata) {
        return bridged::write(core, level, event, context);
    }
    let entry = entry(core, metadata);
    let allows = match entry {
        Some(entry) => core.state.levels.allows_site(level, metadata.target(), &entry.verdict),
        None => core.state.levels.allows(level, metadata.target()),
    };
    if allows {
        let site = entry.map_or(0, Entry::id);
        core.write(
            Origin { level, site },
            || describe(metadata),
            |encoder| {
                spans::copy(core, event, context, encoder);
                let keys = if site == 0 { Keys::Named } else { Keys::Numbered };
                event.record(&mut Fields { encoder, keys });
            },
        );
    }
}

/// Whether a span or an event passes. The metadata need not be a call site's: what comes from `log`
/// asks with its own, which stand on the stack.
fn passes<S: Storage>(core: &Core<S>, metadata: &Metadata<'_>) -> bool {
    let (level, target) = (Level::from(*metadata.level()), metadata.target());
    // An address where an event's call site was entered belongs to it for ever.
    match core.state.sites.get(&place(metadata), || core.strings()) {
        Some(entry) => core.state.levels.allows_site(level, target, &entry.verdict),
        None => core.state.levels.allows(level, target),
    }
}

#[inline]
fn place<'a>(metadata: &Metadata<'_>) -> Place<'a> {
    Place {
        file: core::ptr::from_ref(metadata).addr(),
        module: 0,
        line: 0,
        literal: None,
        target: None,
    }
}

/// The call site of an event: its metadata are `'static`, so their address identifies it.
#[inline]
fn entry<'c, S: Storage>(
    core: &'c Core<S>,
    metadata: &'static Metadata<'static>,
) -> Option<&'c Entry> {
    let describe = |blob: &mut Buffer| {
        let fields = metadata.fields().iter().take(fields::NUMBERED);
        let names: ArrayVec<_, { fields::NUMBERED }> = fields.map(|field| field.name()).collect();
        Site { fields: names[..].into(), ..describe(metadata) }.encode_into(blob)
    };
    core.state.sites.find(&place(metadata), || core.strings(), describe)
}

fn describe(metadata: &Metadata<'static>) -> Site<'static> {
    Site {
        module: metadata.module_path(),
        file: metadata.file(),
        line: metadata.line(),
        ..Site::new(metadata.target())
    }
}

impl From<tracing_core::Level> for Level {
    #[inline]
    fn from(level: tracing_core::Level) -> Self {
        match level {
            tracing_core::Level::ERROR => Self::Error,
            tracing_core::Level::WARN => Self::Warn,
            tracing_core::Level::INFO => Self::Info,
            tracing_core::Level::DEBUG => Self::Debug,
            tracing_core::Level::TRACE => Self::Trace,
        }
    }
}
