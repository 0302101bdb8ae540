//! Events that the bridge `tracing-log` made of `log` records: target, module, file and line are
//! fields of theirs, and all of them share five call sites.

use tracing_core::field::Visit;
use tracing_core::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::record::{Buffer, Level, Record, Site, Value};
use crate::ring::Storage;
use crate::stream::core::{Core, Origin};
use crate::stream::sites;

use super::fields::{Keys, gather};
use super::spans;

/// Whether the call site is one of the bridge's.
#[inline]
pub(super) fn is_from_log(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "log" && metadata.name() == "log event"
}

/// Writes the event as the `log` record that it was, if its level passes.
#[cold]
pub(super) fn write<S, Sub>(
    core: &Core<S>,
    level: Level,
    event: &Event<'_>,
    context: &Context<'_, Sub>,
) where
    S: Storage,
    Sub: Subscriber + for<'l> LookupSpan<'l>,
{
    let mut buffer = Buffer::new();
    let record = |visitor: &mut dyn Visit| event.record(visitor);
    let Some(values) = gather(&mut buffer, Keys::Named, record) else { return };
    let site = site(&values);
    if !core.state.allows(level, site.target) {
        return;
    }
    let id = sites::intern(&core.strings(), |blob| site.encode_into(blob)).unwrap_or(0);
    core.write(
        Origin { level, site: id },
        || site,
        |encoder| {
            spans::copy(core, event, context, encoder);
            encoder.message_str(values.message);
            if values.truncated {
                encoder.truncated();
            }
        },
    );
}

/// The call site of the `log` record.
fn site<'a>(values: &Record<'a>) -> Site<'a> {
    let text = |name| match values.fields.get(name) {
        Some(Value::Str(text)) => Some(text),
        _ => None,
    };
    let line = match values.fields.get("log.line") {
        Some(Value::U64(line)) => u32::try_from(line).ok(),
        _ => None,
    };
    Site {
        module: text("log.module_path"),
        file: text("log.file"),
        line,
        ..Site::new(text("log.target").unwrap_or("log"))
    }
}
