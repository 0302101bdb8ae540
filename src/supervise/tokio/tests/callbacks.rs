//! Callbacks: off-lock, in order, limited, and never lost in silence.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::vec::Vec;

use super::Diary;
use crate::supervise::{CALLBACK_LIMIT, On, RunReport, Supervisor, TaskEventKind, When};

#[tokio::test(start_paused = true)]
async fn they_may_use_the_supervisor() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let (inner, notes) = (supervisor.clone(), diary.clone());
    let task = supervisor.task("x", |cx| async move { cx.run() });
    let task = task.on_stop(move |report: &RunReport| {
        notes.note(format!("{:?}", inner.snapshot("x").unwrap()[0].state));
        if report.run < 3 {
            drop(inner.start("x").unwrap());
        }
    });
    let task = task.start().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(diary.notes(), ["Completed"; 3]);
    assert_eq!(task.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_for_each_task() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let notes = diary.clone();
    let task = supervisor.task("x", |_| async {}).on_async(On::Stop, move |report| {
        let notes = notes.clone();
        async move {
            notes.note(format!("begins {}", report.run));
            tokio::time::sleep(Duration::from_secs(1)).await;
            notes.note(format!("ends {}", report.run));
        }
    });
    let task = task.start().unwrap();
    for _ in 0..2 {
        task.down().await.unwrap();
        task.restart().await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let expected = ["begins 1", "ends 1", "begins 2", "ends 2", "begins 3", "ends 3"];
    assert_eq!(diary.notes(), expected);
}

#[tokio::test(start_paused = true)]
async fn one_that_takes_too_long_is_left() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let mut events = supervisor.events();
    let task = supervisor.task("x", |_| async {}).on_async(On::Stop, |_| pending());
    let task = diary.of(task).start().unwrap();
    task.down().await.unwrap();
    let before = tokio::time::Instant::now();
    while events.next().await.unwrap().kind != TaskEventKind::CallbackFailed {}
    assert_eq!(before.elapsed(), CALLBACK_LIMIT);
    tokio::task::yield_now().await;
    diary.assert_balanced();
}

#[tokio::test(start_paused = true)]
async fn too_many_are_counted() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |_| async {}).on_async(On::Stop, |_| pending());
    let task = task.start().unwrap();
    for _ in 0..400 {
        task.down().await.unwrap();
        task.restart().await.unwrap();
    }
    task.down().await.unwrap();
    assert!(supervisor.lost_callbacks() >= 100, "{}", supervisor.lost_callbacks());
}

#[tokio::test(start_paused = true)]
async fn a_slow_one_slows_nobody() {
    let supervisor = Supervisor::new();
    let slow = supervisor.task("slow", |_| async {}).on_async(On::Stop, |_| pending());
    drop(slow.start().unwrap());
    let before = tokio::time::Instant::now();
    for number in 0..100 {
        let task = supervisor.task(&format!("fast {number}"), |_| async {}).start().unwrap();
        task.await.unwrap();
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    supervisor.shutdown(Duration::from_secs(60)).await.unwrap();
    assert_eq!(before.elapsed(), Duration::from_secs(1), "the end waits for it a little");
}

#[test]
fn those_that_are_due_when_the_runtime_goes_are_called() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let task = |name| {
        let task = supervisor.task(name, |cx| async move { cx.stopping().await });
        let task = task.restart(When::Never).on_async(On::Stop, |_| pending());
        diary.of(task).start().unwrap()
    };
    let tasks: Vec<_> = ["a", "b", "c"].into_iter().map(task).collect();
    runtime.block_on(async {
        let stopped = tasks[0].stop();
        stopped.await.unwrap();
        tokio::task::yield_now().await;
    });
    drop(runtime);
    diary.assert_balanced();
    assert_eq!(diary.count("stop"), 3, "{:?}", diary.notes());
}
