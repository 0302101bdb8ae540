//! Delays by table, and their bounds by property.

use core::time::Duration;

use proptest::prelude::*;

use super::{Backoff, Jitter};

fn any_backoff() -> impl Strategy<Value = Backoff> {
    let jitter = prop_oneof![Just(Jitter::None), Just(Jitter::Full), Just(Jitter::Equal)];
    let nanos = || prop_oneof![0..20_u64, 0..5_000_000_000_u64, any::<u64>()];
    (nanos(), 0..1_000_u32, nanos(), 0..5_000_u64, jitter, any::<u64>()).prop_map(
        |(initial, growth_percent, cap, floor, jitter, seed)| Backoff {
            initial: Duration::from_nanos(initial),
            growth_percent,
            cap: Duration::from_nanos(cap),
            floor: Duration::from_nanos(floor),
            jitter,
            seed,
            reset_after: Duration::MAX,
        },
    )
}

fn millis(backoff: &Backoff, attempts: core::ops::Range<u32>) -> std::vec::Vec<u128> {
    attempts.map(|attempt| backoff.base(attempt).as_millis()).collect()
}

#[test]
fn delays_grow_to_the_cap() {
    let doubling = Backoff::default();
    assert_eq!(
        millis(&doubling, 0..10),
        [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]
    );
    let slower = Backoff { growth_percent: 150, ..doubling };
    assert_eq!(millis(&slower, 0..4), [200, 300, 450, 675]);
    let shrinking = Backoff { growth_percent: 50, ..doubling };
    assert_eq!(millis(&shrinking, 0..3), [200, 200, 200]);
    let constant = Backoff::constant(Duration::from_millis(7));
    assert_eq!(millis(&constant, 0..3), [7, 7, 7]);
    assert_eq!(constant.delay(9, 9), Duration::from_millis(7));
}

#[test]
fn the_smallest_delay_grows_too() {
    let tiny = Backoff {
        initial: Duration::from_nanos(1),
        growth_percent: 101,
        floor: Duration::ZERO,
        ..Backoff::default()
    };
    assert_eq!(tiny.base(1).as_nanos(), 2);
    assert_eq!(tiny.base(2).as_nanos(), 3);
}

#[test]
fn the_floor_holds_without_a_delay_and_above_the_cap() {
    let none = Backoff { initial: Duration::ZERO, ..Backoff::default() };
    assert_eq!(none.delay(100, 3), Duration::from_millis(1));
    let low = Backoff { cap: Duration::ZERO, ..Backoff::default() };
    assert_eq!(low.delay(100, 3), Duration::from_millis(1));
}

#[test]
fn jitter_uses_all_of_its_range() {
    let second = Backoff { jitter: Jitter::Equal, ..Backoff::constant(Duration::from_secs(1)) };
    let full = Backoff { jitter: Jitter::Full, ..second };
    let quarters = |backoff: Backoff| {
        let mut counts = [0_u32; 4];
        for salt in 0..4_000 {
            let at = backoff.delay(0, salt).as_millis().min(999) / 250;
            counts[usize::try_from(at).unwrap()] += 1;
        }
        counts
    };
    let [none, low, a, b] = quarters(second);
    assert_eq!([none, low], [0, 0]);
    assert!(a.abs_diff(b) < 400, "{a} {b}");
    assert!(quarters(full).iter().all(|count| count.abs_diff(1_000) < 200));
}

#[test]
fn jitter_depends_on_seed_and_salt() {
    let one = Backoff { seed: 1, ..Backoff::default() };
    let two = Backoff { seed: 2, ..one };
    assert_ne!(one.delay(5, 7), two.delay(5, 7));
    assert_ne!(one.delay(5, 7), one.delay(5, 8));
}

proptest! {
    #[test]
    fn delays_stay_between_floor_and_cap(
        backoff in any_backoff(), attempt in 0..200_u32, salt: u64,
    ) {
        let highest = backoff.cap.max(backoff.floor);
        let (base, delay) = (backoff.base(attempt), backoff.delay(attempt, salt));
        prop_assert!(base >= backoff.floor && base <= highest);
        prop_assert!(delay >= backoff.floor && delay <= base);
        if backoff.jitter == Jitter::Equal {
            prop_assert!(delay >= base / 2);
        }
        prop_assert_eq!(delay, backoff.delay(attempt, salt));
        prop_assert!(backoff.base(attempt + 1) >= base);
    }

    #[test]
    fn growth_is_what_was_asked(percent in 101..400_u32, initial in 1_000..1_000_000_u64) {
        let backoff = Backoff {
            initial: Duration::from_nanos(initial),
            growth_percent: percent,
            cap: Duration::MAX,
            floor: Duration::ZERO,
            ..Backoff::default()
        };
        for attempt in 0..10 {
            let (now, next) = (backoff.base(attempt), backoff.base(attempt + 1));
            let exact = now.as_nanos() * u128::from(percent);
            prop_assert!(next.as_nanos() * 100 >= exact && next.as_nanos() * 100 < exact + 100);
        }
    }
}

/// They are promised to be the same for the same seed: also with the next version.
#[test]
fn the_same_seed_gives_the_same_delays_for_good() {
    let second = Duration::from_secs(1);
    let cases = [
        (0, 0, 0),
        (0, 1, 674_525_659),
        (1, 0, 704_448_520),
        (7, 1 << 32 | 3, 399_902_602),
        (u64::MAX, u64::MAX, 179_495_381),
    ];
    for (seed, salt, nanos) in cases {
        let backoff = Backoff { initial: second, jitter: Jitter::Full, seed, ..Backoff::DEFAULT };
        let backoff = Backoff { floor: Duration::ZERO, ..backoff };
        assert_eq!(backoff.delay(0, salt), Duration::from_nanos(nanos), "{seed} {salt}");
    }
}

/// What does not grow is not counted up: this would take minutes.
#[test]
fn a_delay_that_stays_is_known_at_once() {
    let constant = Backoff::constant(Duration::from_secs(7));
    let constant = Backoff { cap: Duration::from_secs(8), ..constant };
    assert_eq!(constant.base(u32::MAX), Duration::from_secs(7));
    let none = Backoff { initial: Duration::ZERO, ..Backoff::DEFAULT };
    assert_eq!(none.base(u32::MAX), none.floor);
}
