use std::sync::{Barrier, mpsc};
use std::thread;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::clock::Timeline;

/// How much too early the processor may read its counter, generously: a microsecond at 5 GHz.
const EARLY_TICKS: u64 = 5_000;

/// What each of `threads` gets that run `ask` at the same moment.
fn race<T: Send>(threads: usize, ask: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (start, ask) = (Barrier::new(threads), &ask);
    thread::scope(|scope| {
        let racer = |number| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                ask(number)
            })
        };
        let racers: Vec<_> = (0..threads).map(racer).collect();
        racers.into_iter().map(|racer| racer.join().expect("no racer panics")).collect()
    })
}

#[test]
fn racing_threads_make_one_choice_even_if_they_disagree() {
    for _ in 0..200 {
        let choice = Choice::new();
        let wish = |number| if number % 2 == 0 { Kind::Counter } else { Kind::Instant };
        let got = race(4, |number| choice.make(|| wish(number)));
        assert!(got.iter().all(|&kind| Some(kind) == choice.made()), "{got:?} of {choice:?}");
    }
}

#[test]
fn an_interrupted_choice_yields_to_the_one_made_meanwhile() {
    let choice = Choice::new();
    let interrupted = choice.make(|| {
        assert_eq!(choice.make(|| Kind::Instant), Kind::Instant);
        Kind::Counter
    });
    assert_eq!(interrupted, Kind::Instant);
}

#[test]
fn racing_threads_elect_one_origin_and_none_waits() {
    for _ in 0..50 {
        let origin = Origin::new();
        let racers = 3 * origin::CANDIDATES;
        let first = race(racers, |_| origin.elapsed_ns());
        let second = race(racers, |_| origin.elapsed_ns());
        let latest = first.iter().max().expect("there are racers");
        assert!(second.iter().all(|after| after >= latest), "{first:?} then {second:?}");
    }
}

#[test]
fn ticks_of_a_thread_and_of_a_message_do_not_go_back() {
    let clock = Clock::system();
    let (to_peer, from_main) = mpsc::channel::<u64>();
    let (to_main, from_peer) = mpsc::channel::<u64>();
    let not_before = |sent: u64| {
        let (first, second) = (clock.ticks(), clock.ticks());
        assert!(first + EARLY_TICKS >= sent, "{first} was read after {sent} had been sent");
        assert!(second >= first, "{second} was read after {first}");
        second
    };
    thread::scope(|scope| {
        scope.spawn(move || from_main.iter().all(|sent| to_main.send(not_before(sent)).is_ok()));
        let mut ticks = clock.ticks();
        for _ in 0..2_000 {
            to_peer.send(ticks).expect("the peer listens");
            ticks = not_before(from_peer.recv().expect("the peer answers"));
        }
        drop(to_peer);
    });
}

#[test]
fn samples_are_ordered_and_date_the_ticks_between_them() {
    let clock = Clock::system();
    let mut timeline = Timeline::new(clock.frequency_hint());
    let first = clock.sample();
    let ticks = clock.ticks();
    let last = clock.sample();
    assert!(first.ticks <= last.ticks && first.mono_ns <= last.mono_ns, "{first:?} {last:?}");

    let _ = timeline.push(first);
    let _ = timeline.push(last);
    let time = timeline.time(ticks);
    assert!((first.mono_ns..=last.mono_ns).contains(&time.mono_ns), "{time:?}");
}

#[test]
fn the_processor_counter_is_only_chosen_where_linux_uses_it() {
    let trusted = trust::names(counter::CLOCKSOURCE) && counter::is_steady();
    assert_eq!(kind() == Kind::Counter, trusted);
    assert!(!trust::names("no such clock source"));
}

proptest! {
    #[test]
    fn a_choice_once_made_stays(wishes in prop::collection::vec(any::<bool>(), 1..8)) {
        let choice = Choice::new();
        let kind = |counter| if counter { Kind::Counter } else { Kind::Instant };
        for &wish in &wishes {
            prop_assert_eq!(choice.make(|| kind(wish)), kind(wishes[0]));
        }
    }
}
