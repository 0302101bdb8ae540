//! The thread that waits for a slow output, so that nobody else has to.

use core::time::Duration;
use std::sync::Arc;
use std::thread::{park, park_timeout};

use super::Output;
use super::handoff::{Ended, Handoff};
use super::lanes::{Batch, Outlet};
use crate::stream::RingStream;
use crate::sync::plain::Ordering;

/// Bytes that an output is given at once, at most, unless a line is longer.
const CHUNK: usize = 64 << 10;

/// What a writing thread writes to.
pub(super) trait Drain: Send {
    /// Takes frames from the front and says how many it took, and what keeps it from going on.
    fn write(&mut self, batch: Batch<'_>) -> (usize, Result<(), Stop>);

    /// Lets everything out that was taken.
    fn flush(&mut self) -> Result<(), Stop>;

    /// Lines that it took and that are not out.
    fn held(&self) -> u64 {
        0
    }

    /// Bytes that it is given at once, at most.
    fn chunk(&self) -> usize {
        CHUNK
    }
}

/// Why a drain does not take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not now; it is to be asked again after that time.
    Later(Duration),
    /// Never again.
    Ended,
}

pub(super) struct Writer<D> {
    pub(super) lanes: Outlet,
    pub(super) drain: D,
    pub(super) handoff: Arc<Handoff>,
}

/// Says that the writer has ended, also where the output panicked.
struct Farewell<'a>(&'a Handoff);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.end_writer();
    }
}

impl<D: Drain> Writer<D> {
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
        let rest = self.lanes.len();
        let stopped = self.write(rest).and_then(|()| self.drain.flush());
        self.handoff.counts.held.store(self.drain.held(), Ordering::Relaxed);
        match stopped {
            Ok(()) => {}
            Err(Stop::Ended) => return Err(Ended),
            Err(Stop::Later(pause)) => {
                park_timeout(pause);
                return Ok(());
            }
        }
        self.handoff.say_flushed(staged.flush);
        if self.lanes.len() == 0 {
            if staged.is_last {
                return Err(Ended);
            }
            park();
        }
        Ok(())
    }

    fn write(&mut self, mut rest: usize) -> Result<(), Stop> {
        let Self { lanes, drain, handoff } = self;
        let most = drain.chunk();
        while rest > 0 {
            let Some(taken) = lanes.next(most, |batch| drain.write(batch)) else { break };
            rest = rest.saturating_sub(taken.frames);
            handoff.counts.taken.fetch_add(taken.lines, Ordering::Relaxed);
            handoff.say_room();
            taken.result?;
        }
        Ok(())
    }
}

/// An output that ends its sink with its first error.
pub(super) struct Plain<O> {
    output: O,
    handoff: Arc<Handoff>,
    wrote: bool,
}

impl<O: Output> Plain<O> {
    /// As much as a terminal takes without much delay.
    const CHUNK: usize = 16 << 10;

    pub(super) fn new(output: O, handoff: Arc<Handoff>) -> Self {
        Self { output, handoff, wrote: false }
    }

    fn check(&self, result: std::io::Result<()>) -> Result<(), Stop> {
        result.map_err(|_| {
            self.handoff.counts.errors.fetch_add(1, Ordering::Relaxed);
            Stop::Ended
        })
    }
}

impl<O: Output> Drain for Plain<O> {
    fn write(&mut self, batch: Batch<'_>) -> (usize, Result<(), Stop>) {
        self.wrote = true;
        let result = self.output.write(batch.bytes);
        (batch.frames.len(), self.check(result))
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if !core::mem::take(&mut self.wrote) {
            return Ok(());
        }
        let result = self.output.flush();
        self.check(result)
    }

    fn chunk(&self) -> usize {
        Self::CHUNK
    }
}
