//! The budget against a list of all restarts that ever were.

use core::time::Duration;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::{Budget, Spent};

/// Asks for a restart at each of `times`; returns when one was allowed.
fn restarts(budget: Budget, times: &[u64]) -> Vec<u64> {
    let (mut spent, mut kept) = (Spent::default(), vec![0; budget.restarts as usize]);
    let mut allowed = Vec::new();
    for &now in times {
        let within = |at: &&u64| now - **at < u64::try_from(budget.window.as_nanos()).unwrap();
        let recent = allowed.iter().filter(within).count();
        assert_eq!(spent.count(&budget, &kept, now) as usize, recent);
        let allows = budget.allows(&spent, &kept, now);
        assert_eq!(allows, recent < budget.restarts as usize, "at {now} after {allowed:?}");
        if allows {
            spent.record(&budget, &mut kept, now);
            allowed.push(now);
        }
    }
    allowed
}

fn budget(restarts: u32, window: u64) -> Budget {
    Budget { restarts, window: Duration::from_nanos(window) }
}

#[test]
fn exactly_so_many_in_a_window() {
    assert!(restarts(budget(0, 10), &[0, 20, 40]).is_empty());
    assert_eq!(restarts(budget(1, 10), &[0, 9, 10, 19, 20]), [0, 10, 20]);
    assert_eq!(restarts(budget(3, 10), &[0, 1, 2, 3, 10, 11, 11]), [0, 1, 2, 10, 11]);
    let many: Vec<u64> = (0..200).collect();
    assert_eq!(restarts(budget(100, 1_000), &many).len(), 100);
}

#[test]
fn a_window_without_length_allows_all() {
    assert_eq!(restarts(budget(1, 0), &[4, 4, 4]), [4, 4, 4]);
}

#[test]
fn a_window_without_end_never_slides() {
    let forever = Budget { restarts: 1, window: Duration::MAX };
    let (mut spent, mut times) = (Spent::default(), [0]);
    spent.record(&forever, &mut times, 0);
    assert!(!forever.allows(&spent, &times, u64::MAX - 1));
}

#[test]
fn too_little_memory_allows_nothing() {
    let two = budget(2, 10);
    let mut spent = Spent::default();
    assert!(!two.allows(&spent, &[0], 0));
    spent.record(&two, &mut [], 0);
    assert_eq!(spent, Spent::default());
}

proptest! {
    #[test]
    fn agrees_with_the_whole_history(
        limit in 0..6_u32,
        window in 0..50_u64,
        steps in prop::collection::vec(0..20_u64, 0..80),
    ) {
        let mut now = 0;
        let times: Vec<u64> = steps.iter().map(|step| { now += step; now }).collect();
        let allowed = restarts(budget(limit, window), &times);
        for (at, first) in allowed.iter().enumerate() {
            let inside = allowed[at..].iter().filter(|time| **time - first < window).count();
            prop_assert!(inside <= limit as usize);
        }
    }
}
