//! Code of the user's that panics, wherever it is called.

use core::fmt;
use core::future::{Future, pending};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::panic::panic_any;
use std::string::String;

use super::Diary;
use crate::supervise::{
    On, Outcome, State, Supervisor, TaskBuilder, TaskError, TaskEventKind, When,
};

/// It still does all it is there for.
async fn assert_works(supervisor: &Supervisor) {
    let task = supervisor.task("afterwards", |cx| async move { cx.run() }).start().unwrap();
    assert_eq!(task.await, Ok(1));
    assert_eq!(supervisor.spawn("plainly", async { 7 }).unwrap().await, Ok(7));
}

/// Panics at its `nth` poll, from 1.
struct Nth(u32);

impl Future for Nth {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0 -= 1;
        assert_ne!(self.0, 0, "the nth poll");
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn assert_panicked(supervisor: &Supervisor, task: TaskBuilder<()>, why: &str) {
    let diary = Diary::default();
    let answer = diary.of(task).restart(When::Never).start().unwrap().await;
    let Err(TaskError::Panicked(report)) = answer else { panic!("{why}: {answer:?}") };
    assert!(report.message.contains(why), "{report:?}");
    assert_works(supervisor).await;
    diary.assert_balanced();
    assert_eq!(diary.count("stop"), 1);
    assert_eq!(diary.count("error"), 1);
}

#[tokio::test(start_paused = true)]
async fn in_the_factory() {
    fn factory() -> core::future::Ready<()> {
        panic!("the factory")
    }
    let supervisor = Supervisor::new();
    assert_panicked(&supervisor, supervisor.task("x", |_| factory()), "the factory").await;
}

#[tokio::test(start_paused = true)]
async fn in_the_first_poll_and_a_later_one() {
    for poll in [1, 2, 9] {
        let supervisor = Supervisor::new();
        let task = supervisor.task("x", move |_| Nth(poll));
        assert_panicked(&supervisor, task, "the nth poll").await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_having_been_asked_to_stop() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let task = supervisor.task("x", |cx| async move {
        cx.stopping().await;
        assert!(!cx.is_stopping(), "no way to stop");
    });
    let task = diary.of(task).restart(When::Always);
    let task = task.start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(task.stop().await, Ok(State::Stopped));
    assert!(matches!(task.await, Err(TaskError::Panicked(_))));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(diary.count("start"), 1, "what panics while it stops is not started again");
    diary.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn with_a_payload_that_panics_when_dropped() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |_| async {
        if true {
            panic_any(Bomb)
        }
    });
    let answer = task.restart(When::Never).start().unwrap().await;
    assert!(matches!(answer, Err(TaskError::Panicked(_))), "{answer:?}");
    let plain = supervisor.spawn("y", async { panic_any(Bomb) }).unwrap();
    assert!(matches!(plain.await, Err::<(), _>(TaskError::Panicked(_))));
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn in_every_callback() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let events = supervisor.events();
    let task =
        supervisor.task("x", |cx| async move { if cx.run() == 1 { Err("no") } else { Ok(()) } });
    let boom = |_: &crate::supervise::RunReport| panic!("a callback");
    let task = task.on_start(boom).on_ready(boom).on_restart(boom).on_stop(boom).on_error(boom);
    let task = task.on_async(On::Stop, |_| async { panic!("a callback's future") });
    let task = task.on_async(On::Error, |_| -> core::future::Ready<()> { panic!("its factory") });
    assert_eq!(diary.of(task).start().unwrap().await, Ok(()));
    assert_works(&supervisor).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    diary.assert_balanced();
    assert_eq!(diary.count("stop"), 2, "the others are called all the same");
    drop(events);
}

#[tokio::test(start_paused = true)]
async fn in_the_classifier() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |_| async { Err::<(), _>("no") });
    let task = task.restart(When::Never).classify(|_| panic!("the classifier"));
    assert!(matches!(task.start().unwrap().await, Err(TaskError::Failed(_))));
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn in_recover() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |_| async { Err::<(), _>("no") });
    let task = task.recover(|_| panic!("recover"));
    assert_panicked(&supervisor, task, "recover").await;
}

#[tokio::test(start_paused = true)]
async fn in_the_hook_of_events() {
    let supervisor = Supervisor::new();
    assert!(supervisor.on_event(|_| panic!("the hook")));
    assert_works(&supervisor).await;
}

