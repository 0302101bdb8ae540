//! Tasks that wait for their own end are told so; they do not hang.

use core::time::Duration;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::supervise::{CommandError, State, Supervisor, TaskError};

#[tokio::test(start_paused = true)]
async fn its_own_stop() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let task = supervisor.task("x", move |cx| {
        let inner = inner.clone();
        async move {
            let stopped = inner.stop("x").unwrap().done().await;
            assert_eq!(stopped[0].answer, Err(CommandError::Itself));
            assert!(cx.is_stopping(), "the stop is under way all the same");
        }
    });
    let before = Instant::now();
    let task = task.start().unwrap();
    task.down().await;
    assert_eq!((task.state(), before.elapsed()), (State::Stopped, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn its_own_handle() {
    let supervisor = Supervisor::new();
    let kept = Arc::new(Mutex::new(None));
    let handle = Arc::clone(&kept);
    let task = supervisor.task("x", move |_| {
        let handle: Option<crate::supervise::TaskHandle<bool>> = handle.lock().take();
        async move {
            match handle {
                Some(handle) => handle.await == Err(TaskError::Itself),
                None => false,
            }
        }
    });
    *kept.lock() = Some(task.add().unwrap());
    drop(supervisor.start("x").unwrap());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(supervisor.snapshot("x").unwrap()[0].result.as_deref(), Some("true"));
}

#[tokio::test(start_paused = true)]
async fn its_own_group() {
    let supervisor = Supervisor::new();
    let outer = supervisor.group("outer").start().unwrap();
    let group = outer.group("inner").start().unwrap();
    for (name, stopped) in [("a", group.clone()), ("b", outer.clone())] {
        let before = Instant::now();
        let task = group.task(name, move |_| {
            let stopped = stopped.clone();
            async move { stopped.stop().await == Err(CommandError::Itself) }
        });
        let task = task.start().unwrap();
        task.down().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        let shown = supervisor.snapshot(&task).unwrap()[0].result.clone();
        assert_eq!(shown.as_deref(), Some("true"), "{name}");
        // The one that was stopped is up again, the other one runs.
        _ = outer.start().await;
        _ = group.start().await;
    }
}

#[tokio::test(start_paused = true)]
async fn its_parent() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let task = supervisor.task("x", move |cx| {
        let inner = inner.clone();
        async move {
            let child = async move { inner.stop("x").unwrap().done().await[0].answer.clone() };
            let child = cx.child("child", child).unwrap();
            child.await == Ok(Err(CommandError::Itself))
        }
    });
    let before = Instant::now();
    assert_eq!(task.start().unwrap().await, Ok(true));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_waits_for_itself_ends() {
    for plain in [false, true] {
        let supervisor = Supervisor::new();
        let other = supervisor.spawn("other", core::future::pending::<()>()).unwrap();
        let inner = supervisor.clone();
        let shut = move || {
            let inner = inner.clone();
            async move { _ = inner.shutdown(Duration::from_secs(2)).await }
        };
        if plain {
            drop(supervisor.spawn("x", shut()).unwrap());
        } else {
            drop(supervisor.task("x", move |_| shut()).start().unwrap());
        }
        let before = Instant::now();
        assert_eq!(other.await, Err(TaskError::Aborted));
        assert!(before.elapsed() <= Duration::from_secs(3), "{plain}: {:?}", before.elapsed());
        let closed = supervisor.shutdown(Duration::from_secs(2)).await;
        assert_eq!(closed.detached.len(), 0);
    }
}
