//! The end of everything: asked first, in reverse order, bounded, for as many as wait for it.

use core::future::pending;
use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::vec::Vec;

use tokio::time::Instant;

use super::Diary;
use crate::supervise::{CommandError, Missed, SpawnError, Supervisor, TaskEventKind};

const SECOND: Duration = Duration::from_secs(1);

/// Has tasks that stop when asked write down that they were.
fn polite(supervisor: &Supervisor, diary: &Diary, names: &[&'static str]) {
    for name in names {
        let notes = diary.clone();
        let task = supervisor.task(name, move |cx| {
            let notes = notes.clone();
            async move {
                cx.stopping().await;
                notes.note(cx.name());
            }
        });
        drop(task.start().unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_and_nothing_comes() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    polite(&supervisor, &diary, &["a", "b", "c"]);
    let plain = supervisor.spawn("plain", pending::<()>()).unwrap();
    tokio::task::yield_now().await;
    let closed = supervisor.shutdown(60 * SECOND).await.unwrap();
    assert!(closed.detached.is_empty() && !closed.forced, "{closed:?}");
    assert_eq!(diary.notes(), ["c", "b", "a"], "the newest first");
    assert!(plain.await.is_err());
    assert_eq!(supervisor.spawn("x", async {}).unwrap_err(), SpawnError::Closed);
    assert_eq!(supervisor.task("x", |_| async {}).add().unwrap_err(), SpawnError::Closed);
    assert_eq!(supervisor.group("x").add().unwrap_err(), SpawnError::Closed);
    let started = supervisor.start("a").unwrap().await;
    assert_eq!(started[0].answer, Err(CommandError::Closed));
}

#[tokio::test(start_paused = true)]
async fn the_limit_holds_whatever_tasks_do() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    for number in 0..10 {
        let task = supervisor.task(&format!("deaf {number}"), |_| pending::<()>());
        drop(diary.of(task).stop_timeout(3_600 * SECOND).start().unwrap());
    }
    tokio::task::yield_now().await;
    let before = Instant::now();
    let closed = supervisor.shutdown(2 * SECOND).await.unwrap();
    assert!(closed.forced && closed.detached.is_empty(), "{closed:?}");
    assert_eq!(before.elapsed(), 2 * SECOND);
    tokio::time::sleep(SECOND).await;
    diary.assert_balanced();
    assert_eq!(diary.count("stop"), 10);
}

#[tokio::test(start_paused = true)]
async fn a_second_word_makes_an_end_at_once() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("deaf", |_| pending::<()>());
    drop(task.stop_timeout(3_600 * SECOND).start().unwrap());
    let before = Instant::now();
    let shutdown = supervisor.shutdown(600 * SECOND);
    let hurry = async {
        tokio::time::sleep(5 * SECOND).await;
        supervisor.shutdown_now();
    };
    let (closed, ()) = tokio::join!(shutdown, hurry);
    assert_eq!(closed.unwrap().detached.len(), 0);
    assert_eq!(before.elapsed(), 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn many_may_wait_and_the_first_deadline_counts() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("deaf", |_| pending::<()>());
    drop(task.stop_timeout(3_600 * SECOND).start().unwrap());
    let before = Instant::now();
    let waiters: Vec<_> = (1..=100_u32)
        .map(|number| {
            let supervisor = supervisor.clone();
            tokio::spawn(async move { supervisor.shutdown(number * SECOND).await.unwrap() })
        })
        .collect();
    for waiter in waiters {
        assert!(waiter.await.unwrap().forced);
    }
    assert_eq!(before.elapsed(), SECOND);
    assert!(supervisor.shutdown(SECOND).await.unwrap().forced, "what was is not forgotten");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_nobody_waits_for_goes_on() {
    let supervisor = Supervisor::new();
    let plain = supervisor.spawn("plain", pending::<()>()).unwrap();
    let task = supervisor.task("deaf", |_| pending::<()>());
    let task = task.stop_timeout(3_600 * SECOND).start().unwrap();
    let mut shutdown = Box::pin(supervisor.shutdown(2 * SECOND));
    assert!(tokio::time::timeout(SECOND, shutdown.as_mut()).await.is_err());
    drop(shutdown);
    let before = Instant::now();
    task.down().await.unwrap();
    plain.down().await.unwrap();
    assert_eq!(before.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn every_command_under_way_is_answered() {
    let supervisor = Supervisor::new();
    let deaf = supervisor.task("deaf", |_| pending::<()>()).start().unwrap();
    let slow = supervisor.task("slow", |_| pending::<()>()).notify_ready().add().unwrap();
    tokio::task::yield_now().await;
    let (stop, restart) = (deaf.stop(), slow.start());
    let again = supervisor.restart("deaf").unwrap();
    let closed = supervisor.shutdown(60 * SECOND).await.unwrap();
    assert!(closed.detached.is_empty());
    assert_eq!(stop.await, Err(CommandError::Superseded));
    assert_eq!(again.await[0].answer, Err(CommandError::Closed));
    assert_eq!(restart.await, Err(CommandError::Closed));
}

#[tokio::test(start_paused = true)]
async fn who_is_waited_for_is_told() {
    let supervisor = Supervisor::new();
    let mut events = supervisor.events();
    let task = supervisor.task("slow", |cx| async move {
        cx.stopping().await;
        tokio::time::sleep(4 * SECOND - SECOND / 2).await;
    });
    drop(task.start().unwrap());
    supervisor.shutdown(60 * SECOND).await.unwrap();
    drop(supervisor);
    let mut waited = Vec::new();
    while let Ok(Ok(event)) = tokio::time::timeout(SECOND, events.next()).await {
        if let TaskEventKind::WaitedFor { waited: so_far } = event.kind {
            assert_eq!(event.name(), "slow");
            waited.push(so_far.as_secs());
        }
    }
    assert_eq!(waited, [1, 2, 3]);
    assert_eq!(Missed::Closed, Missed::Closed);
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_for_another_that_is_down_ends_all_the_same() {
    let supervisor = Supervisor::new();
    let (ask, mut asked) = tokio::sync::mpsc::channel::<tokio::sync::oneshot::Sender<()>>(1);
    let client = supervisor.task("client", move |cx| {
        let ask = ask.clone();
        async move {
            cx.stopping().await;
            let (answer, answered) = tokio::sync::oneshot::channel();
            drop(ask.send(answer).await);
            // The server is down, but its end of the channel is not: nobody will ever answer.
            drop(answered.await);
        }
    });
    drop(client.start().unwrap());
    let server = supervisor.task("server", |cx| async move { cx.stopping().await });
    drop(server.start().unwrap());
    let before = Instant::now();
    let closed = supervisor.shutdown(60 * SECOND).await.unwrap();
    assert!(closed.detached.is_empty());
    assert_eq!(before.elapsed(), 5 * SECOND, "the timeout of the client");
    assert!(asked.try_recv().is_ok());
}

#[tokio::test]
async fn one_with_nothing_to_do_is_over_at_once() {
    let closed = Supervisor::new().shutdown(SECOND).await.unwrap();
    assert!(closed.detached.is_empty() && !closed.forced);
}

#[test]
fn tasks_that_are_spawned_meanwhile_are_refused_or_ended() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    for _ in 0..200 {
        let supervisor = Supervisor::on(runtime.handle().clone());
        let inner = supervisor.clone();
        let spawner = runtime.spawn(async move {
            let spawn = |number| inner.spawn(&format!("plain {number}"), pending::<()>()).is_ok();
            (0..).take_while(|number| spawn(*number)).count()
        });
        let closed = runtime.block_on(supervisor.shutdown(60 * SECOND)).unwrap();
        assert!(closed.detached.is_empty() && !closed.forced, "{closed:?}");
        runtime.block_on(spawner).unwrap();
        assert!(supervisor.alive().is_empty());
    }
}
