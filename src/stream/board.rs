//! Reading a board's stream record by record with nothing kept in between: a cursor is 200 bytes,
//! a number is 8.

use core::fmt::Write;

use crate::record::{MAX_LEN, TaskId, Text, Zone};
use crate::ring::{Read, Reader, Storage, Word};

use super::RingStream;
use super::cat::write_lost;
use super::cursor::{Entry, LOOKS};
use super::decoder::Decoder;
use super::merge::Raw;

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
        let shard = self.core.storage.region().shard(0);
        let mut reader = Reader::at(&shard, next);
        let mut bytes = [0; MAX_LEN];
        let mut looks = 0..LOOKS;
        let (len, lost) = loop {
            match reader.read(&shard, &mut bytes) {
                Read::Record(record) => break (record.len(), 0),
                Read::Lost(lost) => break (0, lost),
                Read::Empty => return None,
                // What is not finished soon is passed over.
                Read::Pending if looks.next().is_none() => {
                    reader.skip();
                    break (0, 1);
                }
                Read::Pending => core::hint::spin_loop(),
            }
        };
        // What does not fit is cut: the output has room for the longest record.
        let mut decoder = Decoder::new(&self.core);
        let raw = Raw { bytes: bytes.get(..len).unwrap_or_default(), ..Raw::default() };
        let _ = match if lost > 0 { Entry::Lost(lost) } else { decoder.entry(raw) } {
            Entry::Record(mut record) => {
                if let Some(task) = &mut record.task {
                    task.name = name(task.id).unwrap_or(task.name);
                }
                Text::new(self.core.name.as_str()).zone(Zone::Utc).render(&record, out)
            }
            Entry::Lost(lost) => write_lost(lost, out),
        };
        Some(reader.position())
    }
}
