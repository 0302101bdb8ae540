//! The signals that ask a Unix program to end.

use core::task::Poll;
use std::io;

use ::tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT, as they come.
#[derive(Debug)]
pub(super) struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let term = signal(SignalKind::terminate())?;
        Ok(Self { term, int: signal(SignalKind::interrupt())? })
    }

    /// Name of the next one.
    pub(super) async fn next(&mut self) -> &'static str {
        core::future::poll_fn(|cx| {
            if self.term.poll_recv(cx).is_ready() {
                return Poll::Ready("SIGTERM");
            }
            self.int.poll_recv(cx).map(|_| "SIGINT")
        })
        .await
    }
}
