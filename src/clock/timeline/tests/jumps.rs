//! Wall clocks that are set, machines that sleep, counters that are reset.

use super::*;

/// A run of 10 s, a change and a run of 1 s, a run of 10 s: the anchors at the four ends, and what
/// the third of them showed.
fn around(change: impl FnOnce(&mut Clocks)) -> (Timeline, [Anchor; 4], Pushed) {
    let mut clocks = Clocks::new(3 * SECOND);
    let start = clocks.now;
    let before = clocks.run(10 * SECOND, 0);
    change(&mut clocks);
    let after = clocks.run(SECOND, 0);
    let end = clocks.run(10 * SECOND, 0);

    let mut timeline = timeline(&[start, before]);
    let pushed = timeline.push(after);
    assert_eq!(timeline.push(end), Pushed::Smooth);
    (timeline, [start, before, after, end], pushed)
}

proptest! {
    #[test]
    fn a_step_keeps_old_times_before_it_and_new_ones_after(
        size in 102 * MS..1_000_000_000 * SECOND, back in any::<bool>(), part in 0..SECOND,
    ) {
        let by_ns = i64::try_from(size).expect("in range") * if back { -1 } else { 1 };
        let (timeline, [_, before, after, _], pushed) = around(|clocks| {
            clocks.set_wall(by_ns);
        });
        prop_assert_eq!(pushed, Pushed::Step { by_ns });

        let old = timeline.time(before.ticks + 3 * part);
        prop_assert_eq!(old.wall_ns.abs_diff(before.wall_ns), part);
        let new = timeline.time(after.ticks + 3 * part);
        prop_assert_eq!(new.wall_ns.abs_diff(after.wall_ns), part);
        prop_assert!(new.mono_ns >= old.mono_ns);
    }

    #[test]
    fn slewing_is_no_step(ns in MS..100_000 * SECOND, ppm in -500..=500_i64) {
        let mut clocks = Clocks::new(SECOND);
        let mut timeline = timeline(&[clocks.now]);
        clocks.run(ns, 0);
        let slewed = clocks.set_wall(i64::try_from(ns).expect("in range") / 1_000_000 * ppm);
        prop_assert_eq!(timeline.push(slewed), Pushed::Smooth);
        prop_assert_eq!(timeline.time(slewed.ticks).wall_ns, slewed.wall_ns);
    }

    #[test]
    fn monotonic_time_survives_any_step_and_gap(
        events in prop::collection::vec(
            (0..3, MS..100_000 * SECOND, -1_000_000..1_000_000_i64), 1..40),
        at in any::<[u64; 2]>(),
    ) {
        let mut clocks = Clocks::new(3 * SECOND);
        let mut timeline = Timeline::new(NonZero::new(clocks.hz));
        for (event, ns, ms) in events {
            let anchor = match event {
                0 => clocks.run(ns, ms / 10_000),
                1 => clocks.sleep(ns),
                _ => clocks.set_wall(ms * 1_000_000),
            };
            prop_assert_ne!(timeline.push(anchor), Pushed::Stale);
        }
        let mut ticks = at.map(|at| at % (2 * clocks.now.ticks));
        ticks.sort_unstable();
        let [early, late] = ticks.map(|ticks| timeline.time(ticks));
        prop_assert!(early.mono_ns <= late.mono_ns, "{early:?} {late:?} at {ticks:?}");
    }
}

#[test]
fn a_wall_clock_that_went_back_was_set() {
    let mut clocks = Clocks::new(SECOND);
    let mut timeline = timeline(&[clocks.now]);
    clocks.run(MS, 0);
    assert_eq!(timeline.push(clocks.set_wall(-2_000_000)), Pushed::Step { by_ns: -2_000_000 });
}

#[test]
fn a_step_within_one_tick_counts_from_that_tick() {
    let mut clocks = Clocks::new(SECOND);
    let start = clocks.now;
    let old = clocks.run(SECOND, 0);
    let new = clocks.set_wall(3_600_000_000_000);
    let timeline = timeline(&[start, old, new]);
    assert_eq!(timeline.time(old.ticks - 1).wall_ns, old.wall_ns - 1);
    assert_eq!(timeline.time(new.ticks).wall_ns, new.wall_ns);
}

