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
    assert_eq!(pulse.beat(10 * PAUSE, THRESHOLD), None, "not polled yet, so nobody was asked");
    poll(&mut canary);
    let asked = 10 * PAUSE;
    assert_eq!(pulse.beat(asked, THRESHOLD), None);
    assert_eq!(pulse.beat(asked + THRESHOLD - 1, THRESHOLD), None);
    let late = asked + THRESHOLD;
    assert_eq!(pulse.beat(late, THRESHOLD), Some((THRESHOLD, false)));
    assert_eq!(pulse.beat(late + 1, THRESHOLD), None);
    let later = asked + 2 * THRESHOLD;
    assert_eq!(pulse.beat(later, THRESHOLD), Some((2 * THRESHOLD, false)));
    poll(&mut canary);
    assert_eq!(pulse.beat(later + 5, THRESHOLD), Some((2 * THRESHOLD, true)));
    assert_eq!(pulse.beat(later + 6, THRESHOLD), None);
}

#[test]
fn who_answers_is_not_told_of() {
    let pulse = Arc::new(Pulse::default());
    let mut canary = Canary::new(pulse.clone());
    poll(&mut canary);
    for beat in 1..100 {
        assert_eq!(pulse.beat(beat * PAUSE, THRESHOLD), None);
        poll(&mut canary);
    }
}