/// Panics whenever it is to be shown or cloned.
struct Shy(bool);

impl fmt::Debug for Shy {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("not to be shown")
    }
}

impl fmt::Display for Shy {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("not to be shown")
    }
}

impl core::error::Error for Shy {}

impl Clone for Shy {
    fn clone(&self) -> Self {
        assert!(self.0, "not to be cloned");
        Self(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn in_the_debug_text_of_a_value() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("value", |_| async { Some(Shy(true)) }).start().unwrap();
    assert!(task.await.unwrap().is_some());
    let task = supervisor.task("error", |_| async { Err::<(), _>(Shy(true)) });
    let failed = task.restart(When::Never).start().unwrap().await;
    assert!(matches!(failed, Err(TaskError::Failed(_))), "{failed:?}");
    assert_works(&supervisor).await;
    assert_eq!(supervisor.snapshot("value").unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn in_its_arguments() {
    let supervisor = Supervisor::new();
    for clones in [true, false] {
        let name = if clones { "clones" } else { "does not" };
        let task = supervisor.task_with(name, Shy(clones), |_, _| async {});
        let answer = task.restart(When::Never).start().unwrap().await;
        assert_eq!(answer.is_ok(), clones, "{answer:?}");
        let shown = supervisor.snapshot(name).unwrap()[0].args.positional.clone();
        assert_eq!(shown, ["…"]);
    }
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn while_holding_locks() {
    let supervisor = Supervisor::new();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let shared = std::sync::Arc::clone(&kept);
    let task = supervisor.task("x", move |cx| {
        let shared = std::sync::Arc::clone(&shared);
        async move {
            let _guard = shared.lock();
            cx.status("holds a lock");
            if cx.run() == 1 {
                panic!("while holding it");
            }
        }
    });
    assert_eq!(task.start().unwrap().await, Ok(()));
    assert!(kept.is_poisoned());
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn in_a_child() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("parent", |cx| async move {
        let child = cx.child("child", async { panic!("a child") }).unwrap();
        matches!(child.await, Err::<(), _>(TaskError::Panicked(_)))
    });
    assert_eq!(task.start().unwrap().await, Ok(true));
}

struct Panics;

impl std::task::Wake for Panics {
    fn wake(self: std::sync::Arc<Self>) {
        panic!("a waker");
    }
}

#[tokio::test(start_paused = true)]
async fn in_the_waker_of_whoever_waits() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await });
    let task = task.start().unwrap();
    let waker = core::task::Waker::from(std::sync::Arc::new(Panics));
    let mut down = std::boxed::Box::pin(task.down());
    assert!(down.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(task.stop().await, Ok(State::Stopped));
    assert_works(&supervisor).await;
    drop(down);
    let _still = supervisor.task("still", |_| pending::<()>()).start().unwrap();
    assert_eq!(supervisor.shutdown(Duration::from_secs(60)).await.unwrap().detached.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn in_the_waker_of_whoever_waits_for_the_stop() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let mut events = supervisor.events();
    let (leave, left) = tokio::sync::oneshot::channel();
    let leave = parking_lot::Mutex::new(Some(leave));
    let task = supervisor.task("x", move |cx| {
        drop(leave.lock().take().map(|leave| leave.send(cx)));
        pending::<()>()
    });
    let task = diary.of(task).stop_timeout(Duration::from_secs(1)).start().unwrap();
    let cx = left.await.unwrap();
    let waker = core::task::Waker::from(std::sync::Arc::new(Panics));
    // It waits again after each time it was woken in vain: for the stop, the abort and the end.
    let mut waits: [_; 3] = core::array::from_fn(|_| std::boxed::Box::pin(cx.stopping()));
    for wait in &mut waits {
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    let mut next = std::boxed::Box::pin(events.next());
    while next.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
        drop(next);
        next = std::boxed::Box::pin(events.next());
    }
    assert_eq!(task.stop().await, Ok(State::Stopped));
    drop(next);
    let mut told = std::vec::Vec::new();
    while told.len() < 3 {
        told.push(events.next().await.unwrap().kind);
    }
    let ended = TaskEventKind::Ended { outcome: Outcome::Aborted };
    assert_eq!(told, [TaskEventKind::Stopping, TaskEventKind::Aborting, ended]);
    tokio::task::yield_now().await;
    diary.assert_balanced();
    assert_eq!(diary.count("stop x#1 Aborted"), 1, "{:?}", diary.notes());
}
