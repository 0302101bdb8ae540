//! The pump's end of the staging: whole lines in, and patience while it is full.

use std::sync::Arc;
use std::thread::park;

use ringbuf::HeapProd;
use ringbuf::traits::{Observer, Producer};

use super::handoff::{Ended, Handoff};

/// After so many bytes the writer is woken even if the pump has more to do.
const PORTION: usize = 16 << 10;

pub(super) struct Outlet {
    staging: HeapProd<u8>,
    handoff: Arc<Handoff>,
    /// Staged since the writer was last woken.
    unsaid: usize,
}

impl Outlet {
    pub(super) fn new(staging: HeapProd<u8>, handoff: Arc<Handoff>) -> Self {
        Self { staging, handoff, unsaid: 0 }
    }

    /// Stages a line; in one piece, unless it is longer than the staging.
    pub(super) fn push(&mut self, line: &[u8]) -> Result<(), Ended> {
        let size = self.staging.capacity().get();
        for piece in line.chunks(size) {
            self.make_room(piece.len())?;
            self.staging.push_slice(piece);
            self.unsaid += piece.len();
            if self.unsaid >= PORTION {
                self.say();
            }
        }
        Ok(())
    }

    /// Tells the writer of what was staged.
    pub(super) fn say(&mut self) {
        if self.unsaid > 0 {
            self.unsaid = 0;
            self.handoff.writer.wake();
        }
    }

    fn make_room(&mut self, len: usize) -> Result<(), Ended> {
        while self.staging.vacant_len() < len {
            self.say();
            if self.handoff.is_starved(|| self.staging.vacant_len() >= len)? {
                park();
            }
        }
        Ok(())
    }
}
