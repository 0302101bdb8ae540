use core::num::NonZero;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::seats::State;
use super::{Looks, Sight};

const LOOK: u64 = 10;
const THRESHOLD: u64 = 100;

fn threshold(_: NonZero<u16>) -> Option<u64> {
    Some(THRESHOLD)
}

/// A poll: how long it takes, and how long nothing is polled before it.
type Polls = Vec<(u64, u64)>;

/// All sights of one seat that is looked at every `LOOK`.
fn sights(polls: &Polls) -> Vec<(u64, Sight)> {
    let mut spans = Vec::new();
    let mut at = 1_000;
    for (index, (idle, busy)) in polls.iter().enumerate() {
        spans.push((at + idle, at + idle + busy, State::polling(index as u64 + 1)));
        at += idle + busy;
    }
    let (mut looks, mut sights) = (Looks::default(), Vec::new());
    for now in (1_000..at + 3 * LOOK).step_by(LOOK as usize) {
        let polled = spans.iter().find(|(begin, end, _)| (*begin..*end).contains(&now));
        let state = polled.map_or_else(State::default, |(.., state)| *state);
        looks.look(now, [state].into_iter(), threshold, |sight| sights.push((now, sight)));
    }
    sights
}

proptest! {
    #[test]
    fn who_stays_too_long_is_told_of_and_nobody_else(
        polls in prop::collection::vec((0..200u64, 1..2_000u64), 1..8),
    ) {
        let sights = sights(&polls);
        let mut at = 1_000;
        for (index, (idle, busy)) in polls.iter().enumerate() {
            let (begin, end) = (at + idle, at + idle + busy);
            at = end;
            let of_this = |(_, sight): &&(u64, Sight)| sight.state.task().0 == index as u64 + 1;
            let told: Vec<_> = sights.iter().filter(of_this).collect();
            prop_assert!(*busy >= THRESHOLD || told.is_empty(), "{told:?}");
            if *busy < THRESHOLD + 2 * LOOK {
                continue;
            }
            let (when, first) = told[0];
            prop_assert!(*when <= begin + THRESHOLD + 2 * LOOK);
            prop_assert!(told.iter().all(|(when, sight)| sight.held <= when.min(&(end + LOOK)) - begin));
            let (last_when, last) = told[told.len() - 1];
            prop_assert!(last.is_over && *last_when < end + LOOK);
            prop_assert!(told[..told.len() - 1].iter().all(|(_, sight)| !sight.is_over));
            // Told at the threshold and at each doubling: as often as the length has bits.
            prop_assert!(told.len() <= 8 && !first.is_over, "{told:?}");
        }
    }
}

#[test]
fn the_next_look_is_due_at_the_threshold() {
    let (mut looks, state) = (Looks::default(), State::polling(1));
    let due = looks.look(1_000, [state].into_iter(), threshold, |_| panic!("too early"));
    assert_eq!(due, 1_100);
    let due = looks.look(1_050, [State::default()].into_iter(), threshold, |_| panic!("too early"));
    assert_eq!(due, u64::MAX);
}
