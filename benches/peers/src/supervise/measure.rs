//! CPU time of what contenders do.

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::Effort;
use crate::stats::Summary;

/// Tasks that are alive at a time where they are spawned and joined.
pub const BATCH: usize = 1_000;

/// Somebody who starts tasks. The runtime is entered when it is made.
pub trait Starter: Send + 'static {
    fn new() -> Self;

    /// Starts `BATCH` trivial tasks, the first one with this number, and waits for all of them.
    fn join_batch(&mut self, first: usize) -> impl Future<Output = ()> + Send;
}

/// Somebody whose tasks are counted in millions.
pub trait Parker: Starter {
    /// Starts a task that stays parked.
    fn park(&mut self, number: usize) -> impl Future<Output = ()> + Send;
}

/// What a task of the spawn benches does.
pub async fn trivial(number: usize) -> usize {
    black_box(number)
}

pub fn join_one_thread<S: Starter>(effort: Effort) -> f64 {
    one_thread().block_on(join(S::new, effort))
}

pub fn join_two_workers<S: Starter>(effort: Effort) -> f64 {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    // On a worker, as a service would: `block_on` itself would be a third thread.
    let joined = runtime.block_on(async move { tokio::spawn(join(S::new, effort)).await });
    joined.expect("no contender panics")
}

/// Nanoseconds per task.
async fn join<S: Starter>(make: fn() -> S, effort: Effort) -> f64 {
    let mut starter = make();
    let batches = if effort.quick { 40 } else { 100 };
    let mut spent = Vec::new();
    for batch in 0..batches + batches / 4 {
        let before = cpu_time();
        starter.join_batch(batch * BATCH).await;
        spent.push((cpu_time() - before).as_nanos() as f64 / BATCH as f64);
    }
    // The first ones touch memory for the first time.
    median(&spent[batches / 4..])
}

/// Nanoseconds per poll of a task that wakes itself, started by `start`.
pub fn polls<F>(effort: Effort, start: impl Fn(usize, SelfWaking) -> F) -> f64
where
    F: Future<Output = ()>,
{
    const POLLS: usize = 100_000;
    let rounds = if effort.quick { 30 } else { 100 };
    let spent: Vec<f64> = one_thread().block_on(async {
        let mut spent = Vec::new();
        for round in 0..rounds {
            let before = cpu_time();
            start(round, SelfWaking { left: POLLS }).await;
            spent.push((cpu_time() - before).as_nanos() as f64 / POLLS as f64);
        }
        spent
    });
    median(&spent)
}

/// Is ready when it was polled so many times.
pub struct SelfWaking {
    left: usize,
}

impl Future for SelfWaking {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Median of what one call takes, in nanoseconds; each is called with its number.
pub fn calls(effort: Effort, mut call: impl FnMut(usize)) -> f64 {
    const TOGETHER: usize = 100;
    let rounds = if effort.quick { 100 } else { 1_000 };
    let mut round = |round: usize| {
        let before = cpu_time();
        (0..TOGETHER).for_each(|at| call(round * TOGETHER + at));
        (cpu_time() - before).as_nanos() as f64 / TOGETHER as f64
    };
    median(&(0..rounds).map(&mut round).collect::<Vec<_>>())
}

/// Milliseconds of CPU time, the median of a few calls.
pub fn milliseconds(mut call: impl FnMut()) -> f64 {
    let mut once = |_| {
        let before = cpu_time();
        call();
        (cpu_time() - before).as_secs_f64() * 1e3
    };
    median(&(0..5).map(&mut once).collect::<Vec<_>>())
}

pub fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Lets all tasks run that can.
pub async fn settle(all: usize, up: impl Fn() -> usize) {
    while up() < all {
        tokio::task::yield_now().await;
    }
}

pub fn median(samples: &[f64]) -> f64 {
    Summary::of(samples).map_or(f64::NAN, |summary| summary.median)
}

/// CPU time of this process.
pub fn cpu_time() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the pointer is valid for writing one `timespec`, which zeroes are too.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, time.as_mut_ptr());
        time.assume_init()
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
