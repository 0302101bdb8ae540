//! What tracebacks cost: while nobody asks, and when somebody does.

use std::hint::black_box;
use std::panic::{self, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use ringvisor::record::TaskId;
use ringvisor::supervise::trace::{panics, symbols, watchdog};
use ringvisor::supervise::{Supervisor, TaskEventKind};
use tokio::runtime::Builder;

use crate::supervise::measure::{self, cpu_time, median, one_thread};
use crate::supervise::trace::{MANY, waits};
use crate::supervise::{Effort, Measure};

pub const IDLE: Option<Measure> = Some(idle);
pub const ONE: Option<Measure> = Some(one);
pub const MANY_TASKS: Option<Measure> = Some(many);
pub const PANIC: Option<Measure> = Some(caught);
pub const HOG: Option<Measure> = Some(hog);

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

/// Milliseconds after which a task is named that keeps its worker, while all workers are kept like
/// that: the longest of some times.
fn hog(effort: Effort) -> f64 {
    let rounds = if effort.quick { 5 } else { 20 };
    let took = (0..rounds).map(|_| named_after());
    took.fold(0.0, f64::max)
}

fn named_after() -> f64 {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (tell, told) = channel();
    supervisor.on_event(move |event| {
        if let TaskEventKind::Hog { is_over: false, .. } = event.kind {
            // Whoever waited has left with the first one of two.
            _ = tell.send(Instant::now());
        }
    });
    let (both, (begin, begun)) = (Arc::new(Barrier::new(2)), channel());
    let ends: Vec<_> = (0..2)
        .map(|number| {
            let ((end, wait), both, begin) = (channel::<()>(), both.clone(), begin.clone());
            let blocks = async move {
                both.wait();
                _ = begin.send(Instant::now());
                _ = wait.recv();
            };
            drop(supervisor.spawn(&format!("hog/{number}"), blocks).expect("it starts"));
            end
        })
        .collect();
    let begun = begun.iter().take(2).min().expect("they begin");
    let named = told.iter().take(2).max().expect("they are named");
    drop(ends);
    (named - begun).as_secs_f64() * 1e3
}
