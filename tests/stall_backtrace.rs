//! A task that keeps its worker is seen where it is, whether it waits in the system or computes.
#![cfg(target_os = "linux")]

use core::hint::black_box;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use core::time::Duration;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use ringvisor::supervise::Supervisor;
use ringvisor::supervise::trace::findings::FindingKind;
use ringvisor::supervise::trace::stack::Frame;
use ringvisor::supervise::trace::traceback::{Found, Running};
use tokio::runtime::Builder;

static STOP: AtomicBool = AtomicBool::new(false);

#[inline(never)]
fn waits_for_a_lock(end: &Receiver<()>) {
    let _ = end.recv();
    black_box(());
}

#[inline(never)]
fn computes_on_and_on() -> u64 {
    let mut sum = 0u64;
    while !STOP.load(Relaxed) {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(7));
    }
    sum
}

/// What is seen of the task once its stack is; a processor may not be free for its thread in time,
/// and then it is asked again after twice as long.
fn seen(supervisor: &Supervisor, name: &str) -> Running {
    loop {
        let found = supervisor.trace_blocking(name, Duration::from_millis(20)).unwrap().remove(0);
        match found.found {
            Found::Running(running) if running.stack.as_ref().is_some_and(|s| s.unread() == 0) => {
                return running;
            }
            _ => thread::yield_now(),
        }
    }
}

#[test]
fn a_hog_is_seen_where_it_is() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (end, wait) = channel();
    drop(supervisor.spawn("lock", async move { waits_for_a_lock(&wait) }).unwrap());
    drop(supervisor.spawn("hash", async { black_box(computes_on_and_on()) }).unwrap());
    for (name, function) in [("lock", "waits_for_a_lock"), ("hash", "computes_on_and_on")] {
        let stack = seen(&supervisor, name).stack.unwrap();
        let user: Vec<&Frame> = stack.user().collect();
        assert!(user[0].function.ends_with(function), "{stack:#?}");
        assert_eq!(user[0].place.as_ref().unwrap().file, file!());
        // The task's own frames end with the task.
        assert!(user.iter().all(|frame| frame.function.starts_with("stall_backtrace::")));
        let findings = supervisor.findings();
        let hog = findings.iter().find(|f| f.kind == FindingKind::Hog && f.name == name).unwrap();
        assert!(hog.text.contains(function), "{hog}");
    }
    STOP.store(true, Relaxed);
    drop(end);
}
