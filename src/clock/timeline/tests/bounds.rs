//! How right the times are while nobody sets a clock.

use super::*;

proptest! {
    #[test]
    fn every_anchor_held_is_told_exactly(hz in rates(), laps in laps(40)) {
        let timeline = timeline(&Clocks::new(hz).run_all(&laps));
        for Anchor { ticks, mono_ns, wall_ns } in timeline.anchors() {
            prop_assert_eq!(timeline.time(ticks), Time { wall_ns, mono_ns });
        }
    }

    #[test]
    fn times_increase_with_ticks(hz in rates(), laps in laps(40), at in any::<[u64; 2]>()) {
        let mut clocks = Clocks::new(hz);
        let start = clocks.now.ticks;
        let timeline = timeline(&clocks.run_all(&laps));
        let range = clocks.now.ticks - start + 1;
        let mut ticks = at.map(|at| start - range / 2 + at % (2 * range));
        ticks.sort_unstable();
        let [early, late] = ticks.map(|ticks| timeline.time(ticks));
        prop_assert!(early.mono_ns <= late.mono_ns, "{early:?} {late:?} at {ticks:?}");
        prop_assert!(early.wall_ns <= late.wall_ns, "{early:?} {late:?} at {ticks:?}");
    }

    /// The counter is off by 100 ppm at most, so the time is by 200 ppm of the way to an anchor at
    /// most, and by what a tick or two are worth.
    #[test]
    fn a_time_strays_no_further_than_the_counter(
        hz in rates(), laps in laps(40), part in 0..SECOND,
    ) {
        let mut clocks = Clocks::new(hz);
        let start = clocks.now;
        let (mut anchors, mut truths) = (std::vec![start], std::vec![]);
        for &(ns, ppm) in &laps {
            let before = scale(ns, part, SECOND);
            truths.push(clocks.run(before, ppm));
            anchors.push(clocks.run(ns - before, ppm));
        }
        truths.push(clocks.run(scale(clocks.now.mono_ns - start.mono_ns, part, SECOND), 0));

        let timeline = timeline(&anchors);
        for truth in truths {
            let time = timeline.time(truth.ticks);
            let ways = timeline.anchors().map(|held| held.mono_ns.abs_diff(truth.mono_ns));
            let most = ways.min().expect("anchors are held") / 5_000 + 4 * (SECOND / hz + 2);
            prop_assert!(time.mono_ns.abs_diff(truth.mono_ns) <= most, "{time:?} {truth:?}");
            prop_assert!(time.wall_ns.abs_diff(truth.wall_ns) <= most, "{time:?} {truth:?}");
        }
    }

    #[test]
    fn the_rate_is_measured_over_the_whole_run(hz in rates(), laps in laps(40)) {
        let anchors = Clocks::new(hz).run_all(&laps);
        let (first, last) = (anchors[0], anchors[anchors.len() - 1]);
        let expected = scale(SECOND, last.ticks - first.ticks, last.mono_ns - first.mono_ns);
        prop_assert_eq!(timeline(&anchors).ticks_per_second(), NonZero::new(expected));
    }

    /// What memory of unknown origin may hold.
    #[test]
    fn no_words_make_it_panic(
        hint in any::<u64>(), words in prop::collection::vec(any::<[u64; 3]>(), 0..40),
        ticks in any::<u64>(),
    ) {
        let mut timeline = Timeline::new(NonZero::new(hint));
        for words in words {
            let _ = timeline.push(Anchor::from_words(words));
            let _ = (timeline.time(ticks), timeline.ticks_per_second());
            prop_assert!(timeline.anchors().len() <= Timeline::CAPACITY);
        }
    }

    /// The same, but ordered, so that no anchor is stale and the timeline fills.
    #[test]
    fn no_ordered_words_make_it_panic(
        mut mono in prop::collection::vec(any::<u64>(), 0..60),
        rest in prop::collection::vec(any::<(u64, i64)>(), 60), ticks in any::<u64>(),
    ) {
        mono.sort_unstable();
        let mut timeline = Timeline::new(None);
        for (mono_ns, (ticks, wall_ns)) in mono.into_iter().zip(rest) {
            prop_assert_ne!(timeline.push(Anchor { ticks, mono_ns, wall_ns }), Pushed::Stale);
        }
        let _ = (timeline.time(ticks), timeline.ticks_per_second());
    }
}

#[test]
fn without_anchors_the_announced_rate_counts_from_zero() {
    let timeline = Timeline::new(NonZero::new(1_000));
    assert_eq!(timeline.time(2_500), Time { wall_ns: 0, mono_ns: 2_500 * MS });
    assert_eq!(Timeline::new(None).time(2_500), Time::default());
}

#[test]
fn one_anchor_and_the_announced_rate_date_both_sides() {
    let mut timeline = Timeline::new(NonZero::new(1_000));
    let anchor = Anchor { ticks: 5_000, mono_ns: 9 * SECOND, wall_ns: START_WALL_NS };
    assert_eq!(timeline.push(anchor), Pushed::Smooth);
    assert_eq!(timeline.time(4_000).mono_ns, 8 * SECOND);
    assert_eq!(timeline.time(6_000).mono_ns, 10 * SECOND);
    assert_eq!(timeline.time(0).wall_ns, START_WALL_NS - 5_000_000_000);
}

#[test]
fn a_century_at_5_ghz_fits() {
    let century_s = 100 * 31_557_600_u64;
    let start = Anchor { ticks: 0, mono_ns: 0, wall_ns: START_WALL_NS };
    let end = Anchor {
        ticks: century_s * 5_000_000_000,
        mono_ns: century_s * SECOND,
        wall_ns: START_WALL_NS + 3_155_760_000_000_000_000,
    };
    let timeline = timeline(&[start, end]);
    assert!(timeline.time(end.ticks / 2).mono_ns.abs_diff(end.mono_ns / 2) <= 1);
    assert_eq!(timeline.time(end.ticks).wall_ns, end.wall_ns);
    assert!(timeline.time(u64::MAX).mono_ns > end.mono_ns);
}
