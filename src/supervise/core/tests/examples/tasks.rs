//! Single tasks: commands, ends, limits, holds.

use core::time::Duration;
use std::vec;

use super::{Bench, DELAY, restarted};
use crate::record::TaskId;
use crate::supervise::{
    Action, AddError, Command, Core, End, Event, Hold, Inline, Outcome, Policy, Refused,
    Resolution, Shutdown, State, TaskSpec,
};

#[test]
fn a_killed_task_does_not_come_back_from_its_delay() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    bench.end(task, End::Panicked);
    assert_eq!(bench.state(task), State::Backoff);
    let ticket = bench.command(task, Command::Kill).unwrap();
    assert_eq!(bench.answer(ticket), Some(Resolution::Done));
    assert_eq!((bench.state(task), bench.core.next_wake()), (State::Stopped, None));
}

#[test]
fn a_start_by_hand_during_the_delay_starts_once() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    bench.end(task, End::Failed);
    bench.command(task, Command::Start).unwrap();
    assert_eq!((bench.spawned(), bench.core.next_wake()), (vec![task], None));
    assert_eq!(bench.core.view(task).unwrap().restarts, 0);
    assert_eq!(bench.command(task, Command::Start), Err(Refused::Running));
}

#[test]
fn a_task_that_keeps_failing_is_given_up() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    for _ in 0..2 {
        bench.end(task, End::Failed);
        bench.wake();
        assert_eq!(bench.spawned(), [task]);
    }
    bench.end(task, End::Failed);
    assert_eq!((bench.state(task), bench.core.next_wake()), (State::Dead, None));
    bench.command(task, Command::Start).unwrap();
    assert_eq!(bench.state(task), State::Running);
}

#[test]
fn who_does_not_stop_is_aborted_then_detached() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    let run = bench.run(task);
    let ticket = bench.command(task, Command::Restart).unwrap();
    assert!(bench.actions.contains(&Action::Cancel(run)));
    bench.wake();
    assert_eq!(bench.now, 5_000_000_000);
    assert!(bench.actions.contains(&Action::Abort(run)));
    bench.wake();
    assert_eq!(bench.now, 6_000_000_000);
    assert_eq!(bench.state(task), State::Detached);
    assert_eq!(bench.answer(ticket), Some(Resolution::Done));
    assert!(bench.spawned().is_empty(), "two runs alive");
    bench.end_run(run, End::Completed);
    assert_eq!(bench.spawned(), [task], "the start waited for the end");
    bench.end_run(run, End::Completed);
    assert!(bench.actions.is_empty(), "the old run speaks for itself only");
}

#[test]
fn the_outcome_is_what_happened() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    for (end, outcome) in [
        (End::Completed, Outcome::Stopped),
        (End::Panicked, Outcome::Panicked),
        (End::Aborted, Outcome::Aborted),
        (End::Failed, Outcome::Failed),
    ] {
        bench.command(task, Command::Start).unwrap();
        let run = bench.run(task);
        bench.command(task, Command::Stop).unwrap();
        bench.end(task, end);
        assert!(bench.actions.contains(&Action::Finished { run, outcome }));
        assert_eq!(bench.state(task), State::Stopped, "a panic while stopping is not retried");
    }
}

#[test]
fn limits_stop_a_run_and_the_policy_goes_on() {
    let limit = Some(Duration::from_nanos(10));
    let cases = [
        (TaskSpec { notify_ready: true, start_timeout: limit, ..restarted() }, Outcome::TimedOut),
        (TaskSpec { run_limit: limit, ..restarted() }, Outcome::TimedOut),
        (TaskSpec { heartbeat: limit, ..restarted() }, Outcome::Stalled),
    ];
    for (spec, outcome) in cases {
        let mut bench = Bench::new();
        let task = bench.task(spec, None);
        bench.command(task, Command::Start).unwrap();
        let run = bench.run(task);
        bench.wake();
        assert_eq!((bench.now, bench.cancelled()), (10, vec![task]));
        bench.end(task, End::Aborted);
        assert!(bench.actions.contains(&Action::Finished { run, outcome }));
        assert_eq!(bench.state(task), State::Backoff);
    }
}

