//! Shows that something takes its time.

use core::time::Duration;
use std::io::{self, IsTerminal, Write};
use std::string::String;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use crate::supervise::status::Rough;

/// How long something may take before anybody is told.
const BEGIN: Duration = Duration::from_millis(400);
const STEP: Duration = Duration::from_secs(1);

/// Does `work`, and as long as it lasts tells a terminal what is waited for.
pub(super) fn during<T: Send>(what: &str, limit: Duration, work: impl FnOnce() -> T + Send) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    thread::scope(|scope| {
        let (done, is_done) = sync_channel::<()>(1);
        scope.spawn(move || {
            let (mut passed, mut wait, mut shown) = (Duration::ZERO, BEGIN, false);
            while is_done.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                passed += wait;
                wait = STEP;
                shown = true;
                tell(&std::format!("\r{what} ({} of {})", Rough(passed), Rough(limit)));
            }
            if shown {
                tell("\r\x1b[K");
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// The same for something of which it is known how far it is.
pub(super) struct Counter {
    is_shown: bool,
    last: u64,
}

impl Counter {
    /// How much comes before the next time that anybody is told.
    const STEP: u64 = 1 << 20;

    pub(super) fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal(), last: 0 }
    }

    /// So many bytes are done.
    pub(super) fn at(&mut self, bytes: u64) {
        if self.is_shown && bytes - self.last >= Self::STEP {
            self.last = bytes;
            tell(&std::format!("\r{} MiB", bytes >> 20));
        }
    }

    pub(super) fn end(&self) {
        if self.last > 0 {
            tell("\r\x1b[K");
        }
    }
}

fn tell(text: &str) {
    let text = String::from(text);
    let mut error = io::stderr().lock();
    // Without a standard error there is nobody to tell.
    _ = error.write_all(text.as_bytes()).and_then(|()| error.flush());
}
