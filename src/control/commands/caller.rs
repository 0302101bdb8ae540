//! Whoever called a command, and what he is told meanwhile.

use core::fmt::{self, Write};
use core::mem;
use core::task::{Context, Poll, Waker};
use std::string::String;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::control::Peer;

/// How much may wait for a caller who does not read, in bytes; what comes then is counted instead.
pub(super) const WAITING_MAX: usize = 256 << 10;

/// Whoever called a command. A clone is the same caller.
#[derive(Clone)]
pub struct Caller {
    peer: Peer,
    said: Arc<Said>,
}

/// What was said and not sent yet.
#[derive(Default)]
pub(in crate::control) struct Said {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    piece: Piece,
    /// Who sends it.
    sender: Option<Waker>,
}

/// A part of what was said.
#[derive(Debug, Default)]
pub(in crate::control) struct Piece {
    /// Whole lines.
    pub(in crate::control) text: String,
    /// How many lines behind them were lost.
    pub(in crate::control) lost: u64,
}

impl Caller {
    pub(in crate::control) fn new(peer: Peer) -> (Self, Arc<Said>) {
        let said = Arc::<Said>::default();
        (Self { peer, said: Arc::clone(&said) }, said)
    }

    /// Who called.
    #[must_use]
    pub const fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Tells a line, or several, at once. This never waits: a caller who is too slow loses lines, and
    /// is told how many.
    pub fn say(&self, text: impl fmt::Display) {
        let mut line = Line(String::new());
        let is_whole = writeln!(line, "{text}").is_ok();
        let mut waiting = self.said.waiting.lock();
        let piece = &mut waiting.piece;
        // What is behind a loss has to wait until that is told.
        if is_whole && piece.lost == 0 && piece.text.len() + line.0.len() <= WAITING_MAX {
            piece.text.push_str(&line.0);
        } else {
            piece.lost = piece.lost.saturating_add(1);
        }
        let sender = waiting.sender.take();
        drop(waiting);
        if let Some(sender) = sender {
            sender.wake();
        }
    }
}

impl Said {
    /// What was said since the last time, once something was.
    pub(in crate::control) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Piece> {
        let mut waiting = self.waiting.lock();
        if waiting.piece.is_empty() {
            waiting.sender = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(mem::take(&mut waiting.piece))
    }
}

#[cfg(test)]
impl Said {
    /// How much waits.
    pub(super) fn held(&self) -> usize {
        self.waiting.lock().piece.text.len()
    }
}

impl Piece {
    pub(in crate::control) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.lost == 0
    }
}

/// Refuses what would never fit.
struct Line(String);

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > WAITING_MAX {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("peer", &self.peer).finish_non_exhaustive()
    }
}
