//! How runs end, as seen by whoever waits for them.

use core::fmt;
use core::future::pending;
use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::supervise::{State, Supervisor, TaskError, When};

#[tokio::test]
async fn a_value_comes_to_whoever_waits() {
    let supervisor = Supervisor::new();
    assert_eq!(supervisor.spawn("answer", async { 42 }).unwrap().await, Ok(42));
    let task = supervisor.task("managed", |cx| async move { cx.run() }).start().unwrap();
    assert_eq!(task.await, Ok(1));
}

#[tokio::test]
async fn a_value_is_taken_once() {
    let supervisor = Supervisor::new();
    let mut plain = supervisor.spawn("plain", async { 42 }).unwrap();
    assert_eq!((&mut plain).await, Ok(42));
    assert_eq!((&mut plain).await, Err(TaskError::Gone));
    let mut managed = supervisor.task("managed", |_| async { 42 }).start().unwrap();
    assert_eq!((&mut managed).await, Ok(42));
    assert_eq!((&mut managed).await, Err(TaskError::Gone));
}

#[derive(Debug)]
struct Chained(u32);

impl fmt::Display for Chained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.0)
    }
}

impl core::error::Error for Chained {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        static INNER: Chained = Chained(2);
        // A chain that bites its own tail.
        Some(&INNER)
    }
}

#[tokio::test]
async fn an_error_comes_with_its_sources_however_many() {
    let supervisor = Supervisor::new();
    let failed = supervisor
        .task("failed", |_| async { Err::<(), _>(Chained(1)) })
        .restart(When::Never)
        .start()
        .unwrap()
        .await;
    let Err(TaskError::Failed(report)) = failed else { panic!("{failed:?}") };
    assert_eq!(report.message, "error 1");
    assert!(report.sources.len() <= 16 && report.sources[0] == "error 2", "{report:?}");
}

#[tokio::test]
async fn a_panic_comes_with_its_words() {
    let supervisor = Supervisor::new();
    let plain = supervisor.spawn("plain", async { panic!("no {}", 7) }).unwrap();
    let Err::<(), _>(TaskError::Panicked(report)) = plain.await else { panic!("no panic") };
    assert_eq!(report.message, "no 7");
    let state = supervisor.snapshot("plain").unwrap()[0].state;
    assert_eq!(state, State::Failed);
}

#[tokio::test]
async fn who_is_told_of_a_failure_is_told_why() {
    // The state must not be seen before the reason: on several threads, many times.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime
        .spawn(async {
            let supervisor = Supervisor::new();
            for round in 0..500 {
                let name = std::format!("failed {round}");
                let task = supervisor.task(&name, |_| async { Err::<(), _>("no") });
                let answer = task.restart(When::Never).start().unwrap().await;
                assert!(matches!(answer, Err(TaskError::Failed(_))), "{answer:?}");
            }
        })
        .await
        .unwrap();
    runtime.shutdown_background();
}

