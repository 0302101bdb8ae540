//! What becomes of supervised tasks, in virtual time.

use core::time::Duration as Span;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use embassy_tests::Board;
use embassy_time::{Duration, Timer};
use ringvisor::supervise::embassy::Run;
use ringvisor::supervise::{Backoff, Budget, Command, Policy, State, TaskSpec};

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

const fn policy(policy: Policy) -> TaskSpec {
    TaskSpec { policy, ..TaskSpec::DEFAULT }
}

#[test]
fn a_week_of_hourly_failures_is_a_week_of_restarts() {
    const ALWAYS: Policy = Policy {
        backoff: Backoff::constant(Span::from_secs(60)),
        budget: Some(Budget { restarts: 5, window: Span::from_secs(3_600) }),
        ..Policy::always()
    };
    ringvisor::tasks! {
        static TASKS;
        hourly(runs: &'static AtomicU32): policy(ALWAYS) => async |_| hour(runs).await;
    }
    async fn hour(runs: &AtomicU32) -> Result<(), &'static str> {
        runs.fetch_add(1, Relaxed);
        Timer::after_secs(3_540).await;
        Err("the hour is over")
    }
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let board = Board::new();
    board.spawn(hourly(&RUNS));
    board.pass(Duration::from_secs(7 * 24 * 3_600 - 30), Duration::from_secs(30));
    assert_eq!(RUNS.load(Relaxed), 7 * 24);
    let task = TASKS.get("hourly").unwrap().vitals();
    assert_eq!((task.state, task.run, task.restarts), (State::Backoff, 168, 167));
}

#[test]
fn a_budget_that_is_spent_is_the_end_until_somebody_starts_it() {
    const THREE: Policy = Policy {
        backoff: Backoff::constant(Span::from_millis(10)),
        budget: Some(Budget { restarts: 3, window: Span::from_secs(60) }),
        ..Policy::DEFAULT
    };
    ringvisor::tasks! {
        static TASKS;
        failing(): policy(THREE) => async |_| fail().await;
    }
    async fn fail() -> Result<(), &'static str> {
        Err("not today")
    }
    let board = Board::new();
    board.spawn(failing());
    board.pass(SECOND, MILLISECOND);
    let task = TASKS.get("failing").unwrap();
    assert_eq!((task.state(), task.vitals().run), (State::Dead, 4));
    task.command(Command::Start);
    board.pass(SECOND, MILLISECOND);
    assert_eq!((task.state(), task.vitals().run), (State::Dead, 8));
}

#[test]
fn a_stop_is_a_request_and_then_an_end() {
    ringvisor::tasks! {
        static TASKS;
        polite(): stopping() => async |run| leave(run).await;
        deaf(guard: Guard): stopping() => async |_| stay(&guard).await;
    }
    const fn stopping() -> TaskSpec {
        TaskSpec { stop_timeout: Span::from_millis(100), ..TaskSpec::DEFAULT }
    }
    async fn leave(run: Run) -> Result<(), &'static str> {
        run.stopped().await;
        Timer::after_millis(50).await;
        Ok(())
    }
    async fn stay(guard: &Guard) -> Result<(), &'static str> {
        let _dropped = Dropped(guard.0);
        core::future::pending().await
    }
    struct Guard(&'static AtomicU32);
    struct Dropped(&'static AtomicU32);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    static DROPS: AtomicU32 = AtomicU32::new(0);

    let board = Board::new();
    board.spawn(polite());
    board.spawn(deaf(Guard(&DROPS)));
    let state = |name| TASKS.get(name).unwrap().state();
    for name in ["polite", "deaf"] {
        TASKS.command(name, Command::Stop).unwrap();
    }
    board.poll();
    assert_eq!((state("polite"), state("deaf")), (State::Stopping, State::Stopping));
    board.pass(Duration::from_millis(60), MILLISECOND);
    assert_eq!((state("polite"), state("deaf")), (State::Stopped, State::Stopping));
    board.pass(Duration::from_millis(60), MILLISECOND);
    assert_eq!((state("deaf"), DROPS.load(Relaxed)), (State::Stopped, 1));

    TASKS.command("deaf", Command::Start).unwrap();
    board.poll();
    TASKS.command("deaf", Command::Kill).unwrap();
    board.poll();
    assert_eq!((state("deaf"), DROPS.load(Relaxed)), (State::Stopped, 2));
}

#[test]
fn silence_is_a_stall_and_keeps_the_watchdog_hungry() {
    ringvisor::tasks! {
        static TASKS;
        heart(): beating() => async |run| beat(run).await;
    }
    const fn beating() -> TaskSpec {
        let policy = Policy { backoff: Backoff::constant(Span::from_secs(5)), ..Policy::DEFAULT };
        TaskSpec {
            policy,
            heartbeat: Some(Span::from_secs(2)),
            stop_timeout: Span::from_secs(1),
            ..TaskSpec::DEFAULT
        }
    }
    async fn beat(run: Run) -> Result<(), &'static str> {
        for _ in 0..10 {
            run.beat();
            Timer::after_secs(1).await;
        }
        core::future::pending().await
    }
    let board = Board::new();
    board.spawn(heart());
    board.pass(Duration::from_secs(10), MILLISECOND);
    assert!(TASKS.all_alive());
    board.pass(Duration::from_millis(1_500), MILLISECOND);
    assert_eq!(TASKS.get("heart").unwrap().state(), State::Stopping);
    board.pass(SECOND, MILLISECOND);
    assert_eq!(TASKS.get("heart").unwrap().state(), State::Backoff);
    board.pass(Duration::from_secs(5), MILLISECOND);
    assert_eq!(TASKS.get("heart").unwrap().vitals().run, 2);
}

#[test]
fn a_hold_lets_a_run_end_and_none_begin() {
    ringvisor::tasks! {
        static TASKS;
        short(): policy(Policy { budget: None, backoff: Backoff::constant(Span::from_millis(5)), ..Policy::always() })
            => async |_| work().await;
    }
    async fn work() -> Result<(), &'static str> {
        Timer::after_millis(10).await;
        Ok(())
    }
    let board = Board::new();
    board.spawn(short());
    let task = TASKS.get("short").unwrap();
    task.hold(true);
    board.pass(Duration::from_millis(100), MILLISECOND);
    let held = task.vitals();
    assert_eq!((held.run, held.state == State::Running), (1, false));
    task.hold(false);
    board.pass(Duration::from_millis(100), MILLISECOND);
    assert!(task.vitals().run > 5);
}
