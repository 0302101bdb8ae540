//! It answers while the program hangs: that is what it is for.

use core::fmt;
use core::time::Duration;
use std::string::ToString;
use std::sync::mpsc::channel;
use std::time::Instant;
use std::vec::Vec;

use super::Fixture;
use crate::control::api::{Health, Task};
use crate::supervise::Ctx;

#[test]
fn it_answers_while_every_worker_is_blocked() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let (blocked, is_blocked) = channel();
    let (release, wait) = channel::<()>();
    let wait = std::sync::Arc::new(parking_lot::Mutex::new(wait));
    for name in ["hog/1", "hog/2"] {
        let (blocked, wait) = (blocked.clone(), std::sync::Arc::clone(&wait));
        let hog = async move {
            blocked.send(()).unwrap();
            // It ends with the test, and hangs until then.
            _ = wait.lock().recv();
        };
        let _entered = runtime.enter();
        drop(fixture.supervisor.spawn(name, hog).unwrap());
    }
    is_blocked.recv().unwrap();
    is_blocked.recv().unwrap();

    let begun = Instant::now();
    let tasks = fixture.client.get::<Vec<Task>>("/v1/tasks").unwrap().data;
    let health = fixture.client.get::<Health>("/v1/status").unwrap().data;
    let text = fixture.client.text("/v1/status?utc=1").unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let names: Vec<&str> = tasks.iter().map(|task| &*task.name).collect();
    assert_eq!(names, ["hog/1", "hog/2"]);
    assert_eq!(health.tally.0["running"], 2);
    assert!(text.contains("hog/1: running since "), "{text}");
    drop(release);
}

/// Arguments that nobody can look at.
#[derive(Clone)]
struct Hangs(std::sync::Arc<parking_lot::Mutex<()>>);

impl fmt::Debug for Hangs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        drop(self.0.lock());
        f.write_str("Hangs")
    }
}

#[test]
fn code_of_the_users_that_hangs_takes_nobody_else_along() {
    let fixture = Fixture::new();
    let runtime = super::runtime();
    let _entered = runtime.enter();
    let lock = std::sync::Arc::new(parking_lot::Mutex::new(()));
    let work = |cx: Ctx, _: Hangs| async move { cx.stopping().await };
    let task = fixture.supervisor.task_with("worker", Hangs(std::sync::Arc::clone(&lock)), work);
    drop(task.start().unwrap());
    let held = lock.lock();
    let hangs = fixture.client.get::<Vec<Task>>("/v1/tasks").unwrap_err();
    assert!(hangs.to_string().contains("Debug of some argument"), "{hangs}");
    assert_eq!(fixture.client.text("/livez").unwrap(), "ok\n");
    assert!(fixture.client.text("/v1/logs").is_ok());
    drop(held);
}
