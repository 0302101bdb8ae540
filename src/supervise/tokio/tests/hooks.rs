//! The hook and listeners that make events themselves.

use core::future::{Future, pending};
use core::pin::pin;
use core::task::{Context, Waker};
use core::time::Duration;
use std::format;
use std::sync::{Arc, mpsc};
use std::task::Wake;
use std::thread;

use tokio::runtime::Builder;

use crate::supervise::{State, Supervisor, TaskEventKind};
use crate::sync::plain::{AtomicUsize, Ordering};

#[tokio::test(start_paused = true)]
async fn a_hook_that_spawns_for_every_event_comes_to_its_end() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let (calls, depth) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    supervisor.on_event(move |event| {
        assert_eq!(depth.fetch_add(1, Ordering::Relaxed), 0, "one call inside of another");
        let number = count.fetch_add(1, Ordering::Relaxed);
        if matches!(event.kind, TaskEventKind::Started { .. }) {
            drop(inner.spawn(&format!("child {number}"), pending::<()>()));
        }
        depth.fetch_sub(1, Ordering::Relaxed);
    });
    drop(supervisor.spawn("first", pending::<()>()).unwrap());
    let calls = calls.load(Ordering::Relaxed);
    assert_eq!(supervisor.alive().len(), calls + 1, "each call has spawned one");
    assert_eq!((calls, supervisor.lost_callbacks()), (257, 1), "the last one was not told of");
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_told_of_what_it_does_in_order() {
    let supervisor = Supervisor::new();
    let (inner, told) = (supervisor.clone(), Arc::new(parking_lot::Mutex::new(std::vec![])));
    let notes = Arc::clone(&told);
    supervisor.on_event(move |event| {
        notes.lock().push((event.run, event.kind));
        if event.run == 1 && event.kind == TaskEventKind::Ready {
            drop(inner.stop("x").unwrap());
            notes.lock().push((0, TaskEventKind::Removed));
        }
    });
    let task = supervisor.task("x", |cx| async move { cx.stopping().await }).start().unwrap();
    task.down().await.unwrap();
    let told: std::vec::Vec<_> = told.lock().iter().take(4).copied().collect();
    let expected = [
        (1, TaskEventKind::Started { attempt: 0 }),
        (1, TaskEventKind::Ready),
        (0, TaskEventKind::Removed),
        (1, TaskEventKind::Stopping),
    ];
    assert_eq!(told, expected, "after it has returned, not inside of it");
}

/// A waker of somebody's that makes events where it is called.
struct Spawns(Supervisor);

impl Wake for Spawns {
    fn wake(self: Arc<Self>) {
        drop(self.0.spawn("woken", async {}));
    }
}

#[test]
fn a_listener_that_spawns_when_it_is_woken_stops_nobody() {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let supervisor = Supervisor::new();
            let mut events = supervisor.events();
            let mut next = pin!(events.next());
            let waker = Waker::from(Arc::new(Spawns(supervisor.clone())));
            assert!(next.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            supervisor.spawn("first", async {}).unwrap().await.unwrap();
            assert_eq!(next.await.unwrap().name(), "first");
        });
        tell.send(()).unwrap();
    });
    assert!(told.recv_timeout(Duration::from_secs(60)).is_ok(), "it hangs");
}

/// Where the runtime is gone a run is over as soon as it is started: a callback that starts the
/// next one would be called for ever.
#[test]
fn a_callback_that_starts_its_task_anew_ends_with_the_runtime() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let inner = supervisor.clone();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await });
    let task = task.on_stop(move |_| drop(inner.start("x").unwrap()));
    let task = task.start().unwrap();
    runtime.block_on(tokio::task::yield_now());
    assert_eq!(task.state(), State::Running);
    drop(runtime);
    assert!(supervisor.lost_callbacks() > 0);
    assert!(!task.state().is_alive());
}
