//! What is described is what there is: the OpenAPI file against the server, the types against what
//! is written.

use core::time::Duration;
use std::collections::BTreeSet;
use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::Value;

use super::{Fixture, Server};
use crate::control::api::Task;
use crate::control::{Ask, ClientError};
use crate::record::{TaskId, Time};
use crate::supervise::status::{Args, Json, Snapshot};
use crate::supervise::{Ctx, When};

pub(super) fn description() -> Value {
    serde_json::from_str(include_str!("../openapi.json")).unwrap()
}

/// Each operation: path, method, and what is said about it.
pub(super) fn operations(description: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = description["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for (method, said) in methods.as_object().unwrap() {
            operations.push((&**path, &**method, said));
        }
    }
    operations
}

/// What the server answers: status and, where it refuses, why.
fn answer(fixture: &Fixture, path: &str, method: &str, query: &str) -> (u16, String) {
    let mut ask = Ask::from(&*(path.replace("{name}", "worker") + query));
    if method == "post" {
        ask = ask.body("{}");
    }
    match fixture.client.open(&ask) {
        Ok(incoming) => (incoming.status(), String::new()),
        Err(ClientError::Refused(failure)) => (failure.code.status(), failure.message),
        Err(ClientError::Status(status)) => (status, String::new()),
        Err(error) => panic!("{method} {path}: {error}"),
    }
}

fn fixture() -> (Fixture, tokio::runtime::Runtime) {
    let fixture = Fixture::with(Server::read_only);
    let runtime = super::runtime();
    let entered = runtime.enter();
    let work = |cx: Ctx| async move { cx.stopping().await };
    drop(fixture.supervisor.task("worker", work).restart(When::Always).start().unwrap());
    drop(entered);
    (fixture, runtime)
}

#[test]
fn whatever_is_described_is_answered_as_described() {
    let (fixture, _runtime) = fixture();
    let description = description();
    for (path, method, said) in operations(&description) {
        let (status, why) = answer(&fixture, path, method, "");
        let known = said["responses"].as_object().unwrap().contains_key(&status.to_string());
        assert!(known, "{method} {path}: {status}: {why}");
        let exists = path == "/v1/session" || status < 400 || status == 403;
        assert!(exists, "{method} {path}: {status}: {why}");
    }
}

#[test]
fn the_parameters_described_are_those_that_are_known() {
    let (fixture, _runtime) = fixture();
    let description = description();
    for (path, method, said) in operations(&description) {
        if matches!(path, "/v1/openapi.json" | "/v1/session") || method == "post" {
            continue;
        }
        let (status, why) = answer(&fixture, path, method, "?no-such=1");
        assert_eq!(status, 400, "{path}");
        let known = why.split_once("known are ").map_or("", |(_, known)| known);
        let known: BTreeSet<&str> = known.split(", ").filter(|name| !name.is_empty()).collect();
        let described = said["parameters"].as_array().unwrap().iter();
        let described = described.filter(|parameter| parameter["in"] == "query");
        let described: BTreeSet<&str> =
            described.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(known, described, "{path}");
    }
}

/// A task of which everything is known.
fn full() -> Snapshot {
    use crate::supervise::status::{
        Busy, ErrorText, Failure, Health, Kind, Members, Place, Progress, RunCounts, RunRecord,
        Schedule, Service, Stats,
    };
    use crate::supervise::{Budget, Outcome, State};

    let at = |second: u64| Time { wall_ns: 1_795_253_182_000_000_000, mono_ns: second };
    let place = Place { file: "src/main.rs".into(), line: 7, column: 9 };
    let mut task = Snapshot::new(TaskId(7), "net/dhcp");
    task.kind = Kind::Group;
    task.group = "net".into();
    task.parent = Some(TaskId(3));
    task.tags = ["slow".into()].into();
    task.spawned_at = Some(place);
    task.args =
        Args { positional: ["2".into()].into(), keyed: [("led".into(), "7".into())].into() };
    task.callbacks = ["on_stop".into()].into();
    task.policy = "always".into();
    let (last, next) = (Some(at(3)), Some(at(4)));
    let options = [("repeat".into(), "90".into())].into();
    task.schedule = Some(Schedule { text: "0 * * * *".into(), repeats: true, last, next, options });
    task.needs = "worker (ready)".into();
    let stats = Some(Stats { title: "Stats".into(), text: "temp 25".into() });
    let service = Service {
        description: "a service".into(),
        loaded_from: "here".into(),
        kind: "core.service".into(),
        docs: "https://example.org".into(),
        stats,
    };
    task.service = Some(service.into());
    task.state = State::Running;
    task.since = at(5);
    task.health = Health::Degraded("slow".into());
    task.idle_ok = true;
    task.status = "busy".into();
    task.progress = Some(Progress { done: 1, of: 2 });
    task.members = Members { count: 3, running: 2 };
    task.run = 2;
    task.started = Some(at(5));
    task.ended = Some(at(4));
    task.outcome = Some(Outcome::Failed);
    task.result = Some("42".into());
    let chain = ["outer".into(), "inner".into()].into();
    task.failure = Some(Failure::Error(ErrorText { class: "io::Error".into(), chain }));
    task.traceback = "a\nb".into();
    task.counts = RunCounts { ok: 1, failed: 2, panicked: 3 };
    let (started, ended, outcome) = (at(1), Time { wall_ns: 0, mono_ns: 2 }, Outcome::Panicked);
    task.history = [RunRecord { number: 1, started, ended, outcome, detail: "no".into() }].into();
    (task.attempt, task.restarts) = (1, 1);
    task.budget = Some(Budget { restarts: 5, window: Duration::from_secs(60) });
    task.due = Some(9);
    task.polls = Some(12);
    task.busy = Busy::Exact(Duration::from_millis(3));
    task.longest_poll = Some(Duration::from_millis(2));
    task.last_wake = Some(Duration::from_millis(1));
    task
}

#[test]
fn a_task_is_read_as_it_is_written() {
    use crate::supervise::status::{Failure, PanicText};

    let description = description();
    let known = description["components"]["schemas"]["Task"]["properties"].as_object().unwrap();
    let mut panicked = full();
    panicked.failure = Some(Failure::Panic(PanicText { message: "no".into(), place: None }));
    panicked.since = Time::default();
    let mut other = Snapshot::new(TaskId(1), "bare");
    other.failure = Some(Failure::Other("late".into()));
    for task in [full(), panicked, other, Snapshot::new(TaskId(1), "bare")] {
        let mut line = String::new();
        Json::new().render(&task, Time { wall_ns: 1, mono_ns: 10 }, &mut line).unwrap();
        let written: Value = serde_json::from_str(&line).unwrap();
        let read: Task = serde_json::from_str(&line).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), written);
        for key in written.as_object().unwrap().keys() {
            assert!(known.contains_key(key), "{key} is not described");
        }
    }
}
