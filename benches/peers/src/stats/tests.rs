use super::{Summary, grouped_quantile, quantile};

#[test]
fn nearest_rank_is_always_a_sample() {
    let sorted = [1, 2, 3, 4];
    assert_eq!(quantile(&sorted, 0.0), Some(1));
    assert_eq!(quantile(&sorted, 0.5), Some(2));
    assert_eq!(quantile(&sorted, 0.51), Some(3));
    assert_eq!(quantile(&sorted, 1.0), Some(4));
    assert_eq!(quantile::<u32>(&[], 0.5), None);
}

#[test]
fn a_summary_does_not_depend_on_the_order_of_samples() {
    let rising: Vec<f64> = (1..=10).map(f64::from).collect();
    let falling: Vec<f64> = rising.iter().rev().copied().collect();
    let summary = Summary::of(&rising).unwrap();
    assert_eq!(Summary::of(&falling), Some(summary));
    assert_eq!(summary, Summary { median: 5.0, p10: 1.0, p90: 9.0 });
    assert_eq!(summary.spread_percent(), 160.0);
}

#[test]
fn no_samples_have_no_summary() {
    assert_eq!(Summary::of(&[]), None);
}

#[test]
fn a_coarse_clock_is_seen_through() {
    // Calls of 92 ns under a clock of 10 ns steps: four in five read as 90, one in five as 100.
    let mut ticks = [vec![90; 800], vec![100; 200]].concat();
    assert_eq!(grouped_quantile(&ticks, 10, 0.5), Some(91.25));
    ticks.truncate(800);
    assert_eq!(grouped_quantile(&ticks, 10, 0.5), Some(90.0));
    assert_eq!(grouped_quantile(&[], 10, 0.5), None);
}

#[test]
fn a_fine_clock_is_left_alone() {
    let sorted: Vec<u32> = (1..=100).collect();
    let median = grouped_quantile(&sorted, 1, 0.5).unwrap();
    assert!((median - 50.0).abs() <= 0.5, "{median}");
}
