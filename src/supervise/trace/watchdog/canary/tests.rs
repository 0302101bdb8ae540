use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::sync::Arc;

use super::{Canary, PAUSE, Pulse};

const THRESHOLD: u64 = 100_000_000;

fn poll(canary: &mut Canary) {
    let polled = Pin::new(canary).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
}

#[test]
fn silence_is_told_of_until_it_is_over() {
    let pulse = Arc::new(Pulse::default());
    let mut canary = Canary::new(pulse.clone());
    assert_eq!(
        pulse.beat(10 * PAUSE, THRESHOLD, false),
        None,
        "not polled yet, so nobody was asked"
    );
    poll(&mut canary);
    let asked = 10 * PAUSE;
    assert_eq!(pulse.beat(asked, THRESHOLD, false), None);
    assert_eq!(pulse.beat(asked + THRESHOLD - 1, THRESHOLD, false), None);
    let late = asked + THRESHOLD;
    assert_eq!(pulse.beat(late, THRESHOLD, false), Some((THRESHOLD, false)));
    assert_eq!(pulse.beat(late + 1, THRESHOLD, false), None);
    let later = asked + 2 * THRESHOLD;
    assert_eq!(pulse.beat(later, THRESHOLD, false), Some((2 * THRESHOLD, false)));
    poll(&mut canary);
    assert_eq!(pulse.beat(later + 5, THRESHOLD, false), Some((2 * THRESHOLD, true)));
    assert_eq!(pulse.beat(later + 6, THRESHOLD, false), None);
}

#[test]
fn silence_that_has_another_reason_is_not_told_of() {
    let pulse = Arc::new(Pulse::default());
    let mut canary = Canary::new(pulse.clone());
    poll(&mut canary);
    let asked = 10 * PAUSE;
    assert_eq!(pulse.beat(asked, THRESHOLD, true), None, "asked all the same");
    assert_eq!(pulse.beat(asked + 5 * THRESHOLD, THRESHOLD, true), None);
    let late = asked + 6 * THRESHOLD;
    assert_eq!(pulse.beat(late, THRESHOLD, false), Some((6 * THRESHOLD, false)));
}

#[test]
fn who_answers_is_not_told_of() {
    let pulse = Arc::new(Pulse::default());
    let mut canary = Canary::new(pulse.clone());
    poll(&mut canary);
    for beat in 1..100 {
        assert_eq!(pulse.beat(beat * PAUSE, THRESHOLD, false), None);
        poll(&mut canary);
    }
}
