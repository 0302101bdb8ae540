//! The end of a program that forgot its guard.

use super::LAST_WORDS;
use super::installed::INSTALLED;

/// Flushes when its thread ends; for the main thread that is the process's end, where the sinks'
/// threads are still there.
struct AtExit;

std::thread_local! {
    static AT_EXIT: AtExit = const { AtExit };
}

impl Drop for AtExit {
    fn drop(&mut self) {
        flush();
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
    AT_EXIT.with(|_| ());
}
