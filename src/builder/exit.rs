//! The end of a program that forgot its guard.

use core::cell::Cell;
use std::thread;

use super::installed::INSTALLED;
use super::{LAST_WORDS, control};

/// Flushes when its thread ends; for the main thread that is the process's end, where the sinks'
/// threads are still there.
struct AtExit {
    is_main: Cell<bool>,
}

std::thread_local! {
    static AT_EXIT: AtExit = const { AtExit { is_main: Cell::new(false) } };
}

impl Drop for AtExit {
    fn drop(&mut self) {
        flush();
        if let Some(installed) = INSTALLED.get().filter(|_| self.is_main.get()) {
            control::hide(&installed.running.control);
        }
    }
}

/// Writes out what was logged, for whoever ends the process.
pub(super) fn flush() {
    if let Some(installed) = INSTALLED.get() {
        installed.running.last_words(LAST_WORDS);
    }
}

/// Lets the end of this thread flush.
pub(super) fn flush_at_end_of_thread() {
    // The first use registers the destructor.
    AT_EXIT.with(|end| end.is_main.set(thread::current().name() == Some("main")));
}
