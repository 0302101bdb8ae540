//! Without `std` one level holds for all targets, and it was checked before.

use log::Record;

use crate::record::Level;
use crate::ring::Storage;
use crate::stream::RingStream;
use crate::stream::core::Origin;

/// Writes the record.
#[inline]
pub(super) fn log<S: Storage>(stream: &RingStream<S>, level: Level, record: &Record<'_>) {
    super::write(stream, Origin { level, site: 0 }, record, false);
}
