//! A panic may be the last thing a program does.

#[cfg_attr(not(feature = "trace"), path = "panic/absent.rs")]
mod record;

use core::time::Duration;
use std::boxed::Box;
use std::panic;

use super::installed::INSTALLED;
use crate::context;

/// How long a panicking thread waits for the outputs. Short: a panic need not be the end.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Flushes after what the present hook does, which may log. The panic of a supervised task is an
/// ordinary thing that is told anyway, and its worker has other tasks to run.
pub(super) fn flush_on_panic() {
    // A panicking thread cannot change the hook.
    if std::thread::panicking() {
        return;
    }
    record::record_panics();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // First, in case the rest does not come about.
        if let Some(installed) = INSTALLED.get() {
            installed.running.kept.mark_panic(info);
        }
        before(info);
        let is_ordinary = cfg!(panic = "unwind") && context::with(|task| task.is_some());
        if let Some(installed) = INSTALLED.get().filter(|_| !is_ordinary) {
            installed.running.last_words(LAST_WORDS);
        }
    }));
}
