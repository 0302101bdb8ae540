//! The thread that waits for a slow output, so that nobody else has to.

use std::sync::Arc;
use std::thread::park;
use std::vec::Vec;

use memchr::memrchr;
use ringbuf::HeapCons;
use ringbuf::traits::{Consumer, Observer};

use super::Output;
use super::handoff::{Ended, Handoff};
use crate::stream::RingStream;
use crate::sync::plain::Ordering;

/// Bytes that an output is given at once, at most, unless a line is longer.
const CHUNK: usize = 16 << 10;

pub(super) struct Writer<O> {
    pub(super) staging: HeapCons<u8>,
    pub(super) output: O,
    pub(super) handoff: Arc<Handoff>,
    pub(super) chunk: Vec<u8>,
}

/// Says that the writer has ended, also where the output panicked.
struct Farewell<'a>(&'a Handoff);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.end_writer();
    }
}

impl<O: Output> Writer<O> {
    pub(super) fn new(staging: HeapCons<u8>, output: O, handoff: Arc<Handoff>) -> Self {
        Self { staging, output, handoff, chunk: Vec::new() }
    }

    pub(super) fn run(mut self, stream: RingStream) {
        let handoff = Arc::clone(&self.handoff);
        handoff.own_thread.store(stream.this_thread(), Ordering::Relaxed);
        // The writer must not keep a ring alive that nobody else has.
        drop(stream);
        let _farewell = Farewell(&handoff);
        while self.step().is_ok() {}
    }

    /// Writes what is staged, then answers the flushes that asked for it.
    fn step(&mut self) -> Result<(), Ended> {
        let staged = self.handoff.staged()?;
        // Read after `staged`: it holds at least what that flush waits for.
        let mut rest = self.staging.occupied_len();
        let wrote = rest > 0;
        while rest > 0 {
            rest -= self.write_chunk(rest)?;
            self.handoff.say_room();
        }
        if wrote {
            self.check(|output, _| output.flush())?;
        }
        self.handoff.say_flushed(staged.flush);
        if self.staging.is_empty() {
            if staged.is_last {
                return Err(Ended);
            }
            park();
        }
        Ok(())
    }

    /// Writes whole lines as far as they fit into a chunk, at most `rest` bytes.
    fn write_chunk(&mut self, rest: usize) -> Result<usize, Ended> {
        self.chunk.resize(CHUNK.min(rest), 0);
        let len = self.staging.peek_slice(&mut self.chunk);
        self.chunk.truncate(len);
        // A line longer than a chunk goes out in pieces.
        let end = memrchr(b'\n', &self.chunk).map_or(len, |last| last + 1);
        self.chunk.truncate(end);
        self.check(|output, lines| output.write(lines))?;
        self.staging.skip(end);
        Ok(end)
    }

    fn check(
        &mut self,
        act: impl FnOnce(&mut O, &[u8]) -> std::io::Result<()>,
    ) -> Result<(), Ended> {
        act(&mut self.output, &self.chunk).map_err(|_| {
            self.handoff.counts.errors.fetch_add(1, Ordering::Relaxed);
            Ended
        })
    }
}
