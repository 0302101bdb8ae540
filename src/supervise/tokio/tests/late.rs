//! What comes late, and what comes at the same moment.

use core::future::pending;
use core::panic::Location;
use core::time::Duration;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::thread;
use std::vec::Vec;

use parking_lot::Mutex;
use tokio::runtime::Builder;

use crate::supervise::status::Kind;
use crate::supervise::tokio::add::Listing;
use crate::supervise::tokio::callback::Callbacks;
use crate::supervise::tokio::managed::Managed;
use crate::supervise::{
    Collision, Command, Exhausted, Hold, Policy, SpawnError, State, Supervisor, TaskEventKind,
    TaskSpec,
};

const SECOND: Duration = Duration::from_secs(1);

/// While the hook is told that a run ended, somebody starts the next one. What is told after that
/// is about the first one all the same.
#[tokio::test(start_paused = true)]
async fn each_event_is_about_its_own_run() {
    let supervisor = Supervisor::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let (inner, notes) = (supervisor.clone(), Arc::clone(&told));
    supervisor.on_event(move |event| {
        notes.lock().push((event.run, event.kind));
        if event.run == 1 && matches!(event.kind, TaskEventKind::Ended { .. }) {
            drop(inner.start("x").unwrap());
        }
    });
    let task = supervisor.task("x", |cx| async move {
        if cx.run() == 1 {
            return Err("no");
        }
        cx.stopping().await;
        Ok(())
    });
    let task = task.start().unwrap();
    while task.run() < 2 {
        tokio::task::yield_now().await;
    }
    let told = told.lock().clone();
    let restarting = told.iter().find_map(|(run, what)| match what {
        TaskEventKind::Restarting { after, attempt } => Some((*run, *after, *attempt)),
        _ => None,
    });
    let (run, after, attempt) = restarting.unwrap();
    assert_eq!((run, attempt), (1, 1), "{told:?}");
    assert!(after >= SECOND / 10, "it would have waited for its delay: {told:?}");
}

/// What a task is before anything is known of it but that it does nothing.
fn idle() -> Managed {
    Managed {
        core: crate::record::TaskId(0),
        runtime: None,
        start: Some(std::boxed::Box::new(|run, _| drop(run))),
        classify: None,
        callbacks: Callbacks::default(),
        stop: ::tokio::sync::Notify::new(),
        args: None,
        spec: TaskSpec::default(),
        group: None,
        idle_ok: false,
        left: Mutex::new(None),
        untold: Default::default(),
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_found_by_its_name_is_held_already() {
    let supervisor = Supervisor::new();
    let _old = supervisor.spawn("x", pending::<()>()).unwrap();
    let listing = Listing {
        name: String::from("x"),
        kind: Kind::Task,
        collision: Collision::Replace,
        spawned_at: Location::caller(),
        tags: Vec::from([String::from("tagged")]),
    };
    let added = supervisor
        .shared
        .list(listing, idle(), |core, managed, group, now| core.add_task(managed.spec, group, now));
    let added = added.unwrap();
    assert!(added.replaced.is_some());
    assert!(supervisor.snapshot(crate::supervise::Select::Tag("tagged".into())).is_ok());
    // What was to be done after this is not done yet.
    let started = supervisor.start("x").unwrap().await;
    assert_eq!(started[0].answer, Ok(State::Waiting(Hold::Condition)));
}

/// A task that the core knows before anything else does is started with its group, by nobody, and
/// never ends.
#[test]
fn members_may_be_added_while_their_group_starts_and_stops() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let supervisor = Supervisor::on(runtime.handle().clone());
    let group = supervisor.group("net").start().unwrap();
    let members: Vec<_> = thread::scope(|threads| {
        let moody = group.clone();
        let adds = threads.spawn(|| {
            let add = |number: u32| {
                let task =
                    group.task(&format!("{number}"), |cx| async move { cx.stopping().await });
                task.add().unwrap()
            };
            (0..400).map(add).collect()
        });
        while !adds.is_finished() {
            drop(moody.stop());
            drop(moody.start());
        }
        adds.join().unwrap()
    });
    runtime.block_on(async {
        group.stop().await.unwrap();
        group.start().await.unwrap();
        assert!(members.iter().all(|member| member.state() == State::Running));
        group.stop().await.unwrap();
        assert!(members.iter().all(|member| member.state() == State::Stopped));
    });
}

#[tokio::test(start_paused = true)]
async fn nobody_comes_in_once_everything_goes_down() {
    let supervisor = Supervisor::new();
    let slow = supervisor.task("slow", |cx| async move {
        cx.stopping().await;
        tokio::time::sleep(SECOND).await;
    });
    let slow = slow.start().unwrap();
    let policy = Policy { exhausted: Exhausted::ShutdownAll, ..Policy::default() };
    let fails = supervisor.task("fails", |_| async { Err::<(), _>("no") });
    let fails = fails.policy(policy).restart_limit(0, SECOND).start().unwrap();
    assert!(fails.await.is_err());
    assert_eq!(slow.state(), State::Stopping, "it is going down, and not down yet");
    assert_eq!(supervisor.spawn("late", async {}).unwrap_err(), SpawnError::Closed);
    let late = supervisor.task("late", |_| async {}).start();
    assert_eq!(late.unwrap_err(), SpawnError::Closed);
    assert_eq!(supervisor.group("late").start().unwrap_err(), SpawnError::Closed);
    supervisor.shutdown(SECOND * 60).await.unwrap();
    assert_eq!(supervisor.listed(), 2, "nothing is left of those who were refused");
}

/// A child on a runtime that nobody drives is never polled, so it cannot even be aborted.
#[test]
fn a_child_that_does_not_go_is_waited_for_in_vain_but_not_for_ever() {
    let asleep = Builder::new_current_thread().build().unwrap();
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let handle = asleep.handle().clone();
    runtime.block_on(async {
        let supervisor = Supervisor::new();
        let mut events = supervisor.events();
        let task = supervisor.task("parent", move |cx| {
            let entered = handle.enter();
            drop(cx.child("stuck", pending::<()>()).unwrap());
            drop(entered);
            async {}
        });
        let task = task.stop_timeout(5 * SECOND).start().unwrap();
        let before = tokio::time::Instant::now();
        task.down().await.unwrap();
        assert_eq!((task.state(), before.elapsed()), (State::Completed, 5 * SECOND));
        let detached = loop {
            let event = events.next().await.unwrap();
            if event.kind == TaskEventKind::Detached {
                break event;
            }
        };
        assert_eq!(detached.name(), "parent/stuck");
        drop(supervisor.command("parent/stuck", Command::Kill).unwrap());
    });
}
