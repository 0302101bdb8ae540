use std::panic::catch_unwind;
use std::string::String;
use std::thread;

use super::{scope, with};
use crate::context::Current;
use crate::record::TaskId;

fn current() -> Option<(TaskId, u32, String)> {
    with(|task| task.map(|task| (task.id, task.run, String::from(task.name))))
}

#[test]
fn scopes_nest_and_restore() {
    let outer = Current { id: TaskId(1), run: 1, name: "outer" };
    let inner = Current { id: TaskId(2), run: 3, name: "inner" };
    scope(Some(&outer), || {
        assert_eq!(current(), Some((TaskId(1), 1, "outer".into())));
        scope(Some(&inner), || assert_eq!(current(), Some((TaskId(2), 3, "inner".into()))));
        scope(None, || assert_eq!(current(), None));
        assert_eq!(current(), Some((TaskId(1), 1, "outer".into())));
    });
    assert_eq!(current(), None);
}

#[test]
fn a_panic_leaves_the_task() {
    let task = Current { id: TaskId(1), run: 1, name: "flaky" };
    let caught = catch_unwind(|| scope(Some(&task), || panic!("boom")));
    assert!(caught.is_err());
    assert_eq!(current(), None);
}

#[test]
fn each_thread_has_its_own() {
    let task = Current { id: TaskId(1), run: 1, name: "here" };
    scope(Some(&task), || {
        let there = thread::spawn(current).join();
        assert_eq!(there.ok(), Some(None));
    });
}
