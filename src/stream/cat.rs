//! The whole log as text.

use core::fmt::{self, Write};

use crate::record::{Text, Zone, write_u64};
use crate::ring::Storage;

use super::RingStream;
use super::core::Core;
use super::cursor::Entry;
use super::join::Joiner;
use super::name::Name;

impl<S: Storage> RingStream<S> {
    /// The name that stands in each line.
    pub fn name(&self) -> &str {
        self.core.name.as_str()
    }

    /// Writes all records that are there, one in a line, the oldest first:
    /// `2023-03-29 12:16:30 [name] [INFO] [task] message key=value`.
    ///
    /// It ends with what was written before the call, however busy the writers are. What they
    /// overwrite meanwhile is told in its place, `-- 128 records lost --`. Times are local (UTC
    /// without `std`).
    ///
    /// # Errors
    /// Those of `out`.
    pub fn cat<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        self.cat_in(Zone::Local, out)
    }

    pub(super) fn cat_in<W: Write + ?Sized>(&self, zone: Zone, out: &mut W) -> fmt::Result {
        let mut cursor = self.cursor().end_here();
        let mut joiner = Joiner::default();
        let mut text = text(&self.core).zone(zone);
        while let Some(entry) = joiner.next_to_end(&mut cursor) {
            match entry {
                Entry::Record(record) => text.render(&record, out)?,
                Entry::Lost(lost) => write_lost(lost, out)?,
            }
            out.write_str("\n")?;
        }
        Ok(())
    }
}

/// The renderer of this stream's lines.
pub(super) fn text<S: Storage>(core: &Core<S>) -> Text<Name> {
    Text::new(core.name)
}

/// What stands in place of records that were overwritten before they were read.
pub(super) fn write_lost<W: Write + ?Sized>(lost: u64, out: &mut W) -> fmt::Result {
    out.write_str("-- ")?;
    write_u64(lost, out)?;
    out.write_str(if lost == 1 { " record lost --" } else { " records lost --" })
}
