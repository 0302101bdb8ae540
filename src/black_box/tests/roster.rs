//! What is kept of tasks, and of how many.

use std::string::{String, ToString};
use std::vec::Vec;

use super::{Folder, Run};
use crate::black_box::open;
use crate::black_box::roster::{Change, Failed, Who};
use crate::record::TaskId;
use crate::supervise::{Outcome, State};

fn who(id: u64, run: u32, name: &str) -> Who<'_> {
    Who { id: TaskId(id), run, name, is_plain: false }
}

#[test]
fn what_a_task_did_last_outlives_its_records() {
    let folder = Folder::new();
    let path = folder.path("tasks.box");
    let run = Run::start(&path);
    let task = who(7, 3, "net/dhcp");
    run.recorder.tell(task, Change::Started { attempt: 2 });
    run.recorder.tell(task, Change::State(State::Running));
    let failed = Failed { what: "src/a.rs:7:9", message: "boom" };
    let (outcome, failure) = (Outcome::Panicked, Some(failed));
    let dead = who(8, 1, "dead");
    run.recorder.tell(dead, Change::Started { attempt: 0 });
    run.recorder.tell(dead, Change::Ended { outcome, failure });
    run.recorder.tell(dead, Change::State(State::Dead));
    for number in 0..5_000 {
        run.log("flood", 1, format_args!("number {number}"));
    }
    let recording = open(&path).unwrap();
    let [dead, dhcp] = recording.states() else { panic!("{:?}", recording.states()) };
    assert_eq!(
        (&*dhcp.name, dhcp.state, dhcp.run, dhcp.attempt),
        ("net/dhcp", State::Running, 3, 2)
    );
    assert_eq!((dhcp.id, dhcp.outcome, &*dhcp.failure), (TaskId(7), None, ""));
    assert_eq!((dead.state, dead.outcome, dead.counts), (State::Dead, Some(outcome), [0, 0, 1]));
    assert_eq!((&*dead.failed_by, &*dead.failure), ("src/a.rs:7:9", "boom"));
    assert_eq!(dead.to_string(), "dead#8: Dead, boom");
    assert_eq!(recording.forgotten_tasks(), 0);
}

/// There are eight places: those whose tasks are over are given away, the others are kept, and who
/// finds none is counted.
#[test]
fn of_too_many_tasks_those_that_live_are_kept() {
    let folder = Folder::new();
    let path = folder.path("many.box");
    let run = Run::start(&path);
    let names: Vec<String> = (0..40).map(|id| std::format!("task-{id:02}")).collect();
    let tell = |id: u64, change| run.recorder.tell(who(id, 1, &names[id as usize]), change);
    let done = Change::Ended { outcome: Outcome::Completed, failure: None };
    let known =
        || -> Vec<u64> { open(&path).unwrap().states().iter().map(|state| state.id.0).collect() };
    for id in 0..20 {
        tell(id, Change::Started { attempt: 0 });
        if id >= 4 {
            tell(id, done);
        }
    }
    assert_eq!(known(), [0, 1, 2, 3, 16, 17, 18, 19], "those that ended first have gone");
    (20..26).for_each(|id| tell(id, Change::Started { attempt: 0 }));
    assert_eq!(known(), [0, 1, 2, 3, 20, 21, 22, 23]);
    assert_eq!(open(&path).unwrap().forgotten_tasks(), 2);
    tell(0, Change::Forgotten);
    tell(26, Change::Started { attempt: 0 });
    assert_eq!(known(), [1, 2, 3, 20, 21, 22, 23, 26]);
    for _ in 0..1_000 {
        tell(1, Change::Started { attempt: 0 });
        tell(1, done);
    }
    tell(27, Change::Started { attempt: 0 });
    assert_eq!(known(), [2, 3, 20, 21, 22, 23, 26, 27]);
}
