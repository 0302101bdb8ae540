//! Groups: members start in order, stop in reverse, and fall together where that is wanted.

use core::future::pending;
use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::Diary;
use crate::supervise::{
    Command, Group, Hold, Order, Policy, Refused, State, Strategy, Supervisor, TaskHandle, When,
};

const SECOND: Duration = Duration::from_secs(1);

/// Three members that take a while to be ready and to stop, and write that down.
fn members(group: &Group, diary: &Diary) -> Vec<TaskHandle<()>> {
    let member = |name: &str| {
        let (notes, name) = (diary.clone(), String::from(name));
        let task = group.task(&name.clone(), move |cx| {
            let (notes, name) = (notes.clone(), name.clone());
            async move {
                tokio::time::sleep(SECOND).await;
                notes.note(format!("{name} is ready"));
                cx.ready();
                cx.stopping().await;
                tokio::time::sleep(SECOND).await;
                notes.note(format!("{name} is down"));
            }
        });
        task.notify_ready().start().unwrap()
    };
    ["a", "b", "c"].map(member).into()
}

#[tokio::test(start_paused = true)]
async fn members_wait_for_each_other_both_ways() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let group = supervisor.group("net").start().unwrap();
    let _members = members(&group, &diary);
    tokio::time::sleep(4 * SECOND).await;
    let stopped = group.stop();
    assert_eq!(stopped.await, Ok(State::Stopped));
    assert_eq!(diary.notes()[3..], ["c is down", "b is down", "a is down"]);
    assert_eq!(group.start().await, Ok(State::Running));
    tokio::time::sleep(4 * SECOND).await;
    assert_eq!(diary.notes()[6..], ["a is ready", "b is ready", "c is ready"]);
    supervisor.shutdown(60 * SECOND).await.unwrap();
    assert_eq!(diary.notes()[9..], ["c is down", "b is down", "a is down"]);
}

#[tokio::test(start_paused = true)]
async fn all_at_once_is_faster() {
    let (supervisor, diary) = (Supervisor::new(), Diary::default());
    let group = supervisor.group("net").order(Order::AllAtOnce).start().unwrap();
    let _members = members(&group, &diary);
    tokio::time::sleep(2 * SECOND).await;
    let before = tokio::time::Instant::now();
    assert_eq!(group.stop().await, Ok(State::Stopped));
    assert_eq!(before.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn one_that_falls_takes_others_along() {
    for (strategy, runs) in [
        (Strategy::OneForOne, [1, 2, 1]),
        (Strategy::OneForAll, [2, 2, 2]),
        (Strategy::RestForOne, [1, 2, 2]),
    ] {
        let supervisor = Supervisor::new();
        let group = supervisor.group("net").strategy(strategy).start().unwrap();
        let falls = |name: &str| {
            let is_b = name == "b";
            let task = group.task(name, move |cx| async move {
                if is_b && cx.run() == 1 {
                    tokio::time::sleep(SECOND).await;
                    return Err("b falls");
                }
                cx.stopping().await;
                Ok(())
            });
            task.start().unwrap()
        };
        let members = ["a", "b", "c"].map(falls);
        tokio::time::sleep(10 * SECOND).await;
        assert_eq!(members.each_ref().map(TaskHandle::run), runs, "{strategy:?}");
        assert!(members.iter().all(|member| member.state() == State::Running));
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_exit_ends_the_group() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("job").strategy(Strategy::FirstExit).start().unwrap();
    let waits = group.task("waits", |cx| async move { cx.stopping().await }).start().unwrap();
    let done = group.task("done", |_| async {}).start().unwrap();
    done.down().await.unwrap();
    waits.down().await.unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(waits.state(), State::Stopped, "nobody waits where nothing comes");
    assert_eq!(group.state(), State::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_group_has_a_deadline_of_its_own() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("deaf").stop_timeout(SECOND).start().unwrap();
    for name in ["a", "b", "c"] {
        drop(group.task(name, |_| pending::<()>()).start().unwrap());
    }
    tokio::task::yield_now().await;
    let before = tokio::time::Instant::now();
    assert_eq!(group.stop().await, Ok(State::Stopped));
    assert_eq!(before.elapsed(), SECOND);
    assert!(supervisor.alive().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_member_stops_its_own_group() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("job").start().unwrap();
    let inner = group.clone();
    let other = group.task("other", |cx| async move { cx.stopping().await }).start().unwrap();
    let task = group.task("last", move |_| {
        let inner = inner.clone();
        async move { drop(inner.stop()) }
    });
    let task = task.restart(When::Always).start().unwrap();
    other.down().await.unwrap();
    task.down().await.unwrap();
    assert_eq!(group.stop().await, Ok(State::Stopped));
    assert_eq!((task.run(), task.state()), (1, State::Stopped));
    assert_eq!(task.start().await, Ok(State::Waiting(Hold::Group)), "it starts with its group");
}

#[tokio::test(start_paused = true)]
async fn a_group_with_members_is_not_removed() {
    let supervisor = Supervisor::new();
    let group = supervisor.group("net").start().unwrap();
    let task = group.task("a", |_| async {}).start().unwrap();
    task.down().await.unwrap();
    let refused = supervisor.command("net", Command::Remove).unwrap().await;
    assert_eq!(refused[0].answer, Err(Refused::NotEmpty.into()));
    drop(supervisor.command("net/a", Command::Remove).unwrap());
    let removed = supervisor.command("net", Command::Remove).unwrap().await;
    assert_eq!(removed[0].answer, Ok(State::Stopped));
    assert!(group.task("b", |_| async {}).start().is_err());
    assert_eq!(supervisor.listed(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_escalates_restarts_the_group_until_that_is_too_often() {
    let supervisor = Supervisor::new();
    let policy = Policy { when: When::OnFailure, ..Policy::default() };
    let group = supervisor.group("net").policy(policy).start().unwrap();
    let task = group.task("falls", |_| async { Err::<(), _>("no") });
    let task =
        task.exhausted(crate::supervise::Exhausted::Escalate).restart_limit(1, SECOND * 3_600);
    let task = task.start().unwrap();
    while group.state() != State::Dead {
        tokio::time::sleep(SECOND).await;
    }
    let budget = policy.budget.unwrap();
    assert_eq!(task.run(), 2 * (budget.restarts + 1));
}
