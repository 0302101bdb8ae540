//! What a stranger tried.

use core::fmt;
use core::future::pending;
use core::time::Duration;
use std::format;
use std::string::String;
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::runtime::Builder;
use tokio::time::{Instant, sleep};

use super::Diary;
use crate::supervise::{Collision, Command, On, SpawnError, State, Supervisor, TaskSpec};

const SECOND: Duration = Duration::from_secs(1);

/// Takes its time to stop.
fn slow(supervisor: &Supervisor, diary: &Diary) {
    let notes = diary.clone();
    let task = supervisor.task("x", move |cx| {
        let notes = notes.clone();
        async move {
            cx.stopping().await;
            notes.note("first");
        }
    });
    drop(task.start().unwrap());
}

/// A blocking task that goes on until it is told to end.
fn deaf(supervisor: &Supervisor) -> mpsc::Sender<()> {
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let ended = std::sync::Mutex::new(ended);
    let soon = Duration::from_millis(1);
    let spec = TaskSpec { stop_timeout: soon, abort_timeout: soon, ..TaskSpec::default() };
    let task = supervisor.blocking("x", move |_| {
        begin.send(()).unwrap();
        _ = ended.lock().unwrap().recv();
    });
    drop(task.spec(spec).start().unwrap());
    begun.recv().unwrap();
    end
}

#[test]
fn who_replaces_one_that_waits_waits_too() {
    for plain in [false, true] {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let supervisor = Supervisor::builder()
            .runtime(runtime.handle().clone())
            .collision(Collision::Replace)
            .build();
        let diary = Diary::default();
        let end = deaf(&supervisor);
        // What is due on the one worker runs before the last of these.
        let settle = || {
            for _ in 0..20 {
                let probe = supervisor.spawn("probe", async {}).unwrap();
                runtime.block_on(probe).unwrap();
            }
        };
        for name in ["second", "third"] {
            let notes = diary.clone();
            if plain {
                drop(supervisor.spawn("x", async move { notes.note(name) }).unwrap());
            } else {
                let task = supervisor.task("x", move |_| {
                    let notes = notes.clone();
                    async move { notes.note(name) }
                });
                drop(task.start().unwrap());
            }
            settle();
        }
        assert!(diary.notes().is_empty(), "{plain}: the first one lives: {:?}", diary.notes());
        end.send(()).unwrap();
        let before = std::time::Instant::now();
        while diary.notes().is_empty() && before.elapsed() < 60 * SECOND {
            settle();
        }
        assert_eq!(diary.notes(), ["third"], "{plain}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_callbacks() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    slow(&supervisor, &diary);
    let notes = diary.clone();
    let task = supervisor.task("y", |_| pending::<()>());
    let task = task.stop_timeout(SECOND).on_async(On::Stop, move |_| {
        let notes = notes.clone();
        async move {
            sleep(SECOND / 10).await;
            notes.note("saved");
        }
    });
    drop(task.start().unwrap());
    sleep(SECOND).await;
    let closed = supervisor.shutdown(10 * SECOND).await.unwrap();
    assert!(!closed.forced);
    assert!(diary.notes().contains(&String::from("saved")), "{:?}", diary.notes());
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_waits_for_the_shutdown_delays_it_a_little() {
    let supervisor = Supervisor::new();
    let inner = supervisor.clone();
    let task = supervisor.task("x", |_| async {}).on_async(On::Stop, move |_| {
        let inner = inner.clone();
        async move { _ = inner.shutdown(SECOND).await }
    });
    drop(task.start().unwrap());
    let before = Instant::now();
    while supervisor.spawn("y", async {}).is_ok() {
        sleep(SECOND / 100).await;
    }
    _ = supervisor.shutdown(SECOND).await;
    assert!(before.elapsed() <= 2 * SECOND, "{:?}", before.elapsed());
}

/// Something of the user's that asks the supervisor for something when it is dropped.
struct Asks(Supervisor);

impl Drop for Asks {
    fn drop(&mut self) {
        drop(self.0.spawn("last words", async {}));
    }
}

#[test]
fn events_that_nobody_reads_keep_no_tasks() {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let supervisor = Supervisor::new();
            let _unread = supervisor.events();
            let asks = Asks(supervisor.clone());
            let task = supervisor.task("x", move |_| {
                _ = &asks;
                async {}
            });
            let task = task.start().unwrap();
            task.down().await.unwrap();
            _ = supervisor.command(&task, Command::Remove).unwrap().await;
            drop(task);
            for _ in 0..2_000 {
                _ = supervisor.spawn("y", async {}).unwrap().await;
            }
        });
        tell.send(()).unwrap();
    });
    assert!(told.recv_timeout(20 * SECOND).is_ok(), "it hangs");
}

