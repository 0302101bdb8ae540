//! What tracebacks are measured beside: what the standard library has to offer.

use std::backtrace::Backtrace;
use std::hint::black_box;
use std::panic::{self, catch_unwind};
use std::time::{Duration, Instant};

use super::Effort;
use super::measure;

/// Tasks that wait where many are asked.
pub const MANY: usize = 10_000;

/// Waits for two things, three calls deep.
pub async fn waits() {
    outer().await;
}

async fn outer() {
    inner().await;
}

async fn inner() {
    let (_sender, mut receiver) = tokio::sync::mpsc::channel::<u8>(1);
    tokio::select! {
        _ = receiver.recv() => {}
        () = tokio::time::sleep(Duration::from_secs(3_600)) => {}
    }
}

/// Nanoseconds for nothing at all.
pub fn nothing(effort: Effort) -> f64 {
    measure::calls(effort, |task| {
        for _ in 0..1_000 {
            black_box(black_box(task as u64));
        }
    }) / 1_000.0
}

/// Microseconds to capture one backtrace for each of two waits.
pub fn capture(effort: Effort) -> f64 {
    let both = |_| {
        drop(black_box([Backtrace::force_capture(), Backtrace::force_capture()]));
    };
    measure::calls(effort, both) / 1e3
}

/// Milliseconds to do so for ten thousand tasks.
pub fn capture_many(effort: Effort) -> f64 {
    capture(effort) * MANY as f64 / 1e3
}

/// Microseconds from a panic to its being caught, with a hook that captures a backtrace.
pub fn panic(effort: Effort) -> f64 {
    panic::set_hook(Box::new(|_| {
        drop(black_box(Backtrace::force_capture()));
    }));
    let caught = |_| {
        black_box(catch_unwind(|| panic!("on purpose")).is_err());
    };
    measure::calls(effort, caught) / 1e3
}

/// Milliseconds after which a thread is there again that sleeps for as long as a task may keep its
/// worker: the longest of some times.
pub fn sleep(_: Effort) -> f64 {
    let sleep = |_| {
        let begun = Instant::now();
        std::thread::sleep(Duration::from_millis(100));
        begun.elapsed().as_secs_f64() * 1e3
    };
    (0..5).map(sleep).fold(0.0, f64::max)
}
