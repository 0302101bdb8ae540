//! A board's records: level, task, ticks and text. One level holds for all targets, and it was checked
//! before.

use log::Record;

use crate::context;
use crate::record::{Brief, Level};
use crate::ring::Storage;
use crate::stream::RingStream;
use crate::stream::core::Core;

/// Writes the record. Key-values are left out, which the record says.
///
/// A literal goes into the ring as it is; other text is formatted on the stack first.
#[inline(always)]
pub(super) fn log<S: Storage>(stream: &RingStream<S>, level: Level, record: &Record<'_>) {
    let core = &*stream.core;
    let head = Brief::head_of(level, context::number(), core.clock.ticks());
    match record.args().as_str() {
        Some(text) if text.len() <= LITERAL_MAX && record.key_values().count() == 0 => {
            if !core.storage.region().shard(0).try_write_headed(head, text.as_bytes()) {
                put(core, head, text);
            }
        }
        _ => format(core, head, record),
    }
}

/// The longest literal that goes into the ring as it is: half a block is never shorter.
const LITERAL_MAX: usize = 96;

/// Writes text that no literal holds.
#[inline(never)]
fn format<S: Storage>(core: &Core<S>, head: u64, record: &Record<'_>) {
    let mut brief = Brief::new(core.storage.region().shard(0).len_max());
    brief.message(*record.args());
    if record.key_values().count() > 0 {
        brief.truncated();
    }
    if brief.is_truncated() {
        core.state.count_truncated();
    }
    put(core, brief.flagged(head), brief.text());
}

/// Writes the record wherever there is room; the shard counts what it rejects.
#[inline(never)]
fn put<S: Storage>(core: &Core<S>, head: u64, text: &str) {
    let _ = core.storage.region().shard(0).write_headed(head, text.as_bytes());
}
