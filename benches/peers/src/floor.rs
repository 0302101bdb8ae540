//! The least that a ring could cost, and the least that reading from one could.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::duel::Work;
use crate::rings::{BUFFER, RECORD, RECORD_LEN, Writer, looped};

/// Records read in one batch: 200 KiB of a buffer, as many as a reader that keeps up would find.
pub const READ_BATCH: usize = 2_000;

/// Bytes from one record to the next: the length rounded up to whole words.
const STRIDE: usize = RECORD_LEN.next_multiple_of(8);
/// Words of one record.
const WORDS: usize = STRIDE / 8;

/// One atomic read-modify-write on a line of its own, and a copy to the next place in a buffer of
/// its own. Nobody could read what it writes.
pub fn writer() -> Writer {
    let mut buffer = vec![1_u8; BUFFER + STRIDE];
    let head = Box::new(OwnLine(AtomicU64::new(0)));
    looped(move |record| {
        let reserved = head.0.fetch_add(STRIDE as u64, Ordering::AcqRel);
        let at = reserved as usize % BUFFER;
        buffer[at..at + record.len()].copy_from_slice(record);
    })
}

#[repr(align(128))]
struct OwnLine(AtomicU64);

/// What any sound reader of an overwriting ring must do per record: load the position of the
/// writers, the block's state and the record's slot, copy word by word without tearing a word,
/// then fence and look whether a writer has come round.
pub struct RelaxedCopy {
    head: AtomicU64,
    block: AtomicU64,
    slots: Vec<AtomicU64>,
    words: Vec<AtomicU64>,
}

impl RelaxedCopy {
    pub fn new() -> Self {
        let zeros = |len| (0..len).map(|_| AtomicU64::new(0)).collect();
        Self {
            head: AtomicU64::new(1),
            block: AtomicU64::new(1),
            slots: zeros(READ_BATCH),
            words: zeros(BUFFER / 8),
        }
    }

    #[inline]
    fn read(&self, index: usize, into: &mut [u8]) -> Option<usize> {
        let head = self.head.load(Ordering::Acquire);
        if self.block.load(Ordering::Acquire) != head {
            return None;
        }
        let len = self.slots[index].load(Ordering::Acquire) as usize;
        let words = &self.words[index * WORDS..(index + 1) * WORDS];
        for (word, bytes) in words.iter().zip(into.get_mut(..STRIDE)?.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&word.load(Ordering::Relaxed).to_ne_bytes());
        }
        fence(Ordering::Acquire);
        (self.head.load(Ordering::Relaxed) == head).then_some(len)
    }
}

impl Work for RelaxedCopy {
    fn prepare(&mut self) {
        let written = u64::from_ne_bytes(*RECORD.first_chunk().expect("longer than a word"));
        for index in 0..READ_BATCH {
            let words = &self.words[index * WORDS..(index + 1) * WORDS];
            words.iter().for_each(|word| word.store(written, Ordering::Relaxed));
            self.slots[index].store(RECORD_LEN as u64, Ordering::Release);
        }
    }

    fn run(&mut self, records: usize) {
        let mut into = [0; BATCH_BUFFER];
        for index in 0..records {
            black_box(self.read(index, black_box(&mut into)));
        }
    }

    fn fixed_batch(&self) -> Option<usize> {
        Some(READ_BATCH)
    }
}

/// Room for any record that a reader here meets.
pub const BATCH_BUFFER: usize = 256;

/// The bytes copied by `memcpy`, checked by nobody.
pub struct PlainCopy {
    buffer: Vec<u8>,
}

impl PlainCopy {
    pub fn new() -> Self {
        Self { buffer: vec![1; BUFFER] }
    }
}

impl Work for PlainCopy {
    fn prepare(&mut self) {
        for place in self.buffer.chunks_exact_mut(STRIDE).take(READ_BATCH) {
            place[..RECORD_LEN].copy_from_slice(&RECORD);
        }
    }

    fn run(&mut self, records: usize) {
        let mut into = [0; BATCH_BUFFER];
        for index in 0..records {
            let from = black_box(&self.buffer[index * STRIDE..index * STRIDE + RECORD_LEN]);
            let into = black_box(&mut into);
            into[..from.len()].copy_from_slice(from);
        }
    }

    fn fixed_batch(&self) -> Option<usize> {
        Some(READ_BATCH)
    }
}
