//! Reading a board's stream record by record with nothing kept in between: a cursor is 200 bytes,
//! a number is 8.

use core::fmt::Write;

use crate::record::{TaskId, Zone};
use crate::ring::{Reader, Storage, Word};

use super::RingStream;
use super::cat::{text, write_lost};
use super::cursor::{Cursor, Entry};
use super::merge::Next;

impl<S: Storage> RingStream<S> {
    /// Records written so far.
    pub(crate) fn written(&self) -> u64 {
        self.core.storage.region().shard(0).written().as_u64()
    }

    /// How many of the records were written before the last reset.
    pub(crate) fn boot(&self) -> u64 {
        self.core.storage.region().boot().as_u64()
    }

    /// Writes the line of record number `next`, or says how many were lost from there on; returns
    /// the number of the one behind, or nothing where there is none. `name` names tasks.
    pub(crate) fn write_from(
        &self,
        next: u64,
        name: impl Fn(TaskId) -> Option<&'static str>,
        out: &mut impl Write,
    ) -> Option<u64> {
        let mut cursor = Cursor::starting_at(&self.core, |shard| Reader::at(shard, next));
        // What does not fit is cut: the output has room for the longest record.
        let entry = match cursor.advance_to_end() {
            Next::Record => cursor.entry(),
            Next::Lost(lost) => Entry::Lost(lost),
            Next::Nothing => return None,
        };
        match entry {
            Entry::Record(mut record) => {
                let behind = record.seq + 1;
                if let Some(task) = &mut record.task {
                    task.name = name(task.id).unwrap_or(task.name);
                }
                let _ = text(&self.core).zone(Zone::Utc).render(&record, out);
                Some(behind)
            }
            Entry::Lost(lost) => {
                let _ = write_lost(lost, out);
                Some(next + lost)
            }
        }
    }
}