#[tokio::test(start_paused = true)]
async fn a_stopped_task_may_leave_a_value() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task("polite", |cx| async move {
            cx.stopping().await;
            7
        })
        .start()
        .unwrap();
    assert_eq!(task.stop().await, Ok(State::Stopped));
    assert_eq!(task.await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn stop_ends_in_an_abort_where_nobody_listens() {
    let supervisor = Supervisor::new();
    let deaf = supervisor.task("deaf", |_| pending::<()>()).start().unwrap();
    let before = tokio::time::Instant::now();
    assert_eq!(deaf.stop().await, Ok(State::Stopped));
    assert_eq!(before.elapsed().as_secs(), 5);
    assert_eq!(deaf.await, Err(TaskError::Aborted));
}

#[tokio::test(start_paused = true)]
async fn limits_end_runs() {
    let supervisor = Supervisor::new();
    let second = Duration::from_secs(1);
    let slow = supervisor
        .task("slow", |cx| async move { cx.stopping().await })
        .start_timeout(second)
        .restart(When::Never)
        .start()
        .unwrap();
    assert_eq!(slow.await, Err(TaskError::TimedOut));
    let long = supervisor
        .task("long", |cx| async move { cx.stopping().await })
        .run_limit(second)
        .restart(When::Never)
        .start()
        .unwrap();
    assert_eq!(long.await, Err(TaskError::TimedOut));
    let silent = supervisor
        .task("silent", |cx| async move {
            cx.beat();
            pending::<()>().await;
        })
        .heartbeat(second)
        .restart(When::Never)
        .start()
        .unwrap();
    assert_eq!(silent.await, Err(TaskError::Stalled));
}

#[tokio::test(start_paused = true)]
async fn who_beats_lives() {
    let supervisor = Supervisor::new();
    let alive = supervisor
        .task("alive", |cx| async move {
            for _ in 0..100 {
                tokio::time::sleep(Duration::from_millis(900)).await;
                cx.beat();
            }
            cx.run()
        })
        .heartbeat(Duration::from_secs(1))
        .start()
        .unwrap();
    assert_eq!(alive.await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn the_value_of_an_earlier_run_is_no_value_of_this_one() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task("fickle", |cx| async move { if cx.run() == 1 { Ok(1) } else { Err("no") } })
        .restart(When::Never)
        .start()
        .unwrap();
    task.down().await.unwrap();
    assert_eq!(task.start().await, Ok(State::Running));
    assert!(matches!(task.await, Err(TaskError::Failed(_))));
}

#[tokio::test(start_paused = true)]
async fn an_error_may_become_a_value() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task("recovered", |_| async { Err("no") })
        .recover(|report| report.message.len())
        .start()
        .unwrap();
    assert_eq!(task.await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn what_never_ran_was_stopped() {
    let supervisor = Supervisor::new();
    let idle = supervisor.task("idle", |_| async {}).add().unwrap();
    assert_eq!(idle.await, Err(TaskError::Stopped));
}

#[tokio::test]
async fn a_huge_debug_text_is_cut() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("huge", |_| async { "é".repeat(10 << 20) }).start().unwrap();
    assert_eq!(task.await.unwrap().len(), 20 << 20);
    let shown = supervisor.snapshot("huge").unwrap()[0].result.clone().unwrap();
    assert!(shown.len() <= 1_100, "{}", shown.len());
}

#[tokio::test]
async fn arguments_are_kept_shown_and_changed() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task_with("add", (2, 3), |_, (a, b): (i32, i32)| async move { a + b })
        .start()
        .unwrap();
    task.down().await.unwrap();
    let shown = supervisor.snapshot("add").unwrap()[0].args.positional.clone();
    assert_eq!(shown, ["2", "3"]);
    assert_eq!(supervisor.set_args("add", (4_i32, 5_i32)), Ok((2, 3)));
    task.start().await.unwrap();
    assert_eq!(task.await, Ok(9));
}

#[tokio::test]
async fn an_unknown_name_is_an_error_that_helps() {
    let supervisor = Supervisor::new();
    let _task = supervisor.spawn("blink", pending::<()>()).unwrap();
    let error = supervisor.stop("blimk").unwrap_err().to_string();
    assert!(error.contains("did you mean blink?"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn waiting_again_and_again_keeps_nothing() {
    let supervisor = Supervisor::new();
    let task = supervisor.spawn("long", pending::<()>()).unwrap();
    for _ in 0..10_000 {
        _ = tokio::time::timeout(Duration::from_millis(1), task.down()).await;
    }
    let waiters = task.entry().with_detail(|detail| detail.waiters.len());
    assert!(waiters < 100, "{waiters}");
}

#[tokio::test]
async fn what_outlives_its_run_does_not_wait_for_ever() {
    let supervisor = Supervisor::new();
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let task = supervisor
        .task("short", move |cx| {
            *keep.lock() = Some(cx);
            async {}
        })
        .start()
        .unwrap();
    task.down().await.unwrap();
    let cx = kept.lock().take().unwrap();
    cx.stopping().await;
    assert!(cx.is_stopping());
    cx.status("from the beyond");
    assert!(cx.child("late", async {}).unwrap().await.is_err());
}

#[tokio::test]
async fn any_error_type_will_do() {
    let supervisor = Supervisor::new();
    let boxed: Result<(), Box<dyn core::error::Error + Send + Sync>> = Err("boxed".into());
    let boxed = Arc::new(Mutex::new(Some(boxed)));
    let task = supervisor.task("boxed", move |_| {
        let boxed = boxed.lock().take().unwrap();
        async move { boxed }
    });
    let error = task.restart(When::Never).start().unwrap().await.unwrap_err();
    assert_eq!(error.to_string(), String::from("failed: boxed"));
}
