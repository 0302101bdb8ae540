//! Groups: order, strategies, escalation.

use core::time::Duration;
use std::vec;
use std::vec::Vec;

use super::{Bench, restarted};
use crate::supervise::{
    Action, Budget, Class, Command, Core, End, Event, Exhausted, GroupSpec, Heap, Hold, Order,
    Policy, Refused, Shutdown, State, Strategy, TaskSpec, Wanted,
};

#[test]
fn a_group_starts_in_order_and_stops_in_reverse() {
    let mut bench = Bench::new();
    let group = bench.core.add_group(GroupSpec::default(), None, 0).unwrap();
    let spec = TaskSpec { notify_ready: true, ..restarted() };
    let members: Vec<_> = (0..3).map(|_| bench.task(spec, Some(group))).collect();
    bench.command(group, Command::Start).unwrap();
    for member in &members {
        assert_eq!(bench.spawned(), [*member], "the next one waits for this one");
        let run = bench.run(*member);
        bench.actions.clear();
        bench.core.event(Event::Ready(run), 0, |action| bench.actions.push(action));
    }
    assert_eq!(bench.state(group), State::Running);
    bench.command(group, Command::Stop).unwrap();
    for member in members.iter().rev() {
        assert_eq!(bench.cancelled(), [*member]);
        bench.end(*member, End::Completed);
    }
    assert_eq!(bench.state(group), State::Stopped);
    assert_eq!(bench.states(&members), [State::Stopped; 3], "stopped like their group");
    bench.command(members[1], Command::Start).unwrap();
    let waits = [State::Stopped, State::Waiting(Hold::Group), State::Stopped];
    assert_eq!(bench.states(&members), waits, "who is started since waits for the group");
}

#[test]
fn a_group_that_stops_takes_groups_in_it_along() {
    let mut bench = Bench::new();
    let group = bench.core.add_group(GroupSpec::default(), None, 0).unwrap();
    let inner = bench.core.add_group(GroupSpec::default(), Some(group), 0).unwrap();
    let task = bench.task(restarted(), Some(inner));
    bench.command(task, Command::Start).unwrap();
    bench.command(group, Command::Start).unwrap();
    assert_eq!(bench.state(task), State::Running);
    bench.command(group, Command::Stop).unwrap();
    bench.end(task, End::Completed);
    assert_eq!(bench.states(&[group, inner, task]), [State::Stopped; 3]);
    bench.command(group, Command::Start).unwrap();
    assert_eq!(bench.states(&[group, inner, task]), [State::Running; 3], "all of them come back");
}

#[test]
fn a_group_that_does_not_stop_in_time_is_aborted() {
    let mut bench = Bench::new();
    let limit = Some(Duration::from_nanos(50));
    let (group, members) =
        bench.group(GroupSpec { stop_timeout: limit, ..GroupSpec::default() }, 3);
    bench.command(group, Command::Stop).unwrap();
    assert_eq!(bench.cancelled(), [members[2]]);
    bench.wake();
    assert_eq!((bench.now, bench.states(&members)), (50, vec![State::Aborting; 3]));
}

#[test]
fn strategies_restart_what_they_say() {
    use State::{Backoff as Waits, Running as Runs};
    let cases = [
        (Strategy::OneForOne, vec![], [Runs, Waits, Runs]),
        (Strategy::OneForAll, vec![2, 0], [Runs, Waits, State::Waiting(Hold::Group)]),
        (Strategy::RestForOne, vec![2], [Runs, Waits, State::Waiting(Hold::Group)]),
    ];
    for (strategy, stopped, states) in cases {
        let mut bench = Bench::new();
        let (group, members) = bench.group(GroupSpec { strategy, ..GroupSpec::default() }, 3);
        bench.end(members[1], End::Failed);
        for member in stopped {
            assert_eq!(bench.cancelled(), [members[member]], "{strategy:?}");
            bench.end(members[member], End::Completed);
        }
        assert_eq!(bench.states(&members), states, "{strategy:?}");
        bench.wake();
        assert_eq!(bench.states(&members), [Runs; 3], "{strategy:?}");
        assert_eq!(bench.state(group), Runs, "{strategy:?}");
    }
}

#[test]
fn the_first_exit_stops_the_group() {
    for (end, state) in [(End::Completed, State::Completed), (End::Failed, State::Failed)] {
        let mut bench = Bench::new();
        let spec = GroupSpec {
            strategy: Strategy::FirstExit,
            order: Order::AllAtOnce,
            ..GroupSpec::default()
        };
        let group = bench.core.add_group(spec, None, 0).unwrap();
        let once = TaskSpec { policy: Policy::never(), ..TaskSpec::default() };
        let members: Vec<_> = (0..3).map(|_| bench.task(once, Some(group))).collect();
        bench.command(group, Command::Start).unwrap();
        bench.end(members[1], end);
        assert_eq!(bench.cancelled(), [members[2], members[0]]);
        bench.end(members[0], End::Completed);
        bench.end(members[2], End::Completed);
        assert_eq!((bench.state(group), bench.state(members[1])), (state, state));
    }
}

