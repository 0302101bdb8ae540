//! Tasks that wait for their own end are told so; they do not hang.

use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::supervise::{CommandError, Select, State, Supervisor, TaskError, TaskHandle};

#[tokio::test(start_paused = true)]
async fn its_own_stop() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let task = supervisor.task("x", move |cx| {
        let inner = inner.clone();
        async move {
            let stopped = inner.stop("x").unwrap().await;
            assert_eq!(stopped[0].answer, Err(CommandError::Itself));
            assert!(cx.is_stopping(), "the stop is under way all the same");
        }
    });
    let before = Instant::now();
    let task = task.start().unwrap();
    task.down().await.unwrap();
    assert_eq!((task.state(), before.elapsed()), (State::Stopped, Duration::ZERO));
}

/// The value of a task that is started now and needs no time.
async fn value_of(supervisor: &Supervisor, name: &str) -> String {
    let before = Instant::now();
    drop(supervisor.start(name).unwrap());
    loop {
        tokio::task::yield_now().await;
        let shown = supervisor.snapshot(name).unwrap().remove(0);
        if shown.run > 0 && shown.state.is_down() {
            assert_eq!(before.elapsed(), Duration::ZERO);
            return shown.result.unwrap_or_default();
        }
        assert!(before.elapsed() < Duration::from_secs(60));
    }
}

/// A place for a handle that its own task takes out.
type Kept = Arc<Mutex<Option<TaskHandle<bool>>>>;

/// Waits for the task whose handle it is, in all ways there are.
async fn wait_in_vain(kept: Kept) -> bool {
    let Some(mut own) = kept.lock().take() else { return false };
    own.down().await == Err(TaskError::Itself) && (&mut own).await == Err(TaskError::Itself)
}

#[tokio::test(start_paused = true)]
async fn its_own_handle() {
    let supervisor = Supervisor::new();
    let kept = Kept::default();
    let own = Arc::clone(&kept);
    let task = supervisor.task("x", move |_| wait_in_vain(Arc::clone(&own)));
    *kept.lock() = Some(task.add().unwrap());
    assert_eq!(value_of(&supervisor, "x").await, "true");
}

#[tokio::test(start_paused = true)]
async fn the_handle_of_a_bare_future() {
    let supervisor = Supervisor::new();
    let (give, given) = tokio::sync::oneshot::channel();
    let own = supervisor.try_spawn("x", async move { wait_in_vain(given.await.unwrap()).await });
    let kept: Kept = Arc::new(Mutex::new(Some(own.unwrap())));
    assert!(give.send(kept).is_ok());
    while supervisor.alive() != [""; 0] {
        tokio::task::yield_now().await;
    }
    assert_eq!(supervisor.snapshot("x").unwrap()[0].result.as_deref(), Some("true"));
}

#[tokio::test(start_paused = true)]
async fn the_parent_that_waits_for_it() {
    let supervisor = Supervisor::new();
    let kept = Kept::default();
    let parent = Arc::clone(&kept);
    let task = supervisor.task("x", move |cx| {
        let parent = Arc::clone(&parent);
        async move { cx.child("child", wait_in_vain(parent)).unwrap().await == Ok(true) }
    });
    *kept.lock() = Some(task.add().unwrap());
    assert_eq!(value_of(&supervisor, "x").await, "true");
}

#[tokio::test(start_paused = true)]
async fn one_of_several_that_it_stops() {
    let supervisor = Supervisor::new();
    let other = supervisor.task("other", |cx| async move { cx.stopping().await });
    let other = other.start().unwrap();
    let inner = supervisor.clone();
    let task = supervisor.task("x", move |_| {
        let inner = inner.clone();
        async move {
            let answers = inner.stop(Select::All).unwrap().await;
            let answers: Vec<_> = answers.into_iter().map(|one| one.answer).collect();
            answers == [Ok(State::Stopped), Err(CommandError::Itself)]
        }
    });
    drop(task.add().unwrap());
    assert_eq!(value_of(&supervisor, "x").await, "true");
    assert_eq!(other.state(), State::Stopped);
}

#[tokio::test(start_paused = true)]
async fn one_of_another_supervisor_with_the_same_id() {
    let (waits, waited) = loop {
        let (one, other) = (Supervisor::new(), Supervisor::new());
        let task = other.task("other", |_| tokio::time::sleep(Duration::from_secs(1)));
        let waited = task.start().unwrap();
        let id = waited.id();
        let waits = one.spawn("x", async move { waited.down().await }).unwrap();
        if waits.id() == id {
            break (waits, other);
        }
    };
    assert_eq!(waits.await, Ok(Ok(State::Completed)));
    drop(waited);
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
        task.down().await.unwrap();
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
            let child = async move { inner.stop("x").unwrap().await[0].answer.clone() };
            let child = cx.child("child", child).unwrap();
            child.await == Ok(Err(CommandError::Itself))
        }
    });
    let before = Instant::now();
    assert_eq!(task.start().unwrap().await, Ok(true));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn its_own_shutdown() {
    for plain in [false, true] {
        let supervisor = Supervisor::new();
        let other = supervisor.spawn("other", core::future::pending::<()>()).unwrap();
        let inner = supervisor.clone();
        let shut = move || {
            let inner = inner.clone();
            async move {
                let answer = inner.shutdown(Duration::from_secs(60)).await;
                answer.err() == Some(CommandError::Itself)
            }
        };
        let before = Instant::now();
        let own = match plain {
            true => supervisor.spawn("x", shut()),
            false => supervisor.task("x", move |_| shut()).start(),
        };
        assert_eq!(own.unwrap().await, Ok(true), "{plain}");
        assert_eq!(other.await, Err(TaskError::Aborted));
        let closed = supervisor.shutdown(Duration::from_secs(60)).await.unwrap();
        assert_eq!((closed.detached.len(), closed.forced), (0, false), "{plain}");
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
}
