//! No wake-up is lost: a follower that slept through the last commit would be a deadlock, which loom
//! reports.

use std::eprintln;
use std::sync::Arc;
use std::vec::Vec;

use super::super::witness::{Found, Witness};
use super::super::{for_both_words, tiny};
use super::{count, explore, happened, run};
use crate::ring::{Armed, Heap, Reader, Storage, Wake, Word};
use crate::sync::checker::sync::{Notify, atomic::AtomicBool};
use crate::sync::checker::thread;
use crate::sync::plain::{AtomicU64, Ordering};

/// Writers, and followers who sleep whenever there is nothing to read.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) name: &'static str,
    pub(super) slots: usize,
    pub(super) followers: usize,
    /// As in the models without followers.
    pub(super) writers: &'static [&'static str],
    /// Records each follower waits for; skipped ones count.
    pub(super) records: u64,
    pub(super) preemptions: usize,
}

/// Where a follower registers. A plain store, not an exchange: the ring alone must make it visible.
struct Bell {
    is_registered: AtomicBool,
    notify: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    executions: AtomicU64,
    slept: AtomicU64,
}

impl Model {
    pub(super) fn check<W: Word>(self) -> Arc<Tally> {
        let tally = Arc::new(Tally::default());
        let shared = tally.clone();
        let note = explore(self.preemptions, move || self.execute::<W>(&shared));
        eprintln!("{} (u{}): {tally:?}, {note}", self.name, W::BYTES * 8);
        tally
    }

    fn execute<W: Word>(&self, tally: &Arc<Tally>) {
        let heap = Arc::new(tiny::<W>(2, W::LINE + self.slots * W::SLOT + 4, self.slots));
        let bells: Arc<Vec<_>> = Arc::new((0..self.followers).map(|_| Bell::new()).collect());
        let mut threads = Vec::new();
        for (writer, &steps) in (1..).zip(self.writers) {
            let (heap, bells) = (heap.clone(), bells.clone());
            threads.push(thread::spawn(move || {
                run(&heap, writer, steps, |wake| {
                    if wake == Wake::Followers {
                        bells.iter().for_each(Bell::ring);
                    }
                });
            }));
        }
        for follower in 0..self.followers {
            let (heap, bells, tally) = (heap.clone(), bells.clone(), tally.clone());
            let records = self.records;
            threads.push(thread::spawn(move || follow(&heap, &bells[follower], records, &tally)));
        }
        for thread in threads {
            thread.join().unwrap();
        }
        count(&tally.executions, 1);
    }
}

impl Bell {
    fn new() -> Self {
        Self { is_registered: AtomicBool::new(false), notify: Notify::new() }
    }

    fn ring(&self) {
        if self.is_registered.load(Ordering::Relaxed) {
            self.notify.notify();
        }
    }
}

/// Reads until `records` were delivered or skipped.
fn follow<W: Word>(heap: &Heap<W>, bell: &Bell, records: u64, tally: &Tally) {
    let shard = heap.region().shard(0);
    let mut witness = Witness::new(Reader::oldest(&shard));
    while witness.reader.delivered() + witness.reader.lost() < records {
        match witness.read(&shard) {
            Found::Something => {}
            // Not waited for, because two followers that wait in turn never end.
            Found::Pending => witness.reader.skip(),
            Found::Nothing => {
                bell.is_registered.store(true, Ordering::Relaxed);
                if witness.reader.arm(&shard) == Armed::Yes {
                    count(&tally.slept, 1);
                    bell.notify.wait();
                }
            }
        }
    }
}

for_both_words! {
    a_follower_is_woken => one;
    the_bit_goes_on_to_the_next_block => carried;
    two_followers_are_woken => two;
    two_writers_share_the_bit => shared;
    an_abandoned_reservation_leaves_the_bit => abandoned;
}

const ONE: Model =
    Model { name: "", slots: 2, followers: 1, writers: &["w"], records: 1, preemptions: 2 };

pub(super) const TWO: Model = Model { name: "two woken", followers: 2, preemptions: 1, ..ONE };

fn one<W: Word>() {
    let tally = Model { name: "woken", ..ONE }.check::<W>();
    assert!(happened(&tally.slept));
}

fn carried<W: Word>() {
    let model = Model { name: "woken in the next block", slots: 1, writers: &["ww"], ..ONE };
    let tally = Model { records: 2, preemptions: 1, ..model }.check::<W>();
    assert!(happened(&tally.slept));
}

fn two<W: Word>() {
    let tally = TWO.check::<W>();
    assert!(happened(&tally.slept));
}

fn shared<W: Word>() {
    let model = Model { name: "two writers wake", writers: &["w", "w"], records: 2, ..ONE };
    let tally = Model { preemptions: 1, ..model }.check::<W>();
    assert!(happened(&tally.slept));
}

fn abandoned<W: Word>() {
    let model = Model { name: "woken after an abandoned one", writers: &["raw"], ..ONE };
    let tally = Model { records: 2, ..model }.check::<W>();
    assert!(happened(&tally.slept));
}