#[tokio::test]
async fn many_tasks_may_want_one_name() {
    let supervisor = Supervisor::builder().collision(Collision::Suffix).build();
    let before = std::time::Instant::now();
    for _ in 0..4_000 {
        drop(supervisor.spawn("connection", pending::<()>()).unwrap());
    }
    assert!(before.elapsed() < 2 * SECOND, "{:?}", before.elapsed());
    assert_eq!(supervisor.alive().len(), 4_000);
}

#[tokio::test]
async fn a_long_name_gets_a_number_too() {
    let supervisor = Supervisor::builder().collision(Collision::Suffix).build();
    for letter in ["a", "é", "語"] {
        let long = letter.repeat(1_000);
        let name = Supervisor::name_like(&long);
        for _ in 0..12 {
            let task = supervisor.spawn(&name, pending::<()>()).unwrap();
            assert!(task.name().len() <= 200);
        }
    }
}

#[derive(Clone)]
struct Sour;

impl fmt::Debug for Sour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sour")
    }
}

impl Drop for Sour {
    fn drop(&mut self) {
        assert!(thread::panicking(), "arguments that panic when they are dropped");
    }
}

#[tokio::test]
async fn arguments_that_panic_in_drop_are_shown() {
    let supervisor = Supervisor::new();
    let task = supervisor.task_with("x", Sour, |_, args| async move { drop(args) });
    let task = task.add().unwrap();
    assert!(supervisor.snapshot(&task).is_ok());
}

#[tokio::test]
async fn a_live_task_is_removed_for_good() {
    let supervisor = Supervisor::new();
    let task = supervisor.spawn("x", pending::<()>()).unwrap();
    tokio::task::yield_now().await;
    let removed = supervisor.command(&task, Command::Remove).unwrap().await;
    assert_eq!(removed[0].answer, Ok(State::Stopped));
    assert!(supervisor.snapshot("x").is_err(), "it is listed still");
}

#[tokio::test(start_paused = true)]
async fn a_group_is_not_replaced() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").start().unwrap();
    let member = group.task("a", |_| pending::<()>()).start().unwrap();
    let heir = supervisor.task("net", |_| pending::<()>()).collision(Collision::Replace);
    assert_eq!(heir.start().unwrap_err(), SpawnError::Taken(String::from("net")));
    assert_eq!((group.state(), member.state()), (State::Running, State::Running));
}

#[test]
fn not_supervised_counts_this_runtime_only() {
    let one = Builder::new_current_thread().enable_time().build().unwrap();
    let other = Builder::new_current_thread().enable_time().build().unwrap();
    let supervisor = Supervisor::new();
    one.block_on(async {
        for name in ["a", "b", "c"] {
            drop(supervisor.task(name, |_| pending::<()>()).start().unwrap());
        }
    });
    other.block_on(async {
        drop(tokio::spawn(pending::<()>()));
        drop(tokio::spawn(pending::<()>()));
        assert_eq!(supervisor.not_supervised(), Some(2));
    });
}

#[tokio::test(start_paused = true)]
async fn a_handle_may_be_shared_and_waited_for_in_another_task() {
    let supervisor = Supervisor::new();
    let task = Arc::new(supervisor.spawn("x", sleep(SECOND)).unwrap());
    let other = Arc::clone(&task);
    let waits = supervisor.spawn("y", async move { other.down().await.is_ok() });
    assert_eq!(waits.unwrap().await, Ok(true));
    assert_eq!(task.state(), State::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_task_with_very_many_children() {
    let supervisor = Supervisor::new();
    let task = supervisor.task("x", |cx| async move {
        for number in 0..20_000 {
            drop(cx.child(&format!("{number}"), pending::<()>()).unwrap());
        }
        cx.stopping().await;
    });
    let before = std::time::Instant::now();
    let task = task.start().unwrap();
    tokio::task::yield_now().await;
    assert_eq!(supervisor.alive().len(), 20_001);
    assert_eq!(task.stop().await, Ok(State::Stopped));
    assert_eq!(supervisor.alive().len(), 0);
    assert!(before.elapsed() < 4 * SECOND, "{:?}", before.elapsed());
}
