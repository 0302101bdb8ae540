//! Tasks that behave badly without a panic.

use core::future::{Future, pending};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::format;
use std::sync::Arc;
use std::vec::Vec;

use super::Diary;
use crate::supervise::{CommandError, Outcome, State, Supervisor, TaskError, When};
use crate::sync::plain::{AtomicUsize, Ordering};

#[tokio::test(start_paused = true)]
async fn one_ignores_its_stop() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let task = supervisor.task("deaf", |_| pending::<()>());
    let task = diary.of(task).stop_timeout(Duration::from_secs(2)).start().unwrap();
    let (before, stop) = (tokio::time::Instant::now(), task.stop());
    assert_eq!(task.state(), State::Stopping);
    assert_eq!(stop.await, Ok(State::Stopped));
    assert_eq!(before.elapsed(), Duration::from_secs(2));
    tokio::task::yield_now().await;
    assert_eq!(diary.count("stop deaf#1 Aborted"), 1, "{:?}", diary.notes());
}

/// Wants to be aborted in its one poll, and returns all the same.
struct Finishes(Supervisor, &'static str);

impl Future for Finishes {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        drop(self.0.command(self.1, crate::supervise::Command::Kill).unwrap());
        Poll::Ready(7)
    }
}

#[tokio::test(start_paused = true)]
async fn one_completes_during_its_abort() {
    let supervisor = Supervisor::new();
    let plain = supervisor.spawn("plain", Finishes(supervisor.clone(), "plain")).unwrap();
    assert_eq!(plain.await, Ok(7), "what happened counts, not what was asked");
    let inner = supervisor.clone();
    let task = supervisor.task("managed", move |_| Finishes(inner.clone(), "managed"));
    let task = task.start().unwrap();
    task.down().await.unwrap();
    let past = task.entry().with_detail(|detail| detail.last().cloned()).unwrap();
    assert_eq!((task.state(), past.outcome), (State::Stopped, Outcome::Stopped));
    assert_eq!(task.await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn one_is_never_polled() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let polled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&polled);
    let task = supervisor.task("unpolled", move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let task = diary.of(task).start().unwrap();
    let plain = supervisor.spawn("plain", async { panic!("polled") }).unwrap();
    // Nothing has been polled yet: this is the only thread.
    task.abort();
    plain.abort();
    assert_eq!(plain.await, Err::<(), _>(TaskError::Aborted));
    assert_eq!(task.await, Err(TaskError::Aborted));
    assert_eq!(polled.load(Ordering::Relaxed), 0);
    tokio::task::yield_now().await;
    assert_eq!(diary.count("stop unpolled#1 Aborted"), 1);
    diary.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn one_restarts_itself() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let task = supervisor.task("phoenix", move |cx| {
        let inner = inner.clone();
        async move {
            if cx.run() < 5 {
                let again = inner.restart("phoenix").unwrap();
                let answers = again.await;
                assert_eq!(answers[0].answer, Err(CommandError::Itself));
                cx.stopping().await;
            }
            cx.run()
        }
    });
    let task = task.start().unwrap();
    while task.run() < 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(task.await, Ok(5));
}

#[tokio::test]
async fn one_floods() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let flood = supervisor.spawn("flood", async move {
        for number in 0..20_000 {
            drop(inner.spawn(&format!("drop {number}"), async {}).unwrap());
        }
    });
    assert_eq!(flood.unwrap().await, Ok(()));
    while !supervisor.alive().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(supervisor.listed() <= 2_048, "{}", supervisor.listed());
    assert_eq!(supervisor.listed() as u64 + supervisor.forgotten(), 20_001);
}

#[tokio::test(start_paused = true)]
async fn one_has_a_name_that_is_none() {
    let supervisor = Supervisor::new();
    for name in ["", "a//b", "a\nb", "\u{202e}evil", &"x".repeat(300), "a*", "/"] {
        assert!(supervisor.spawn(name, async {}).is_err(), "{name:?}");
        assert!(supervisor.task(name, |_| async {}).add().is_err(), "{name:?}");
        assert!(supervisor.group(name).add().is_err(), "{name:?}");
    }
    assert_eq!(supervisor.listed(), 0);
    assert_eq!(supervisor.shutdown(Duration::from_secs(1)).await.unwrap().detached.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_fails_as_fast_as_it_can() {
    let supervisor = Supervisor::new();
    let zero = Duration::ZERO;
    let task = supervisor.task("hot", |_| async { Err::<(), _>("no") });
    let task = task.backoff(zero, zero).restart_limit(1_000, Duration::from_secs(3_600));
    let before = tokio::time::Instant::now();
    assert!(task.start().unwrap().await.is_err());
    assert!(before.elapsed() >= Duration::from_secs(1), "the floor holds: {:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn children_end_with_their_parent() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("parent", |cx| async move {
        let children: Vec<_> = (0..3)
            .map(|number| cx.child(&format!("child {number}"), pending::<()>()).unwrap())
            .collect();
        assert_eq!(children[0].name(), "parent/child 0");
        cx.stopping().await;
    });
    let task = task.restart(When::Never).start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(supervisor.alive().len(), 4);
    for run in 2..5 {
        // The names of the children are free when the next run wants them.
        assert_eq!(task.restart().await, Ok(State::Running));
        tokio::task::yield_now().await;
        assert_eq!((task.run(), supervisor.alive().len()), (run, 4));
    }
    assert_eq!(task.stop().await, Ok(State::Stopped));
    assert_eq!(supervisor.alive().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_start_of_a_running_task_is_refused() {
    use crate::supervise::{Collision, Refused, SpawnError};
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move { cx.stopping().await }).start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(task.start().await, Err(CommandError::Refused(Refused::Running)));
    let taken = supervisor.spawn("x", async {}).unwrap_err();
    assert_eq!(taken, SpawnError::Taken("x".into()));
    let other = supervisor.task("x", |_| async {}).collision(Collision::Suffix).add().unwrap();
    assert_eq!(other.name(), "x_1");
    assert_eq!(task.run(), 1);
}
