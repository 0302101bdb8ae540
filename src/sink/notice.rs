//! What a sink says in the log itself: that it cannot write, and that it can again.

use std::io::Write;

use super::handoff::Handoff;
use crate::stream::RingStream;

/// The target of these records.
pub(super) const TARGET: &str = "ringvisor::sink";

/// Writes what the writing thread has to say into the ring, where every reader sees it.
pub(super) fn say_all(handoff: &Handoff, stream: &RingStream) {
    while let Some((level, notice)) = handoff.next_notice() {
        let mut writer = stream.writer_at(level, TARGET);
        // The ring takes everything.
        let _ = writer.write_all(notice.as_bytes());
    }
}
