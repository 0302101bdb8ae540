//! The filter by call site, where call sites are remembered.

use log::Record;

use crate::record::{Buffer, Level, Site};
use crate::ring::Storage;
use crate::stream::RingStream;
use crate::stream::core::Origin;
use crate::stream::sites::Place;

/// Writes the record if its call site's level passes.
#[inline]
pub(super) fn log<S: Storage>(stream: &RingStream<S>, level: Level, record: &Record<'_>) {
    let core = &*stream.core;
    let literal = record.args().as_str();
    let entry = place(record, literal).and_then(|place| {
        let site = Site { message: literal, ..super::describe(record) };
        let describe = |blob: &mut Buffer| site.encode_into(blob);
        core.state.sites.find(&place, || core.strings(), describe)
    });
    match entry {
        Some(entry) => {
            if core.state.levels.allows_site(level, record.target(), &entry.verdict) {
                let origin = Origin { level, site: entry.id() };
                super::write(stream, origin, record, entry.has_literal(literal));
            }
        }
        None => {
            if core.state.levels.allows(level, record.target()) {
                super::write(stream, Origin { level, site: 0 }, record, false);
            }
        }
    }
}

/// The identity of the call site; `None` for a record that was put together by hand.
#[inline]
fn place<'a>(record: &Record<'a>, literal: Option<&'static str>) -> Option<Place<'a>> {
    let (file, module) = (record.file_static()?, record.module_path_static()?);
    let is_module = core::ptr::eq(record.target(), module) || record.target() == module;
    Some(Place {
        file: file.as_ptr() as usize,
        module: module.as_ptr() as usize,
        line: record.line()?,
        literal,
        target: if is_module { None } else { Some(record.target()) },
    })
}
