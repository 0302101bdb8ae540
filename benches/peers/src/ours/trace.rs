//! What tracebacks cost: while nobody asks, and when somebody does.

use std::hint::black_box;
use std::panic::{self, catch_unwind};
use std::time::Duration;

use ringvisor::record::TaskId;
use ringvisor::supervise::Supervisor;
use ringvisor::supervise::trace::{panics, symbols, watchdog};

use crate::supervise::measure::{self, cpu_time, median, one_thread};
use crate::supervise::trace::{MANY, waits};
use crate::supervise::{Effort, Measure};

pub const IDLE: Option<Measure> = Some(idle);
pub const ONE: Option<Measure> = Some(one);
pub const MANY_TASKS: Option<Measure> = Some(many);
pub const PANIC: Option<Measure> = Some(caught);

const LIMIT: Duration = Duration::from_secs(60);

/// Nanoseconds to say that a task is polled, and no longer.
fn idle(effort: Effort) -> f64 {
    let watch = watchdog::watch(watchdog::THRESHOLD, |_| {}).expect("a thread");
    let number = watch.number();
    measure::calls(effort, |task| {
        for _ in 0..1_000 {
            drop(black_box(watchdog::begin(TaskId(black_box(task as u64)), number)));
        }
    }) / 1_000.0
}

/// Microseconds of CPU time to learn where one task waits, out of ten thousand.
fn one(effort: Effort) -> f64 {
    one_thread().block_on(async {
        let supervisor = among_many().await;
        let mut spent = Vec::new();
        for _ in 0..if effort.quick { 200 } else { 2_000 } {
            let before = cpu_time();
            black_box(supervisor.trace("net/worker-7", LIMIT).await.expect("it is there"));
            spent.push((cpu_time() - before).as_secs_f64() * 1e6);
        }
        median(&spent)
    })
}

/// Milliseconds of CPU time to learn where ten thousand tasks wait.
fn many(effort: Effort) -> f64 {
    one_thread().block_on(async {
        let supervisor = among_many().await;
        let mut spent = Vec::new();
        for _ in 0..if effort.quick { 5 } else { 20 } {
            let before = cpu_time();
            let traced = supervisor.trace("*", LIMIT).await.expect("they are there");
            assert_eq!(traced.len(), MANY);
            spent.push((cpu_time() - before).as_secs_f64() * 1e3);
        }
        median(&spent)
    })
}

/// Ten thousand tasks that wait for two things each, of which it is known what they mean.
async fn among_many() -> Supervisor {
    let supervisor = Supervisor::new();
    for number in 0..MANY {
        drop(supervisor.spawn(&format!("net/worker-{number}"), waits()).expect("it starts"));
    }
    black_box(supervisor.trace("*", LIMIT).await.expect("they are there"));
    supervisor
}

/// Microseconds from a panic to its being caught with all that is known of it.
fn caught(effort: Effort) -> f64 {
    panic::set_hook(Box::new(|_| {}));
    panics::install();
    let caught = |_| {
        let payload = catch_unwind(|| panic!("on purpose")).expect_err("it panics");
        black_box(panics::caught(&*payload));
    };
    caught(0);
    assert!(symbols::settle(LIMIT));
    measure::calls(effort, caught) / 1e3
}
