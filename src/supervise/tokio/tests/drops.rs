//! What happens when things of the user's are dropped.

use core::future::{Future, pending};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Arc;

use super::Diary;
use crate::supervise::{Command, State, Supervisor, TaskError, When};

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

async fn assert_works(supervisor: &Supervisor) {
    let task = supervisor.task("afterwards", |cx| async move { cx.run() }).start().unwrap();
    assert_eq!(task.await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_an_abort_is_a_panic_and_no_reason_to_start_again() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let task = supervisor.task("x", |_| async {
        let _bomb = Bomb("in the abort");
        pending::<()>().await;
    });
    let task = diary.of(task).restart(When::Always).start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(task.entry().word.seen().run(), 1);
    task.abort();
    task.down().await.unwrap();
    assert_eq!(task.state(), State::Stopped);
    let Err(TaskError::Panicked(report)) = task.await else { panic!("no panic") };
    assert_eq!(report.message, "in the abort");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(diary.count("start"), 1);
    diary.assert_balanced();
    assert_works(&supervisor).await;
}

/// A hand-written future that panics when it is dropped after it has returned a bomb.
struct Returns(Option<Bomb>, #[allow(dead_code, reason = "it is there to be dropped")] Bomb);

impl Future for Returns {
    type Output = Option<Bomb>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Bomb>> {
        Poll::Ready(self.0.take())
    }
}

#[tokio::test(start_paused = true)]
async fn a_future_and_its_value_may_both_panic() {
    let supervisor = Supervisor::new();
    let returns = || Returns(Some(Bomb("the value")), Bomb("the future"));
    let plain = supervisor.spawn("plain", returns()).unwrap();
    let answer = plain.await;
    assert!(matches!(answer, Err(TaskError::Panicked(_))), "{answer:?}");
    let task = supervisor.task("managed", move |_| returns());
    let answer = task.restart(When::Never).start().unwrap().await;
    assert!(matches!(answer, Err(TaskError::Panicked(_))), "{answer:?}");
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn a_value_that_nobody_takes_may_panic() {
    let supervisor = Supervisor::new();
    drop(supervisor.spawn("plain", async { Bomb("a value") }).unwrap());
    let task = supervisor.task("managed", |_| async { Some(Bomb("a value")) });
    let task = task.start().unwrap();
    task.down().await.unwrap();
    task.restart().await.unwrap();
    task.down().await.unwrap();
    core::mem::forget(task.await);
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn a_factory_may_panic_when_its_task_is_forgotten() {
    let supervisor = Supervisor::new();
    let bomb = Bomb("the factory");
    let task = supervisor.task("x", move |_| {
        let _ = &bomb;
        async {}
    });
    let task = task.start().unwrap();
    task.down().await.unwrap();
    drop(task);
    let removed = supervisor.command("x", Command::Remove).unwrap().await;
    assert_eq!(removed[0].answer, Ok(State::Stopped));
    drop(removed);
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_every_handle_changes_nothing() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let task = supervisor.task("x", |cx| async move {
        tokio::time::sleep(Duration::from_secs(10)).await;
        if cx.run() < 3 { Err("no") } else { Ok(()) }
    });
    drop(diary.of(task).start().unwrap());
    drop(supervisor);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(diary.count("stop x#3 Completed"), 1, "{:?}", diary.notes());
    diary.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn a_task_may_drop_its_own_handle() {
    let supervisor = Supervisor::new();
    let (send, receive) = tokio::sync::oneshot::channel();
    let task = supervisor.spawn("x", async move {
        drop(receive.await);
        7
    });
    assert!(send.send(task.unwrap()).is_ok());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(supervisor.alive().len(), 0);
    assert_works(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_a_future_may_use_the_supervisor() {
    struct Calls(Supervisor, Diary);
    impl Drop for Calls {
        fn drop(&mut self) {
            self.1.note(std::format!("{:?}", self.0.alive()));
            drop(self.0.stop("x").unwrap());
            drop(self.0.restart("x").unwrap());
            drop(self.0.spawn("from a drop", async {}).unwrap());
        }
    }
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let (inner, notes) = (supervisor.clone(), diary.clone());
    let task = supervisor.task("x", move |cx| {
        let calls = (cx.run() == 1).then(|| Calls(inner.clone(), notes.clone()));
        async move {
            let _calls = calls;
            pending::<()>().await;
        }
    });
    let task = task.start().unwrap();
    tokio::task::yield_now().await;
    task.abort();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(diary.notes(), ["[\"x\"]"], "it is alive until it is dropped");
    assert_eq!((task.run(), task.state()), (2, State::Running));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_of_a_supervisor_that_nobody_uses() {
    let supervisor = Supervisor::new();
    let weak = Arc::downgrade(&supervisor.shared);
    let task = supervisor.task("x", |_| async { Err::<(), _>("no") }).start().unwrap();
    drop(supervisor.spawn("plain", async {}).unwrap());
    let failed = task.await;
    assert!(failed.is_err());
    drop(supervisor);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(weak.strong_count(), 0);
}
