use proptest::prelude::*;

use super::*;

/// Numbers of every magnitude, with the ends of the range among them.
fn magnitude() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(1),
        Just(u64::MAX),
        (0_u32..64, any::<u64>()).prop_map(|(s, n)| (n >> s).max(1))
    ]
}

proptest! {
    #[test]
    fn a_rate_is_exact_to_a_few_nanoseconds_and_never_behind(
        ns in magnitude(), ticks in magnitude(), part in any::<u64>(),
    ) {
        let part = part % ticks;
        let exact = scale(part, ns, ticks);
        let got = Rate::new(ns, ticks).ns(part);
        prop_assert!(got >= exact, "{got} < {exact}");
        prop_assert!(got - exact <= 1 + (ns >> 61), "{got} - {exact}");
    }

    #[test]
    fn more_ticks_never_take_less_time(ns in magnitude(), ticks in magnitude(), at in any::<[u64; 2]>()) {
        let rate = Rate::new(ns, ticks);
        let [low, high] = [at[0].min(at[1]), at[0].max(at[1])];
        prop_assert!(rate.ns(low) <= rate.ns(high));
    }
}

#[test]
fn a_century_of_ticks_at_5_ghz_is_a_century() {
    let century_s = 100 * 31_557_600_u64;
    let got = Rate::new(1, 5).ns(century_s * 5_000_000_000);
    assert!(got.abs_diff(century_s * 1_000_000_000) <= 1, "{got}");
}

#[test]
fn without_ticks_time_stands_still() {
    assert_eq!(Rate::new(5, 0), Rate::ZERO);
    assert_eq!(Rate::new(0, 5), Rate::ZERO);
    assert_eq!(scale(5, 5, 0), 0);
}
