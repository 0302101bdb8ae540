//! Records that show whether they are whole, and a reader that looks.

use std::vec::Vec;

use crate::ring::{Read, Reader, Shard, Word};

/// Most steps of one writer.
const STEPS: usize = 32;
/// Number of the last writer that a record can name.
pub(super) const LAST: usize = 7;

/// Up to two words of the same byte, which says who wrote it, in which step, and how long it is: a
/// torn record mixes two of them.
pub(super) fn record<W: Word>(writer: usize, step: usize) -> Vec<u8> {
    let byte = (writer * STEPS + step) as u8;
    let mut record = Vec::new();
    record.resize(len::<W>(byte), byte);
    record
}

fn len<W: Word>(byte: u8) -> usize {
    2 * W::BYTES - usize::from(byte % 3)
}

/// A reader that checks what it reads.
#[derive(Debug)]
pub(super) struct Witness<W: Word> {
    pub(super) reader: Reader<W>,
    begun: u64,
    /// Last step read of each writer.
    last: [Option<usize>; LAST + 1],
}

/// What one look at the ring found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Something,
    Pending,
    Nothing,
}

impl<W: Word> Witness<W> {
    pub(super) fn new(reader: Reader<W>) -> Self {
        Self { begun: reader.position(), reader, last: [None; LAST + 1] }
    }

    pub(super) fn read(&mut self, shard: &Shard<'_, W>) -> Found {
        match self.reader.read(shard, &mut [0; 16]) {
            Read::Record(record) => {
                let byte = record.first().copied().unwrap_or_default();
                let is_whole = record.len() == len::<W>(byte) && record.iter().all(|&b| b == byte);
                assert!(is_whole, "torn: {record:x?}");
                let (writer, step) = (usize::from(byte) / STEPS, usize::from(byte) % STEPS);
                let last = self.last[writer].replace(step);
                assert!(last < Some(step), "writer {writer}: step {step} comes after {last:?}");
                Found::Something
            }
            Read::Lost(lost) => {
                assert!(lost > 0, "a loss of nothing");
                Found::Something
            }
            Read::Pending => Found::Pending,
            Read::Empty => Found::Nothing,
        }
    }

    /// Reads to the end, now that all writers have finished.
    pub(super) fn drain(&mut self, shard: &Shard<'_, W>) {
        loop {
            match self.read(shard) {
                Found::Something => {}
                Found::Pending => panic!("pending for ever"),
                Found::Nothing => return,
            }
        }
    }

    /// Asserts that nothing is left out of the books of a drained reader, nor of one that comes now.
    pub(super) fn balance(&self, shard: &Shard<'_, W>) {
        let written = W::from_u64(self.reader.position());
        assert_eq!(written, shard.written());
        assert_eq!(
            self.reader.delivered() + self.reader.lost(),
            self.reader.position() - self.begun
        );
        assert_eq!(W::from_u64(Reader::newest(shard).position()), written);
    }
}
