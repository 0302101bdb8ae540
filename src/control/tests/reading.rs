//! What can be read.

use std::string::String;
use std::vec::Vec;

use super::Fixture;
use crate::control::api::{Program, Task};

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
