//! Tasks that block a thread, and tasks that stay on one.

use core::cell::RefCell;
use core::future::pending;
use core::time::Duration;
use std::rc::Rc;
use std::sync::mpsc;
use std::{thread, thread_local};

use tokio::runtime::{Builder, Handle, Runtime};

use super::Diary;
use crate::supervise::{CommandError, State, Supervisor, TaskError, TaskSpec, When};

fn runtime(blocking: usize) -> Runtime {
    let builder = &mut Builder::new_multi_thread();
    builder.worker_threads(1).max_blocking_threads(blocking).enable_time().build().unwrap()
}

/// Loses patience soon.
fn impatient() -> TaskSpec {
    let soon = Duration::from_millis(5);
    TaskSpec { stop_timeout: soon, abort_timeout: soon, ..TaskSpec::default() }
}

#[test]
fn a_blocking_task_is_a_task() {
    let runtime = runtime(2);
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let task = supervisor.blocking("work", |cx| {
        while !cx.is_stopping() {
            thread::yield_now();
        }
        cx.run()
    });
    let task = diary.of(task).start().unwrap();
    runtime.block_on(async {
        assert_eq!(task.stop().await, Ok(State::Stopped));
        assert_eq!(task.await, Ok(1));
        let flaky = supervisor.blocking("flaky", |cx| {
            assert_ne!(cx.run(), 1, "the first one panics");
            cx.run()
        });
        assert_eq!(diary.of(flaky).start().unwrap().await, Ok(2));
        supervisor.shutdown(Duration::from_secs(60)).await.unwrap();
        while diary.count("stop") < 3 {
            tokio::task::yield_now().await;
        }
    });
    diary.assert_balanced();
}

#[test]
fn one_that_does_not_listen_is_detached_and_comes_back() {
    let runtime = runtime(1);
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let (end, ended) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel::<()>();
    let ends = std::sync::Mutex::new((begin, ended));
    let task = supervisor.blocking("deaf", move |_| {
        let (begin, ended) = &*ends.lock().unwrap();
        begin.send(()).unwrap();
        _ = ended.recv();
    });
    let task = diary.of(task.spec(impatient())).start().unwrap();
    begun.recv().unwrap();
    runtime.block_on(async {
        assert_eq!(task.stop().await, Ok(State::Detached));
        assert_eq!(diary.count("stop"), 0, "it is not over");
        let closed = supervisor.shutdown(Duration::from_secs(60)).await.unwrap();
        assert_eq!(closed.detached, ["deaf"]);
        assert_eq!(task.await, Err(TaskError::Detached));
        drop(end);
        while !supervisor.alive().is_empty() || diary.count("stop") == 0 {
            tokio::task::yield_now().await;
        }
    });
    diary.assert_balanced();
}

#[test]
fn one_that_never_got_a_thread_never_runs() {
    let runtime = runtime(1);
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let (end, ended) = mpsc::channel::<()>();
    let ended = std::sync::Mutex::new(ended);
    let first = supervisor.blocking("first", move |_| _ = ended.lock().unwrap().recv());
    let first = diary.of(first).start().unwrap();
    let notes = diary.clone();
    let second = supervisor.blocking("second", move |_| notes.note("second runs"));
    let second = diary.of(second.spec(impatient())).start().unwrap();
    runtime.block_on(async {
        second.abort();
        while second.state() != State::Detached {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(end);
        first.down().await.unwrap();
        while second.state() != State::Stopped || diary.count("stop") < 2 {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(diary.count("second runs"), 0);
    diary.assert_balanced();
}

#[test]
fn one_may_wait_for_its_own_stop_but_in_vain() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let inner = supervisor.clone();
    let task = supervisor.blocking("x", move |_| {
        let stopped = inner.stop("x").unwrap();
        Handle::current().block_on(stopped)[0].answer == Err(CommandError::Itself)
    });
    assert_eq!(runtime.block_on(task.start().unwrap()), Ok(true));
}

#[test]
fn one_that_blocks_a_worker_stops_nobody_from_being_told() {
    // The one worker is blocked: all that is asked is asked from outside.
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    let (end, ended) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel::<()>();
    let ends = std::sync::Mutex::new((begin, ended));
    let hog = supervisor.task("hog", move |_| {
        let (begin, ended) = &*ends.lock().unwrap();
        begin.send(()).unwrap();
        _ = ended.recv();
        async {}
    });
    let hog = hog.spec(impatient()).start().unwrap();
    begun.recv().unwrap();
    assert_eq!(supervisor.alive(), ["hog"]);
    assert_eq!(supervisor.snapshot("hog").unwrap()[0].state, State::Running);
    drop(hog.stop());
    assert_eq!(hog.state(), State::Stopping);
    let other = Builder::new_current_thread().enable_time().build().unwrap();
    let closed = other.block_on(supervisor.shutdown(Duration::from_millis(50))).unwrap();
    assert_eq!(closed.detached, ["hog"]);
    drop(end);
    other.block_on(hog.entry().gone());
}

#[test]
fn a_local_task_may_keep_what_is_not_send() {
    let runtime = runtime(1);
    let (supervisor, diary) = (Supervisor::on(runtime.handle().clone()), Diary::default());
    let task = supervisor.local("local", |cx| async move {
        let kept = Rc::new(RefCell::new(0));
        let inner = Rc::clone(&kept);
        let beside = tokio::task::spawn_local(async move { *inner.borrow_mut() += 1 });
        beside.await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_ne!(cx.run(), 1, "the first one panics");
        *kept.borrow()
    });
    let millis = Duration::from_millis(1);
    let task = diary.of(task.unwrap()).backoff(millis, millis).start().unwrap();
    assert_eq!(runtime.block_on(task), Ok(1));
    let stops = supervisor.local("stops", |cx| async move {
        let _kept = Rc::new(());
        cx.stopping().await;
    });
    let stops = diary.of(stops.unwrap()).start().unwrap();
    let deaf = supervisor.local("deaf", |_| async move {
        let _kept = Rc::new(());
        pending::<()>().await;
    });
    let deaf = diary.of(deaf.unwrap()).start().unwrap();
    runtime.block_on(async {
        assert_eq!(stops.stop().await, Ok(State::Stopped));
        deaf.abort();
        deaf.down().await.unwrap();
        assert_eq!(deaf.await, Err(TaskError::Aborted));
        assert!(supervisor.shutdown(Duration::from_secs(60)).await.unwrap().detached.is_empty());
        while diary.count("stop") < 4 {
            tokio::task::yield_now().await;
        }
    });
    diary.assert_balanced();
}

#[test]
fn the_thread_of_local_tasks_ends_with_them() {
    let runtime = runtime(1);
    let supervisor = Supervisor::on(runtime.handle().clone());
    struct Told(mpsc::Sender<thread::ThreadId>);
    impl Drop for Told {
        fn drop(&mut self) {
            _ = self.0.send(thread::current().id());
        }
    }
    thread_local! {
        static TOLD: RefCell<Option<Told>> = const { RefCell::new(None) };
    }
    let (tell, told) = mpsc::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    let task = supervisor.local("local", move |_| {
        TOLD.with(|told| *told.borrow_mut() = tell.lock().unwrap().take().map(Told));
        async { thread::current().id() == thread::current().id() }
    });
    let task = task.unwrap().restart(When::Never).start().unwrap();
    assert_eq!(runtime.block_on(task), Ok(true));
    drop(supervisor);
    assert!(told.recv().is_ok(), "its thread-locals are dropped when a thread ends");
}
