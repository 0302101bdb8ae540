use core::num::NonZero;
use std::sync::Barrier;
use std::thread;

use super::{COUNT, SEAT, Seat, Stamp, State, begin};
use crate::record::TaskId;
use crate::sync::plain::{AtomicBool, Ordering};

impl State {
    pub(in super::super) fn polling(task: u64) -> Self {
        Self { task, stamp: Stamp(1).watched(WATCH) }
    }
}

/// No watch has it while tests run: numbers are given out from 1.
const WATCH: NonZero<u16> = NonZero::<u16>::MAX;

fn here() -> &'static Seat {
    SEAT.get().unwrap()
}

fn task() -> Option<u64> {
    let state = here().state();
    state.number().map(|_| state.task().0)
}

#[test]
fn polls_within_polls_come_back_to_the_outer_one() {
    let outer = begin(TaskId(1), WATCH);
    assert_eq!(task(), Some(1));
    let inner = begin(TaskId(2), WATCH);
    assert_eq!(task(), Some(2));
    drop(inner);
    assert_eq!(task(), Some(1));
    drop(outer);
    assert_eq!(task(), None);
}

#[test]
fn a_panic_ends_a_poll() {
    let poll = || {
        let _busy = begin(TaskId(3), WATCH);
        panic!("on purpose");
    };
    assert!(std::panic::catch_unwind(poll).is_err());
    assert_eq!(task(), None);
}

#[test]
fn a_thread_that_ends_gives_its_seat_back() {
    for _ in 0..2 * COUNT {
        thread::spawn(|| drop(begin(TaskId(4), WATCH))).join().unwrap();
    }
    let name = thread::Builder::new().name("worker".into()).spawn(|| {
        drop(begin(TaskId(4), WATCH));
        here().thread(TaskId(4), true).name
    });
    assert_eq!(name.unwrap().join().unwrap(), "worker");
}

#[test]
fn whoever_looks_never_takes_one_task_for_another() {
    let (stop, start) = (AtomicBool::new(false), Barrier::new(2));
    let (sender, receiver) = std::sync::mpsc::channel();
    let mistaken = thread::scope(|scope| {
        let (stop, start) = (&stop, &start);
        scope.spawn(move || {
            drop(begin(TaskId(0), WATCH));
            sender.send(here()).unwrap();
            start.wait();
            while !stop.load(Ordering::Relaxed) {
                let _outer = begin(TaskId(10), NonZero::new(60_010).unwrap());
                let _inner = begin(TaskId(11), NonZero::new(60_011).unwrap());
            }
        });
        let seat = receiver.recv().unwrap();
        start.wait();
        let wrong = |state: &State| {
            state.number().is_some_and(|number| u64::from(number.get()) != 60_000 + state.task)
        };
        let mistaken = (0..100_000).map(|_| seat.state()).find(wrong);
        stop.store(true, Ordering::Relaxed);
        mistaken
    });
    assert_eq!(mistaken, None);
}
