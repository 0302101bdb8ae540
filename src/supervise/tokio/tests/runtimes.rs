//! Several runtimes, runtimes that go, and runtimes that keep no time.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::vec::Vec;

use tokio::runtime::{Builder, Runtime};

use super::Diary;
use crate::supervise::{Collision, On, State, Supervisor, TaskError, When};

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn without_one_nothing_is_spawned() {
    let supervisor = Supervisor::new();
    assert!(supervisor.spawn("x", async {}).is_err());
    assert!(supervisor.task("x", |_| async {}).add().is_err());
    let runtime = one_thread();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let task = supervisor.spawn("x", async { 7 }).unwrap();
    assert_eq!(runtime.block_on(task), Ok(7));
}

#[test]
fn one_that_goes_takes_its_tasks_along_and_no_others() {
    let (here, gone) = (one_thread(), one_thread());
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let tasks: Vec<_> = [(&here, "here"), (&gone, "gone")]
        .into_iter()
        .map(|(runtime, name)| {
            let _entered = runtime.enter();
            let plain = supervisor.spawn(&format!("plain {name}"), pending::<()>()).unwrap();
            let task = supervisor.task(name, |cx| async move { cx.stopping().await });
            (diary.of(task).restart(When::Never).start().unwrap(), plain)
        })
        .collect();
    gone.block_on(tokio::task::yield_now());
    drop(gone);
    assert_eq!(tasks[1].0.state(), State::Failed);
    assert_eq!(tasks[1].1.state(), State::Failed);
    assert_eq!((tasks[0].0.state(), tasks[0].1.state()), (State::Running, State::Running));
    let mut tasks = tasks.into_iter();
    let (task, plain) = tasks.next().unwrap();
    here.block_on(async {
        assert_eq!(task.stop().await, Ok(State::Stopped));
        assert_eq!(plain.stop().await, Ok(State::Stopped));
        let (task, plain) = tasks.next().unwrap();
        assert_eq!(task.await, Err(TaskError::Aborted));
        assert_eq!(plain.await, Err(TaskError::Aborted));
        let closed = supervisor.shutdown(Duration::from_secs(60)).await.unwrap();
        assert!(closed.detached.is_empty());
        tokio::task::yield_now().await;
    });
    diary.assert_balanced();
    assert_eq!(diary.count("stop"), 2);
}

#[test]
fn tasks_whose_runtime_is_gone_are_given_up() {
    // Nobody is left who could sleep until the next start.
    let runtime = one_thread();
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let millis = Duration::from_millis;
    let backoff = supervisor.task("in back-off", |_| async { Err::<(), _>("no") });
    let backoff = backoff.backoff(millis(5), millis(5)).restart_limit(2, Duration::from_secs(60));
    let backoff = diary.of(backoff).start().unwrap();
    let running = supervisor.task("running", |_| pending::<()>());
    let running = running.backoff(millis(5), millis(5)).restart_limit(2, Duration::from_secs(60));
    let running = diary.of(running).start().unwrap();
    runtime.block_on(async {
        while backoff.state() != State::Backoff {
            tokio::task::yield_now().await;
        }
    });
    drop(runtime);
    let other = one_thread();
    other.block_on(async {
        assert!(backoff.await.is_err());
        assert_eq!(running.await, Err(TaskError::Aborted));
        let states = supervisor.snapshot("*").unwrap();
        let states: Vec<_> = states.iter().map(|snapshot| snapshot.state).collect();
        assert_eq!(states, [State::Dead; 2]);
        assert!(supervisor.shutdown(Duration::from_secs(1)).await.unwrap().detached.is_empty());
    });
    diary.assert_balanced();
    assert_eq!(diary.count("dead"), 2);
}

#[test]
fn one_without_timers_is_enough() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (supervisor, diary) = (Supervisor::new(), Diary::default());
        let millis = Duration::from_millis;
        for number in 0..3 {
            let task = supervisor.task(&format!("flaky {number}"), |cx| async move {
                if cx.run() < 3 { Err("no") } else { Ok(cx.run()) }
            });
            let task = task.on_async(On::Stop, |_| async {}).backoff(millis(1), millis(1));
            assert_eq!(diary.of(task).start().unwrap().await, Ok(3));
        }
        let deaf = supervisor.task("deaf", |_| pending::<()>()).stop_timeout(millis(5));
        let deaf = diary.of(deaf).start().unwrap();
        tokio::task::yield_now().await;
        assert_eq!(deaf.stop().await, Ok(State::Stopped));
        drop(deaf.start());
        let closed = supervisor.shutdown(millis(5)).await.unwrap();
        assert!(closed.detached.is_empty(), "{closed:?}");
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        diary.assert_balanced();
        assert_eq!(diary.count("stop"), 11);
    });
}

#[test]
fn one_that_is_not_driven_stops_no_other() {
    let (idle, here) = (one_thread(), one_thread());
    let supervisor = Supervisor::new();
    {
        let _entered = idle.enter();
        drop(supervisor.task("idle", |_| async { Err::<(), _>("no") }).start().unwrap());
    }
    here.block_on(async {
        let millis = Duration::from_millis(1);
        let task = supervisor
            .task("here", |cx| async move { if cx.run() < 3 { Err("no") } else { Ok(()) } });
        assert_eq!(task.backoff(millis, millis).start().unwrap().await, Ok(()));
        let closed = supervisor.shutdown(Duration::from_millis(10)).await.unwrap();
        assert_eq!((closed.detached, closed.forced), (Vec::from(["idle".into()]), true));
    });
}

#[test]
fn a_name_is_taken_over_from_a_runtime_that_is_gone() {
    let gone = one_thread();
    let here = one_thread();
    let supervisor = Supervisor::new();
    let old = {
        let _entered = gone.enter();
        supervisor.task("x", |_| pending::<()>()).start().unwrap()
    };
    let mut new = {
        let _entered = here.enter();
        supervisor.task("x", |_| async { 7 }).collision(Collision::Replace).start().unwrap()
    };
    let early = Duration::from_millis(5);
    let early = here.block_on(async { tokio::time::timeout(early, &mut new).await });
    assert!(early.is_err(), "the old one is still there");
    drop(gone);
    assert_eq!(here.block_on(new), Ok(7));
    assert!(here.block_on(old).is_err());
}

#[test]
fn a_runtime_may_be_dropped_by_a_task_of_another() {
    let outer = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let inner = one_thread();
    let supervisor = Supervisor::new();
    let task = {
        let _entered = inner.enter();
        supervisor.task("x", |_| pending::<()>()).restart(When::Never).start().unwrap()
    };
    let dropper = outer.spawn(async move { inner.shutdown_background() });
    outer.block_on(dropper).unwrap();
    assert_eq!(outer.block_on(task), Err(TaskError::Aborted));
}
