//! What can be changed, by whom, and what the log says about it.

use std::string::String;
use std::vec::Vec;

use super::Fixture;
use crate::control::api::{Code, Commanded, LevelChange, Levels, LogLine, LogPage, Reason};
use crate::control::{Ask, Client, ClientError, Operator, Server, View};
use crate::record::Level;
use crate::supervise::Ctx;

/// What the server has written down; the stream tells by itself what its levels are.
fn told(fixture: &Fixture) -> Vec<LogLine> {
    let page = fixture.client.get::<LogPage>("/v1/logs?target=ringvisor::audit").unwrap();
    page.data.records.into_iter().filter(|line| line.fields.contains_key("by")).collect()
}

fn audited(fixture: &Fixture) -> Vec<String> {
    told(fixture).into_iter().map(|line| line.msg).collect()
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
    assert!(audited(&fixture)[2].ends_with("refused"));
}

/// What is sent with a change to have it made.
fn body_of(path: &str) -> &'static str {
    match path {
        "/v1/levels" => r#"{"target":"orders","level":"trace","reason":"because"}"#,
        _ => r#"{"reason":"because","wait_ms":10}"#,
    }
}

#[test]
fn each_change_is_written_down_with_who_and_why_and_so_is_each_refusal() {
    let servers: [fn(View) -> Server; 2] =
        [|view| Server::new(Operator::new(view)), Server::read_only];
    for server in servers {
        let fixture = Fixture::with(server);
        let runtime = super::runtime();
        let _entered = runtime.enter();
        let work = |cx: Ctx| async move { cx.stopping().await };
        let description = super::described::description();
        let operations = super::described::operations(&description);
        let changes = operations.iter().filter(|(path, method, _)| {
            // Whoever shows the token changes nothing.
            *method == "post" && *path != "/v1/session"
        });
        for (count, (path, _, _)) in changes.enumerate() {
            // It may have been removed.
            _ = fixture.supervisor.task("worker", work).start().map(drop);
            let ask = Ask::from(&*path.replace("{name}", "worker")).body(body_of(path));
            _ = fixture.client.open(&ask);
            let told = told(&fixture);
            assert_eq!(told.len(), count + 1, "{path}: {told:?}");
            let fields = &told[count].fields;
            let by = std::format!("pid {}", std::process::id());
            assert!(fields["by"].as_str().unwrap().ends_with(&by), "{path}: {fields:?}");
            assert!(fields["by"].as_str().unwrap().starts_with("uid "), "{path}: {fields:?}");
            assert_eq!(fields["reason"], "because", "{path}");
            let what = fields["change"].as_str().unwrap();
            assert!(told[count].msg.starts_with(what), "{path}: {}", told[count].msg);
        }
        assert!(audited(&fixture).len() >= 7);
    }
}

#[test]
fn over_tcp_the_address_is_who() {
    let fixture = Fixture::with(|view| Server::new(Operator::new(view)).tcp(([127, 0, 0, 1], 0)));
    let (address, token) = (fixture.running.address().unwrap(), fixture.running.token().unwrap());
    let change = LevelChange { target: "orders".into(), ..LevelChange::default() };
    drop(Client::tcp(address, token).post::<Levels>("/v1/levels", &change).unwrap());
    assert!(audited(&fixture)[0].starts_with("reset level orders, by 127.0.0.1:"));
}