#[test]
fn beats_and_extensions_put_deadlines_off() {
    let mut bench = Bench::new();
    let spec = TaskSpec { heartbeat: Some(Duration::from_nanos(10)), ..restarted() };
    let task = bench.task(spec, None);
    bench.command(task, Command::Start).unwrap();
    let run = bench.run(task);
    bench.core.event(Event::Beat(run), 7, |_| {});
    assert_eq!(bench.core.next_wake(), Some(17));
    bench.command(task, Command::Stop).unwrap();
    bench.core.event(Event::Extend(run, 9_000_000_000), 7, |_| {});
    assert_eq!(bench.core.next_wake(), Some(9_000_000_007));
}

#[test]
fn every_command_has_one_answer() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    let stop = bench.command(task, Command::Stop).unwrap();
    assert_eq!(bench.command(task, Command::Kill).unwrap(), stop, "they want the same");
    let restart = bench.command(task, Command::Restart).unwrap();
    assert_eq!(bench.answer(stop), Some(Resolution::Superseded));
    bench.core.shutdown(Shutdown::Graceful, 0, |action| bench.actions.push(action));
    assert_eq!(bench.answer(restart), Some(Resolution::Closed));
    assert_eq!(bench.command(task, Command::Start), Err(Refused::Closed));
    bench.end(task, End::Completed);
    assert_eq!(bench.actions.last(), Some(&Action::Closed));
    assert_eq!(bench.state(task), State::Stopped);
}

#[test]
fn holds_keep_from_starting_and_stop_nothing() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.core.hold(task, Hold::Dependency, true, 0, |_| {}).unwrap();
    let ticket = bench.command(task, Command::Start).unwrap();
    assert_eq!(bench.state(task), State::Waiting(Hold::Dependency));
    assert_eq!(bench.answer(ticket), Some(Resolution::Done));
    bench.core.hold(task, Hold::Dependency, false, 0, |_| {}).unwrap();
    assert_eq!(bench.state(task), State::Running);
    bench.core.hold(task, Hold::Dependency, true, 0, |_| {}).unwrap();
    assert_eq!(bench.state(task), State::Running);
}

#[test]
fn ids_are_not_used_again() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    let run = bench.run(task);
    bench.command(task, Command::Remove).unwrap();
    assert_eq!(bench.command(task, Command::Start), Err(Refused::Unknown));
    bench.end(task, End::Completed);
    assert_eq!(bench.actions.last(), Some(&Action::Freed(task)));
    let other = bench.task(restarted(), None);
    assert_ne!(other, task);
    bench.command(other, Command::Start).unwrap();
    bench.end_run(run, End::Failed);
    assert_eq!((bench.state(other), bench.core.view(task)), (State::Running, None));
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut core = Core::new(Inline::<2, 1>::new()).unwrap();
    let two = TaskSpec { policy: restarted().policy, ..TaskSpec::default() };
    assert_eq!(core.add_task(two, None, 0), Err(AddError::Budget { restarts: 2 }));
    let once =
        TaskSpec { policy: Policy { budget: None, ..Policy::never() }, ..TaskSpec::default() };
    let task = core.add_task(once, None, 0).unwrap();
    assert_eq!(core.add_task(once, None, 0), Err(AddError::Full));
    assert_eq!(core.add_task(once, Some(task), 0), Err(AddError::NoGroup));
    assert_eq!(core.command(TaskId(0), Command::Start, 0, |_| {}), Err(Refused::Unknown));
    assert!(Core::new(Inline::<0, 0>::new()).is_none());
}

#[test]
fn time_does_not_go_back() {
    let mut bench = Bench::new();
    let task = bench.task(restarted(), None);
    bench.now = 1_000;
    bench.command(task, Command::Start).unwrap();
    bench.now = 10;
    bench.end(task, End::Failed);
    assert_eq!(bench.core.next_wake(), Some(1_000 + DELAY));
}

#[test]
fn a_slot_stays_small() {
    assert!(size_of::<crate::supervise::Slot>() <= 360);
}
