//! Each cell of the policy's tables, and the order of its rules.

use core::time::Duration;

use super::{Class, Ended, Exhausted, Policy, Verdict, When};
use crate::supervise::{Backoff, Budget, Outcome, Spent};

const OUTCOMES: [Outcome; 7] = [
    Outcome::Completed,
    Outcome::Stopped,
    Outcome::Failed,
    Outcome::Aborted,
    Outcome::Panicked,
    Outcome::TimedOut,
    Outcome::Stalled,
];

const DELAY: Duration = Duration::from_nanos(1_000);

fn policy(when: When) -> Policy {
    let backoff = Backoff { floor: Duration::ZERO, ..Backoff::constant(DELAY) };
    Policy { when, backoff, budget: None, exhausted: Exhausted::Park }
}

fn after(policy: &Policy, outcome: Outcome, class: Class) -> Verdict {
    policy.verdict(Ended { class, ..policy.ended(outcome) }, &Spent::default(), &[])
}

#[test]
fn which_outcomes_are_covered() {
    let table = [
        (When::Never, [false; 7]),
        (When::OnFailure, [false, false, true, true, true, true, true]),
        (When::OnAbnormal, [false, false, false, false, true, true, true]),
        (When::OnPanic, [false, false, false, false, true, false, false]),
        (When::OnWatchdog, [false, false, false, false, false, true, true]),
        (When::Always, [true; 7]),
    ];
    for (when, covered) in table {
        for (outcome, covered) in OUTCOMES.into_iter().zip(covered) {
            assert_eq!(when.covers(outcome), covered, "{when:?} {outcome:?}");
            let verdict = after(&policy(when), outcome, Class::Default);
            let failed = !matches!(outcome, Outcome::Completed | Outcome::Stopped);
            let expected =
                if covered { Verdict::Restart { after: DELAY } } else { Verdict::Rest { failed } };
            assert_eq!(verdict, expected, "{when:?} {outcome:?}");
        }
    }
}

#[test]
fn the_users_word_comes_first() {
    let restart = Verdict::Restart { after: DELAY };
    for outcome in OUTCOMES {
        let (never, always) = (policy(When::Never), policy(When::Always));
        assert_eq!(after(&never, outcome, Class::Retry), restart);
        assert_eq!(after(&always, outcome, Class::Fatal), Verdict::Dead);
        assert_eq!(after(&always, outcome, Class::Escalate), Verdict::Escalate);
        assert_eq!(after(&always, outcome, Class::Ignore), restart);
        let ignored = after(&policy(When::OnFailure), outcome, Class::Ignore);
        assert_eq!(ignored, Verdict::Rest { failed: false });
    }
}

#[test]
fn a_spent_budget_ends_it() {
    let choices =
        [Exhausted::Park, Exhausted::StopGroup, Exhausted::Escalate, Exhausted::ShutdownAll];
    for exhausted in choices {
        let budget = Some(Budget { restarts: 0, window: DELAY });
        let policy = Policy { budget, exhausted, ..policy(When::OnFailure) };
        assert_eq!(after(&policy, Outcome::Failed, Class::Default), Verdict::Exhausted(exhausted));
        assert_eq!(after(&policy, Outcome::Failed, Class::Retry), Verdict::Exhausted(exhausted));
        let rest = after(&policy, Outcome::Completed, Class::Default);
        assert_eq!(rest, Verdict::Rest { failed: false });
    }
}

#[test]
fn the_budget_is_asked_about_the_time_of_the_start() {
    let budget = Budget { restarts: 1, window: Duration::from_nanos(5_000) };
    let policy = Policy { budget: Some(budget), ..policy(When::OnFailure) };
    let (mut spent, mut times) = (Spent::default(), [0]);
    spent.record(&budget, &mut times, 2_000);
    let verdict =
        |now| policy.verdict(Ended { now, ..policy.ended(Outcome::Failed) }, &spent, &times);
    assert_eq!(verdict(5_999), Verdict::Exhausted(Exhausted::Park));
    assert_eq!(verdict(6_000), Verdict::Restart { after: DELAY });
}

#[test]
fn the_delay_grows_with_the_attempt() {
    let backoff =
        Backoff { initial: DELAY, jitter: super::super::Jitter::None, ..Backoff::default() };
    let policy =
        Policy { backoff: Backoff { floor: Duration::ZERO, ..backoff }, ..Policy::default() };
    let (spent, times) = (Spent::default(), [0; 5]);
    let ended = Ended { attempt: 3, ..policy.ended(Outcome::Panicked) };
    let restart = Verdict::Restart { after: DELAY * 8 };
    assert_eq!(policy.verdict(ended, &spent, &times), restart);
}

#[test]
fn tasks_that_fail_together_come_back_apart() {
    let policy = Policy::default();
    let after = |salt| {
        let ended = Ended { salt, ..policy.ended(Outcome::Failed) };
        policy.verdict(ended, &Spent::NEW, &[0; 5])
    };
    assert_ne!(after(1), after(2));
}

#[test]
fn a_healthy_run_resets_the_delay() {
    let policy = policy(When::Always);
    let healthy = policy.backoff.reset_after;
    assert_eq!(policy.attempt_after(4, healthy), 0);
    assert_eq!(policy.attempt_after(4, healthy - Duration::from_nanos(1)), 4);
}

#[test]
fn defaults_are_those_of_the_documents() {
    let policy = Policy::default();
    assert_eq!((policy.when, policy.exhausted), (When::OnFailure, Exhausted::Park));
    let budget = policy.budget.unwrap();
    assert_eq!((budget.restarts, budget.window), (5, Duration::from_secs(60)));
    assert_eq!(Policy::never().when, When::Never);
    assert_eq!(Policy::always().when, When::Always);
}
