//! For tests of programs that log.

use parking_lot::Mutex;

use super::config::Wish;
use super::{InitError, builder, stream};
use crate::record::LevelFilter;
use crate::sink::Capture;

/// Captures what this thread logs from now on through `log` and `tracing`.
///
/// The first call makes ringvisor the logger of the test program, with everything down to TRACE and
/// without any output; later ones, also of other threads, share it. Tests that run side by side do
/// not see each other's records; what a test's own threads and runtimes log elsewhere is not
/// captured. Where the program has called [`init`](crate::init) before, its log
/// is used, with its levels.
///
/// ```
/// use ringvisor::{assert_logged, assert_not_logged};
///
/// let logged = ringvisor::test::capture();
/// log::warn!(target: "db", "slow query took={}s", 3);
/// assert_logged!(logged, "slow query");
/// assert_not_logged!(logged, "ERROR");
/// ```
///
/// # Panics
/// Another logger is installed.
#[must_use]
#[track_caller]
pub fn capture() -> Capture {
    static FIRST: Mutex<()> = Mutex::new(());
    let _first = FIRST.lock();
    if stream().is_none() {
        let mut quiet = builder("test").levels(LevelFilter::Trace).stderr(LevelFilter::Off);
        quiet.operator = Wish::fixed();
        match quiet.try_init() {
            // The program may have called `init` in between.
            Ok(_) | Err(InitError::AlreadyInstalled { .. }) => {}
            Err(error) => panic!("nothing can be captured: {error}"),
        }
    }
    match stream() {
        Some(stream) => Capture::of_this_thread(stream),
        None => panic!("nothing can be captured: no log was installed"),
    }
}
