//! The levels of a stream as a per-layer filter.

use tracing_core::{LevelFilter as Hint, Metadata, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter};

use crate::record::{Level, LevelFilter};
use crate::ring::Storage;

use super::RingStream;

/// The levels of a stream, for the layer that [`RingStream::layer`] returns.
#[derive(Debug)]
pub struct Levelled<H>(pub(super) H);

/// The same filter for a stream and for a reference to one in a `static`.
macro_rules! filter {
    ($handle:ty) => {
        impl<S: Storage, Sub> Filter<Sub> for Levelled<$handle> {
            /// Asked for each event only where another layer's filter decides differently.
            fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, Sub>) -> bool {
                super::passes(&self.0.core, metadata)
            }

            /// Never sometimes: when the levels change, tracing is told to ask again.
            fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
                if self.0.allows(Level::from(*metadata.level()), metadata.target()) {
                    Interest::always()
                } else {
                    Interest::never()
                }
            }

            fn max_level_hint(&self) -> Option<Hint> {
                Some(self.0.max_level().into())
            }
        }
    };
}

filter!(RingStream<S>);
filter!(&'static RingStream<S>);

impl From<LevelFilter> for Hint {
    fn from(level: LevelFilter) -> Self {
        match level {
            LevelFilter::Off => Self::OFF,
            LevelFilter::Error => Self::ERROR,
            LevelFilter::Warn => Self::WARN,
            LevelFilter::Info => Self::INFO,
            LevelFilter::Debug => Self::DEBUG,
            LevelFilter::Trace => Self::TRACE,
        }
    }
}
