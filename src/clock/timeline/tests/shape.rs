//! Which anchors a full timeline keeps.

use super::*;

proptest! {
    #[test]
    fn the_oldest_the_two_newest_and_the_steps_are_kept(
        laps in prop::collection::vec((MS..100 * SECOND, prop::bool::weighted(0.02)), 17..300),
    ) {
        let mut clocks = Clocks::new(SECOND);
        let (mut anchors, mut edges) = (std::vec![clocks.now], std::vec![]);
        for (ns, step) in laps {
            if step {
                edges.push(clocks.now);
                clocks.set_wall(3_600_000_000_000);
            }
            anchors.push(clocks.run(ns, 0));
            edges.extend(step.then_some(clocks.now));
        }
        let held: Vec<_> = timeline(&anchors).anchors().collect();

        prop_assert_eq!(held.len(), Timeline::CAPACITY);
        prop_assert_eq!(&held[held.len() - 2..], &anchors[anchors.len() - 2..]);
        prop_assert!(held.windows(2).all(|pair| pair[0].ticks < pair[1].ticks));
        if edges.len() <= Timeline::CAPACITY - 3 {
            prop_assert_eq!(held[0], anchors[0]);
            prop_assert!(edges.iter().all(|edge| held.contains(edge)), "{edges:?} {held:?}");
        }
    }

    #[test]
    fn anchors_stand_the_closer_the_newer_they_are(count in 17_usize..2_000) {
        let mut clocks = Clocks::new(SECOND);
        let timeline = timeline(&clocks.run_all(&std::vec![(SECOND, 0); count]));
        let held: Vec<_> = timeline.anchors().map(|anchor| anchor.mono_ns).collect();
        for pair in held.windows(2) {
            let (span, age) = (pair[1] - pair[0], clocks.now.mono_ns - pair[0]);
            prop_assert!(span <= age * 3 / 4 + SECOND, "{span} of {age} in {held:?}");
        }
    }

    #[test]
    fn anchors_pushed_anew_tell_the_same(hz in rates(), laps in laps(40), at in any::<u64>()) {
        let original = timeline(&Clocks::new(hz).run_all(&laps));
        let held: Vec<_> = original.anchors().collect();
        let words = held.iter().map(|anchor| Anchor::from_words(anchor.to_words()));
        let copy = timeline(&words.collect::<Vec<_>>());
        let (first, last) = (held[0].ticks, held[held.len() - 1].ticks);
        let ticks = first + at % (last - first);
        prop_assert_eq!(copy.time(ticks), original.time(ticks));
    }
}

#[test]
fn with_steps_everywhere_the_oldest_goes_first() {
    let mut clocks = Clocks::new(SECOND);
    let mut anchors = std::vec![clocks.now];
    for _ in 0..40 {
        clocks.set_wall(3_600_000_000_000);
        anchors.push(clocks.run(SECOND, 0));
    }
    let held: Vec<_> = timeline(&anchors).anchors().collect();
    assert_eq!(held, anchors[anchors.len() - Timeline::CAPACITY..]);
}
