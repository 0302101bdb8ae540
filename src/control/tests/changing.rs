//! What can be changed, by whom, and what the log says about it.

use std::string::String;
use std::vec::Vec;

use super::Fixture;
use crate::control::api::{Code, Commanded, LevelChange, Levels, LogPage, Reason};
use crate::control::{Ask, ClientError, Server};
use crate::record::Level;
use crate::supervise::Ctx;

fn audited(fixture: &Fixture) -> Vec<String> {
    let page = fixture.client.get::<LogPage>("/v1/logs?target=ringvisor::audit").unwrap();
    page.data.records.into_iter().map(|line| line.msg).collect()
}

fn because(reason: &str) -> Reason {
    Reason { reason: Some(reason.into()), wait_ms: None }
}

#[test]
fn a_task_is_restarted_and_the_log_says_who_wanted_it_and_why() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let work = |cx: Ctx| async move { cx.stopping().await };
    drop(fixture.supervisor.task("net/worker", work).start().unwrap());
    let ask = Ask::path(&["v1", "tasks", "net/worker", "restart"]);
    let done = fixture.client.post::<Vec<Commanded>>(ask, &because("deploy")).unwrap().data;
    assert_eq!((&*done[0].name, &*done[0].state, done[0].done), ("net/worker", "running", true));
    assert_eq!(fixture.supervisor.snapshot("net/worker").unwrap()[0].run, 2);

    let page = fixture.client.get::<LogPage>("/v1/logs?target=ringvisor::audit").unwrap().data;
    let record = &page.records[0];
    assert!(record.msg.starts_with("restart net/worker, by uid "), "{}", record.msg);
    assert!(record.msg.contains(&std::format!("pid {}", std::process::id())), "{}", record.msg);
    assert_eq!(record.fields["reason"], "deploy");
}

#[test]
fn what_is_paused_does_not_start_until_it_is_resumed() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let work = |cx: Ctx| async move { cx.stopping().await };
    drop(fixture.supervisor.task("worker", work).start().unwrap());
    let tell = |verb| {
        let ask = Ask::path(&["v1", "tasks", "worker", verb]);
        fixture.client.post::<Vec<Commanded>>(ask, &Reason::default()).unwrap().data.remove(0)
    };
    assert_eq!(tell("pause").state, "disabled");
    let start = tell("start");
    assert!(!start.done && start.error.is_some(), "{start:?}");
    assert_eq!(tell("resume").state, "running");
}

#[test]
fn an_unknown_task_is_told_with_the_names_that_come_near() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    drop(fixture.supervisor.spawn("worker", core::future::pending::<()>()).unwrap());
    let ask = Ask::path(&["v1", "tasks", "wroker", "stop"]);
    let refused = fixture.client.post::<Vec<Commanded>>(ask, &Reason::default()).unwrap_err();
    let ClientError::Refused(failure) = refused else { panic!("{refused}") };
    assert_eq!((failure.code, &*failure.nearest), (Code::NoSuchTask, &["worker".into()][..]));
    assert!(audited(&fixture)[0].contains("refused"));
}

#[test]
fn who_can_only_look_changes_nothing() {
    let fixture = Fixture::with(Server::read_only);
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let handle = fixture.supervisor.spawn("worker", core::future::pending::<()>()).unwrap();
    let ask = Ask::path(&["v1", "tasks", "worker", "kill"]);
    let refused = fixture.client.post::<Vec<Commanded>>(ask, &Reason::default()).unwrap_err();
    assert!(matches!(refused, ClientError::Refused(f) if f.code == Code::ReadOnly));
    let change = LevelChange { level: Some("trace".into()), ..LevelChange::default() };
    fixture.client.post::<Levels>("/v1/levels", &change).unwrap_err();
    assert!(fixture.supervisor.snapshot(&handle).unwrap()[0].state.is_alive());
    assert_eq!(audited(&fixture).len(), 2);
}

#[test]
fn a_level_is_changed_and_given_back() {
    let fixture = Fixture::new();
    fixture.stream.set_levels("info".parse().unwrap());
    let mut change = LevelChange {
        target: "orders".into(),
        level: Some("trace".into()),
        for_ms: Some(300_000),
        ..LevelChange::default()
    };
    let levels = fixture.client.post::<Levels>("/v1/levels", &change).unwrap();
    assert_eq!(levels.data.levels, "info,orders=trace");
    assert!(fixture.stream.allows(Level::Trace, "orders"));
    change.level = None;
    let levels = fixture.client.post::<Levels>("/v1/levels", &change).unwrap();
    assert_eq!(levels.data.levels, "info");
    change.level = Some("loud".into());
    assert!(fixture.client.post::<Levels>("/v1/levels", &change).is_err());
}