#[test]
fn an_exit_during_the_shutdown_decides_nothing_for_the_group() {
    let mut bench = Bench::new();
    let spec = GroupSpec { strategy: Strategy::FirstExit, ..GroupSpec::default() };
    let group = bench.core.add_group(spec, None, 0).unwrap();
    let once = TaskSpec { policy: Policy::never(), ..TaskSpec::default() };
    let members: Vec<_> = (0..2).map(|_| bench.task(once, Some(group))).collect();
    bench.command(group, Command::Start).unwrap();
    bench.actions.clear();
    bench.core.shutdown(Shutdown::Graceful, 0, |action| bench.actions.push(action));
    assert_eq!(bench.cancelled(), [members[1]]);
    bench.end(members[0], End::Failed);
    bench.end(members[1], End::Completed);
    assert_eq!(bench.states(&[group, members[0]]), [State::Stopped, State::Failed]);
}

#[test]
fn an_escalation_restarts_the_group_and_then_ends_it() {
    let mut bench = Bench::new();
    let policy = restarted().policy;
    let top = bench.core.add_group(GroupSpec { policy, ..GroupSpec::default() }, None, 0).unwrap();
    let broken = Policy { budget: Some(Budget { restarts: 0, ..Budget::default() }), ..policy };
    let broken = Policy { exhausted: Exhausted::Escalate, ..broken };
    let steady = bench.task(restarted(), Some(top));
    let task = bench.task(TaskSpec { policy: broken, ..restarted() }, Some(top));
    bench.command(top, Command::Start).unwrap();
    for _ in 0..2 {
        bench.end(task, End::Failed);
        assert_eq!(bench.cancelled(), [steady]);
        bench.end(steady, End::Completed);
        assert_eq!(bench.state(top), State::Backoff);
        bench.wake();
        assert_eq!(bench.spawned(), [steady, task]);
    }
    bench.end(task, End::Failed);
    bench.end(steady, End::Completed);
    assert_eq!((bench.state(top), bench.state(task)), (State::Dead, State::Dead));
    assert_eq!(bench.core.next_wake(), None);
}

#[test]
fn a_group_that_never_came_up_was_not_healthy() {
    let mut bench = Bench::new();
    let mut policy = restarted().policy;
    policy.backoff.reset_after = Duration::from_nanos(10);
    let group = GroupSpec { policy, ..GroupSpec::default() };
    let group = bench.core.add_group(group, None, 0).unwrap();
    let never = Some(Budget { restarts: 0, ..Budget::default() });
    let broken = Policy { budget: never, exhausted: Exhausted::Escalate, ..policy };
    let broken = bench.task(TaskSpec { policy: broken, ..restarted() }, Some(group));
    let slow = bench.task(TaskSpec { notify_ready: true, ..restarted() }, Some(group));
    bench.command(group, Command::Start).unwrap();
    for attempt in 1..=2 {
        bench.now += 20;
        bench.end(broken, End::Failed);
        bench.end(slow, End::Completed);
        assert_eq!(bench.core.view(group).unwrap().attempt, attempt);
        bench.wake();
    }
}

#[test]
fn an_escalation_without_a_group_is_the_end() {
    let mut bench = Bench::new();
    let never = Some(Budget { restarts: 0, ..Budget::default() });
    let policy = Policy { budget: never, exhausted: Exhausted::Escalate, ..Policy::default() };
    let task = bench.task(TaskSpec { policy, ..TaskSpec::default() }, None);
    let other = bench.task(restarted(), None);
    bench.command(task, Command::Start).unwrap();
    bench.command(other, Command::Start).unwrap();
    bench.end(task, End::Failed);
    assert_eq!((bench.state(task), bench.cancelled()), (State::Dead, vec![other]));
}

#[test]
fn disabled_by_hand_stays_down() {
    let mut bench = Bench::new();
    let (group, members) = bench.group(GroupSpec::default(), 2);
    bench.command(members[0], Command::Disable).unwrap();
    bench.end(members[0], End::Completed);
    assert_eq!(bench.command(members[0], Command::Start), Err(Refused::Disabled));
    bench.command(group, Command::Restart).unwrap();
    bench.end(members[1], End::Completed);
    assert_eq!(bench.states(&members), [State::Stopped, State::Running]);
    assert_eq!(bench.core.view(members[0]).unwrap().wanted, Wanted::Disabled);
    bench.command(members[0], Command::Enable).unwrap();
    bench.command(members[0], Command::Start).unwrap();
    assert_eq!(bench.state(members[0]), State::Running);
}

/// Anything quadratic in it would take minutes.
#[test]
fn many_tasks_start_and_stop() {
    const COUNT: usize = 50_000;
    for order in [Order::OneByOne, Order::AllAtOnce] {
        let mut core = Core::new(Heap::new()).unwrap();
        let group = core.add_group(GroupSpec { order, ..GroupSpec::default() }, None, 0).unwrap();
        for _ in 0..COUNT {
            core.add_task(TaskSpec::default(), Some(group), 0).unwrap();
        }
        let mut runs = vec![];
        let spawned = |action| {
            if let Action::Spawn { run, .. } = action {
                runs.push(run);
            }
        };
        core.command(group, Command::Start, 0, spawned).unwrap();
        assert_eq!(runs.len(), COUNT);
        let mut closed = false;
        core.shutdown(Shutdown::Graceful, 0, |_| {});
        for run in runs.into_iter().rev() {
            let ended = Event::Ended { run, end: End::Completed, class: Class::Default };
            core.event(ended, 0, |action| closed |= action == Action::Closed);
        }
        assert!(closed);
    }
}
