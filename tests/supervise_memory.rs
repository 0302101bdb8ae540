//! What supervision costs in memory, counted by the allocator itself: nothing for a poll and for
//! what a run says of itself, and nothing that stays for tasks that come and go.
//!
//! `RINGVISOR_SOAK=1` lets a million of them come and go.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::alloc::System;
use std::env;

use ringvisor::supervise::{Command, Ctx, State, Supervisor, TaskEventKind};

/// Counts what each thread does apart, so that tests do not see each other's.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(allocations: u64, bytes: i64) {
    // A thread that ends frees memory after its counters are gone.
    _ = ALLOCATIONS.try_with(|all| all.set(all.get() + allocations));
    _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

// SAFETY: all is left to the system's allocator; the counters are constants without destructors,
// so counting allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(0, -(layout.size() as i64));
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as i64 - layout.size() as i64);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(memory, layout, size) }
    }
}

fn on_one_thread<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(future)
}

/// Says something of itself at each of many polls, and counts what that allocates.
struct Talks {
    cx: Option<Ctx>,
    polls: u32,
    before: u64,
}

impl Talks {
    fn new(cx: Option<Ctx>) -> Self {
        Self { cx, polls: 0, before: 0 }
    }
}

impl Future for Talks {
    /// Allocations between the tenth poll and the last one.
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        self.polls += 1;
        match self.polls {
            10 => self.before = ALLOCATIONS.get(),
            1_000 => return Poll::Ready(ALLOCATIONS.get() - self.before),
            _ => {}
        }
        if let Some(run) = &self.cx {
            run.beat();
            run.ready();
            run.status("about its business");
            run.progress(u64::from(self.polls), 1_000);
            assert!(!run.is_stopping());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[test]
fn a_poll_and_what_a_run_says() {
    on_one_thread(async {
        let supervisor = Supervisor::new();
        assert_eq!(supervisor.spawn("plain", Talks::new(None)).unwrap().await, Ok(0));
        let beats = core::time::Duration::from_secs(60);
        let task = supervisor.task("managed", |cx| Talks::new(Some(cx))).heartbeat(beats);
        assert_eq!(task.start().unwrap().await, Ok(0));
    });
}

/// Becomes ready at the second poll of each run, and counts what that change of state allocates.
struct Readies(Ctx, u32);

impl Future for Readies {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        self.1 += 1;
        cx.waker().wake_by_ref();
        if self.1 == 1 {
            return Poll::Pending;
        }
        let before = ALLOCATIONS.get();
        self.0.ready();
        Poll::Ready(ALLOCATIONS.get() - before)
    }
}

#[test]
fn a_change_of_state() {
    on_one_thread(async {
        let supervisor = Supervisor::new();
        let task = supervisor.task("x", |cx| Readies(cx, 0)).notify_ready().start().unwrap();
        task.down().await.unwrap();
        task.start().await.unwrap();
        task.down().await.unwrap();
        assert_eq!(task.run(), 2);
        assert_eq!(task.await, Ok(0), "the first run made room for all that follow");
    });
}

/// A task of each sort comes and goes.
async fn round(supervisor: &Supervisor, number: u64) {
    let name = format!("task {number:07}");
    drop(supervisor.spawn(&name, async { 1 }).unwrap().await);
    let name = format!("managed {}", number % 8);
    let task = supervisor.task(&name, |cx| async move {
        cx.status("at work");
        drop(cx.child("child", core::future::pending::<()>()).unwrap());
        cx.stopping().await;
    });
    let task = task.on_stop(|_| {}).tag("round").start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(task.stop().await, Ok(State::Stopped));
    let removed = supervisor.command(&task, Command::Remove).unwrap().await;
    assert_eq!(removed[0].answer, Ok(State::Stopped));
}

#[test]
fn tasks_that_come_and_go() {
    // Half of a cycle is a bare future, the other half a task with all there is.
    let rounds = if env::var_os("RINGVISOR_SOAK").is_some() { 500_000 } else { 5_000 };
    on_one_thread(async {
        let supervisor = Supervisor::new();
        let mut events = supervisor.events();
        // Until the past that is kept is full.
        for number in 0..6_000 {
            round(&supervisor, number).await;
        }
        let before = LIVE.get();
        for number in 6_000..6_000 + rounds {
            round(&supervisor, number).await;
        }
        let grown = LIVE.get() - before;
        assert!(grown.abs() < 32 << 10, "{grown} bytes more than {rounds} rounds ago");
        assert!(supervisor.alive().is_empty());
        while !matches!(events.next().await, Ok(event) if event.kind == TaskEventKind::Removed) {}
    });
}