#[test]
fn a_sleep_moves_the_wall_and_not_the_monotonic_time() {
    let (timeline, [_, before, after, end], pushed) = around(|clocks| {
        clocks.run(SECOND, 0);
        clocks.sleep(8 * 3_600 * SECOND);
    });
    assert_eq!(pushed, Pushed::Gap { wall_by_ns: 28_800_000_000_000 });

    assert_eq!(timeline.time(before.ticks + 3 * MS).mono_ns, before.mono_ns + MS);
    let awake = timeline.time(after.ticks - 3 * MS);
    assert_eq!(awake.mono_ns, after.mono_ns);
    assert_eq!(awake.wall_ns, after.wall_ns - 1_000_000);
    assert_eq!(timeline.time(end.ticks - 3 * MS).mono_ns, end.mono_ns - MS);
}

#[test]
fn a_new_rate_is_learnt_after_a_gap() {
    let (timeline, [.., after, end], pushed) = around(|clocks| clocks.hz = 2 * SECOND);
    assert_eq!(pushed, Pushed::Gap { wall_by_ns: 0 });
    assert_eq!(timeline.ticks_per_second(), NonZero::new(2 * SECOND));
    assert_eq!(timeline.time(after.ticks + 2 * MS).mono_ns, after.mono_ns + MS);
    assert_eq!(timeline.time(end.ticks + 2 * MS).mono_ns, end.mono_ns + MS);
}

#[test]
fn times_in_a_gap_do_not_pass_its_end() {
    let (timeline, [.., after, _], pushed) = around(|clocks| clocks.hz = 6 * SECOND);
    assert_eq!(pushed, Pushed::Gap { wall_by_ns: 0 });
    let time = timeline.time(after.ticks - 1);
    assert_eq!((time.mono_ns, time.wall_ns), (after.mono_ns, after.wall_ns));
}

#[test]
fn a_rate_announced_wrongly_is_replaced() {
    let mut clocks = Clocks::new(3 * SECOND);
    let mut timeline = Timeline::new(NonZero::new(2 * SECOND));
    assert_eq!(timeline.push(clocks.now), Pushed::Smooth);
    assert_eq!(timeline.push(clocks.run(10 * SECOND, 0)), Pushed::Gap { wall_by_ns: 0 });
    assert_eq!(timeline.push(clocks.run(10 * SECOND, 0)), Pushed::Smooth);
    assert_eq!(timeline.ticks_per_second(), NonZero::new(3 * SECOND));
}

#[test]
fn a_reset_counter_leaves_both_runs_readable() {
    let (timeline, [start, before, after, end], pushed) = around(|clocks| {
        clocks.now.ticks = 0;
        clocks.set_wall(3_600_000_000_000);
    });
    assert_eq!(pushed, Pushed::Restart { wall_by_ns: 3_600_000_000_000 });

    assert_eq!(timeline.time(start.ticks - 3 * MS).mono_ns, start.mono_ns - MS);
    assert_eq!(timeline.time(start.ticks + 3 * MS).mono_ns, start.mono_ns + MS);
    assert_eq!(timeline.time(before.ticks + 3 * MS).wall_ns, before.wall_ns + 1_000_000);
    assert_eq!(timeline.time(after.ticks - 3 * MS).wall_ns, after.wall_ns - 1_000_000);
    assert_eq!(timeline.time(end.ticks - 3 * MS).mono_ns, end.mono_ns - MS);
}

#[test]
fn an_older_anchor_is_not_taken() {
    let mut clocks = Clocks::new(SECOND);
    let (old, new) = (clocks.now, clocks.run(SECOND, 0));
    let mut timeline = timeline(&[new]);
    assert_eq!(timeline.push(old), Pushed::Stale);
    assert_eq!(timeline.anchors().collect::<Vec<_>>(), [new]);
}

#[test]
fn a_wall_clock_that_appears_dates_what_comes_after_it() {
    let mut clocks = Clocks::new(SECOND);
    let unknown = |now: Anchor| Anchor { wall_ns: Anchor::WALL_UNKNOWN, ..now };
    let boot = unknown(clocks.now);
    let known = clocks.run(SECOND, 0);
    let mut timeline = timeline(&[boot, unknown(known)]);
    assert_eq!(timeline.time(known.ticks + 7).wall_ns, 0);

    assert_eq!(timeline.push(known), Pushed::Smooth);
    assert_eq!(timeline.time(known.ticks - 7).wall_ns, 0);
    assert_eq!(timeline.time(known.ticks + 7).wall_ns, known.wall_ns + 7);
}
