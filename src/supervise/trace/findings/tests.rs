use core::time::Duration;
use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::{Facts, FindingKind, IDLE, Stalls, diagnose};
use crate::supervise::State;
use crate::supervise::status::Place;

fn facts(name: &str) -> Facts {
    Facts { name: name.into(), state: State::Running, ..Facts::default() }
}

fn place() -> Place {
    Place { file: "src/cart.rs".into(), line: 61, column: 13 }
}

/// Facts of a task that is ill in every way.
fn ill(name: &str) -> Facts {
    Facts {
        idle: Some(IDLE),
        has_no_waker: true,
        hogged: 57,
        longest: Some((Duration::from_millis(1_302), Some(place()))),
        restarts: 4,
        budget: Some(5),
        silent: Some(Duration::from_secs(31)),
        beat: Some(Duration::from_secs(10)),
        panics: Some((39, place())),
        ..facts(name)
    }
}

#[test]
fn every_finding_has_its_words() {
    let mut stuck = facts("stuck");
    stuck.idle = Some(Duration::from_secs(780));
    let texts: Vec<_> = diagnose(&[ill("a"), stuck]).iter().map(ToString::to_string).collect();
    let expected = [
        "a: it waits and registered no waker: nothing will ever wake it. That is a bug in what it \
         awaits.   Evidence: trace a",
        "a: 57 polls too long (longest 1.3 s, after src/cart.rs:61:13). It blocks a worker; move \
         the work to a blocking thread.   Evidence: trace a",
        "a: panicked 39 times at src/cart.rs:61:13.   Evidence: trace a",
        "a: restarted 4 times of 5 that it may; starting it again does not help.   Evidence: runs a",
        "a: no beat for 31 s; it beats every 10 s.   Evidence: status a",
        "stuck: not polled for 13 min. If it is idle by design, mark it idle_ok.   Evidence: trace \
         stuck",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn a_hog_that_was_seen_is_said_to_be_where_it_is() {
    let words = |hogs_in: (&str, Option<Place>)| {
        let longest = Some((Duration::from_millis(302), None));
        let hogs_in = Some((hogs_in.0.into(), hogs_in.1));
        let hog = Facts { hogged: 1, longest, hogs_in, ..facts("hog") };
        diagnose(&[hog])[0].text.split('.').next().map(std::string::String::from)
    };
    let seen = words(("shop::hash", None));
    assert_eq!(seen.as_deref(), Some("1 poll too long (longest 302 ms, in shop::hash)"));
    let seen = words(("shop::hash", Some(place()))).unwrap();
    assert_eq!(seen, "1 poll too long (longest 302 ms, in shop::hash at src/cart");
}

#[test]
fn who_fell_silent_is_said_to_have() {
    let words = |fell_silent| {
        let beat = Some(Duration::from_secs(10));
        let quiet = Facts { fell_silent, beat, state: State::Failed, ..facts("quiet") };
        diagnose(&[quiet]).first().map(|finding| finding.text.clone())
    };
    assert_eq!(words(0), None);
    let once = "no beat in time, so that its run was ended; it beats every 10 s.";
    assert_eq!(words(1).as_deref(), Some(once));
    let often = "no beat in time, so that 3 of its runs were ended; it beats every 10 s.";
    assert_eq!(words(3).as_deref(), Some(often));
}

#[test]
fn a_runtime_that_does_not_poll_has_its_words() {
    let said = |count, now| {
        let stalls = Stalls { count, longest: Duration::from_millis(302), now };
        stalls.finding().map(|finding| finding.to_string())
    };
    let rest = ", and no task of ours ran: something that is not supervised blocks its workers, or \
                nobody drives it.   Evidence: ps";
    let table = [
        (1, None, "runtime: did not poll for 302 ms"),
        (3, None, "runtime: did not poll 3 times (longest 302 ms)"),
        (1, Some(Duration::from_secs(2)), "runtime: has not polled for 2 s"),
    ];
    for (count, now, begin) in table {
        assert_eq!(said(count, now), Some([begin, rest].concat()));
    }
    assert_eq!(said(0, None), None);
}

#[test]
fn who_is_well_is_not_mentioned() {
    let well = Facts {
        idle: Some(IDLE - Duration::from_nanos(1)),
        restarts: 1,
        budget: Some(5),
        silent: Some(Duration::from_secs(30)),
        beat: Some(Duration::from_secs(10)),
        panics: Some((2, place())),
        ..facts("well")
    };
    let idle_by_design = Facts { idle: Some(10 * IDLE), idle_ok: true, ..facts("idle") };
    let down = Facts { state: State::Completed, idle: Some(10 * IDLE), ..facts("down") };
    assert_eq!(diagnose(&[well, idle_by_design, down]), []);
}

proptest! {
    #[test]
    fn tasks_are_judged_one_by_one_and_the_worst_comes_first(
        is_ill in prop::collection::vec(any::<bool>(), 0..8),
    ) {
        let name = |at: usize| std::format!("{at}");
        let of = |(at, is_ill): (usize, &bool)| if *is_ill { ill(&name(at)) } else { facts(&name(at)) };
        let all: Vec<Facts> = is_ill.iter().enumerate().map(of).collect();
        let findings = diagnose(&all);
        let ill = is_ill.iter().filter(|is_ill| **is_ill).count();
        prop_assert_eq!(findings.len(), 5 * ill);
        let kinds: Vec<FindingKind> = findings.iter().map(|finding| finding.kind).collect();
        prop_assert!(kinds.is_sorted());
    }
}
