use core::num::NonZero;
use core::time::Duration;

use super::*;

fn seven() -> u64 {
    7
}

#[test]
fn a_function_is_a_clock_without_a_wall() {
    const HZ: NonZero<u64> = NonZero::new(2).unwrap();
    static CLOCK: Clock = Clock::from_fn(seven, HZ);

    let expected = Anchor { ticks: 7, mono_ns: 3_500_000_000, wall_ns: Anchor::WALL_UNKNOWN };
    assert_eq!(CLOCK.ticks(), 7);
    assert_eq!(CLOCK.sample(), expected);
    assert_eq!(CLOCK.frequency_hint(), Some(HZ));
}

#[test]
fn the_wall_clock_of_a_manual_clock_jumps_alone() {
    static TIME: Manual = Manual::new();
    let clock = Clock::manual(&TIME);
    let mut timeline = Timeline::new(clock.frequency_hint());

    assert_eq!(timeline.push(clock.sample()), Pushed::Smooth);
    TIME.advance(Duration::from_secs(1));
    let before = clock.ticks();
    TIME.set_wall(TIME.wall_ns() - 3_600_000_000_000);
    TIME.advance(Duration::from_secs(1));
    assert_eq!(timeline.push(clock.sample()), Pushed::Step { by_ns: -3_600_000_000_000 });
    let after = clock.ticks();

    assert_eq!(timeline.time(before).wall_ns, 946_684_801_000_000_000);
    assert_eq!(timeline.time(after).wall_ns, 946_684_802_000_000_000 - 3_600_000_000_000);
    assert_eq!(timeline.time(after).mono_ns, 2_000_000_000);
}

#[test]
fn a_manual_clock_stops_at_the_end_of_its_range() {
    static TIME: Manual = Manual::new();
    TIME.set(Duration::from_nanos(u64::MAX - 1));
    TIME.advance(Duration::MAX);
    assert_eq!(Clock::manual(&TIME).ticks(), u64::MAX);
    assert_eq!(TIME.now(), Duration::from_nanos(u64::MAX));
}

#[cfg(feature = "std")]
#[test]
fn threads_move_a_manual_clock_together() {
    static TIME: Manual = Manual::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1_000).for_each(|_| TIME.advance(Duration::from_nanos(3))));
        }
    });
    assert_eq!(TIME.now(), Duration::from_nanos(12_000));
}
