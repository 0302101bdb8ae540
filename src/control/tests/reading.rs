//! What can be read.

use std::string::String;
use std::vec::Vec;

use serde_json::{Value, json};

use super::Fixture;
use crate::control::ClientError;
use crate::control::api::{Health, Program, Task};
use crate::supervise::{Ctx, When};

#[test]
fn tasks_are_listed_as_json_and_as_text() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let one = fixture.supervisor.spawn("one", core::future::pending::<()>()).unwrap();
    let tasks = fixture.client.get::<Vec<Task>>("/v1/tasks").unwrap();
    assert_eq!(tasks.data[0].name, "one");
    assert_eq!(tasks.data[0].state, "running");
    assert_eq!(tasks.program.name, "test");
    let text = fixture.client.text("/v1/tasks?utc=1").unwrap();
    assert!(text.starts_with("● one: status: running since "), "{text}");
    drop(one);
}

#[test]
fn the_program_says_who_it_is() {
    let fixture = Fixture::new();
    let program = fixture.client.get::<Program>("/v1").unwrap();
    assert_eq!(
        program.data,
        Program { up_ms: program.data.up_ms, now: program.data.now.clone(), ..program.program }
    );
    assert_eq!(program.data.pid, std::process::id());
    assert_eq!(fixture.client.text("/livez").unwrap(), String::from("ok\n"));
}

#[test]
fn whoever_looks_after_it_learns_whether_it_is_ready_and_what_is_not() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    assert_eq!(fixture.client.text("/readyz").unwrap(), "ready\n");
    let fails = |_: Ctx| async { Err::<(), _>("no database") };
    let task = fixture.supervisor.task("db", fails).restart(When::Never).start().unwrap();
    _ = runtime.block_on(task);
    let refused = fixture.client.text("/readyz").unwrap_err();
    assert!(matches!(refused, ClientError::Status(503)), "{refused}");
    let health = fixture.client.get::<Health>("/v1/status").unwrap().data;
    assert_eq!((health.ready, &*health.not_ready), (false, &["db".into()][..]));
    assert_eq!(fixture.client.text("/livez").unwrap(), "ok\n");
}

#[test]
fn collectors_of_figures_get_one_object_with_a_member_for_each_task() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let fails = |_: Ctx| async { Err::<(), _>("no database") };
    let task = fixture.supervisor.task("db", fails).restart(When::Never).start().unwrap();
    _ = runtime.block_on(task);
    let stats = |path: &str| -> Value {
        serde_json::from_str(&fixture.client.text(path).unwrap()).unwrap()
    };
    let (plain, debug) = (stats("/"), stats("/debug"));
    assert_eq!(plain.as_object().unwrap().len(), 1);
    assert_eq!((&plain["db"]["service"], &plain["db"]["stats"]), (&json!(false), &Value::Null));
    assert!(plain["db"]["result"].as_str().unwrap().ends_with("no database"), "{plain}");
    assert_eq!((&debug["hostname"], &debug["db"]["ctasks"]), (&json!("test"), &json!(0)));
    let shown = plain["db"].as_object().unwrap();
    assert!(shown.iter().all(|(key, value)| debug["db"][key] == *value), "{debug}");
    let traceback = debug["db"]["traceback"].as_str().unwrap();
    assert!(traceback.contains("no database"), "{traceback}");
}
