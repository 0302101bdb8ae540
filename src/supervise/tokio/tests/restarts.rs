//! The policy at work, on a clock that is paused.

use core::future::pending;
use core::time::Duration;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;
use proptest::prelude::*;
use tokio::time::Instant;

use super::Diary;
use crate::supervise::{
    Backoff, Class, Exhausted, Jitter, Policy, State, Supervisor, TaskError, When,
};

fn exact(initial: Duration, cap: Duration) -> Backoff {
    Backoff { jitter: Jitter::None, initial, cap, ..Backoff::default() }
}

#[tokio::test(start_paused = true)]
async fn delays_double_up_to_the_cap() {
    let supervisor = Supervisor::new();
    let starts = Arc::new(Mutex::new(Vec::new()));
    let (seen, second) = (Arc::clone(&starts), Duration::from_secs(1));
    let policy = Policy { backoff: exact(second, 4 * second), ..Policy::default() };
    let task = supervisor
        .task("failing", move |_| {
            seen.lock().push(Instant::now());
            async { Err::<(), _>("no") }
        })
        .policy(policy)
        .start()
        .unwrap();
    assert!(matches!(task.await, Err(TaskError::Failed(_))));
    let starts = starts.lock().clone();
    let gaps: Vec<_> = starts.windows(2).map(|two| (two[1] - two[0]).as_secs()).collect();
    assert_eq!(gaps, [1, 2, 4, 4, 4]);
    assert_eq!(supervisor.snapshot("failing").unwrap()[0].state, State::Dead);
}

#[tokio::test(start_paused = true)]
async fn callbacks_come_in_order() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let task = supervisor.task("flaky", |cx| async move {
        if cx.run() == 1 { Err("no") } else { Ok(cx.attempt()) }
    });
    let task = diary.of(task).start().unwrap();
    assert_eq!(task.await, Ok(1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let expected = [
        "start flaky#1",
        "ready flaky#1",
        "stop flaky#1 Failed",
        "error flaky#1 Failed",
        "restart flaky#2",
        "start flaky#2",
        "ready flaky#2",
        "stop flaky#2 Completed",
    ];
    assert_eq!(diary.notes(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_pending_delay_resurrects_nobody() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("failing", |_| async { Err::<(), _>("no") }).start().unwrap();
    while task.state() != State::Backoff {
        tokio::task::yield_now().await;
    }
    assert_eq!(task.stop().await, Ok(State::Stopped));
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!((task.run(), task.state()), (1, State::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_start_by_hand_during_the_delay_is_the_only_start() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task("once bad", |cx| async move {
            if cx.run() == 1 {
                return Err("no");
            }
            pending().await
        })
        .start()
        .unwrap();
    while task.state() != State::Backoff {
        tokio::task::yield_now().await;
    }
    assert_eq!(task.start().await, Ok(State::Running));
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!((task.run(), task.state()), (2, State::Running));
    let _: &crate::supervise::TaskHandle<()> = &task;
}

#[tokio::test(start_paused = true)]
async fn the_users_word_about_an_end_counts() {
    let supervisor = Supervisor::new();
    let fatal = supervisor
        .task("fatal", |_| async { Err::<(), _>("fatal") })
        .classify(|ending| {
            let fatal = ending.error.is_some_and(|error| error.message == "fatal");
            if fatal { Class::Fatal } else { Class::Default }
        })
        .start()
        .unwrap();
    let state = fatal.state();
    assert!(matches!(fatal.await, Err(TaskError::Failed(_))), "{state:?}");
    assert_eq!(supervisor.snapshot("fatal").unwrap()[0].run, 1);
}

#[tokio::test(start_paused = true)]
async fn an_exhausted_budget_may_end_everything() {
    let supervisor = Supervisor::new();
    let other = supervisor.spawn("plain", pending::<()>()).unwrap();
    let policy = Policy { exhausted: Exhausted::ShutdownAll, ..Policy::default() };
    let _failing = supervisor
        .task("failing", |_| async { Err::<(), _>("no") })
        .policy(policy)
        .start()
        .unwrap();
    assert_eq!(other.await, Err(TaskError::Aborted));
    assert!(supervisor.spawn("late", async {}).is_err());
    assert_eq!(supervisor.shutdown(Duration::from_secs(1)).await.unwrap().detached.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_cancelled_error_is_no_stop() {
    let supervisor = Supervisor::new();
    let task = supervisor
        .task("cancelled", |_| async {
            let aborted = tokio::spawn(pending::<()>());
            aborted.abort();
            aborted.await
        })
        .restart(When::Never)
        .start()
        .unwrap();
    let failed = task.await;
    assert!(matches!(failed, Err(TaskError::Failed(_))), "{failed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Exactly as many restarts as allowed in any window, also more than a machine word has bits.
    #[test]
    fn the_limit_is_exact(limit in 0_u32..80, window in 1_u64..1_000) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let supervisor = Supervisor::new();
            let backoff = Duration::from_millis(1);
            let task = supervisor
                .task("failing", |_| async { Err::<(), _>("no") })
                .backoff(backoff, backoff)
                .restart_limit(limit, Duration::from_secs(window))
                .start()
                .unwrap();
            task.down().await.unwrap();
            while !matches!(task.state(), State::Dead) {
                tokio::time::sleep(backoff).await;
            }
            assert_eq!(task.run(), limit + 1);
        });
    }
}
