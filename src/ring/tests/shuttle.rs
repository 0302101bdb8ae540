//! Bigger rings under random schedules: more threads than loom can take, on sequentially consistent
//! memory.
//!
//! `RINGVISOR_SOAK=1` runs a hundred times as many schedules.

use std::sync::Arc;
use std::vec::Vec;

use super::witness::{Found, LAST, Witness, record};
use super::{for_both_words, tiny};
use crate::ring::{Armed, Heap, Reader, Reservation, Shard, Storage, Wake, Word};
use crate::sync::checker::rand::{Rng, thread_rng};
use crate::sync::checker::sync::{Condvar, Mutex};
use crate::sync::checker::{check_pct, check_random, thread};
use crate::sync::plain::{AtomicU64, Ordering};

const BLOCKS: usize = 4;
const WRITERS: usize = 4;
const RECORDS: usize = 20;

for_both_words! {
    random_schedules_balance => random;
    few_preemptions_balance => few_preemptions;
    nobody_sleeps_for_ever => sleepers;
}

fn random<W: Word>() {
    let tally = Arc::new(Tally::default());
    let shared = tally.clone();
    check_random(move || readers_and_writers::<W>(&shared), schedules(5000));
    tally.report("random", W::BYTES);
}

/// Bugs that need few preemptions at the right places are found sooner by priorities.
fn few_preemptions<W: Word>() {
    let tally = Arc::new(Tally::default());
    let shared = tally.clone();
    check_pct(move || readers_and_writers::<W>(&shared), schedules(5000), 5);
    tally.report("pct", W::BYTES);
}

fn sleepers<W: Word>() {
    check_random(followers_and_writers::<W>, schedules(5000));
}

fn schedules(short: usize) -> usize {
    if std::env::var_os("RINGVISOR_SOAK").is_some() { short * 100 } else { short }
}

/// What happened in all schedules.
#[derive(Debug, Default)]
struct Tally {
    lost: AtomicU64,
    delivered: AtomicU64,
    pins: AtomicU64,
    rejected: AtomicU64,
}

impl Tally {
    fn count<W: Word>(&self, shard: &Shard<'_, W>, reader: &Reader<W>) {
        self.delivered.fetch_add(reader.delivered(), Ordering::Relaxed);
        self.lost.fetch_add(reader.lost(), Ordering::Relaxed);
        self.pins.fetch_add(shard.pins(), Ordering::Relaxed);
        self.rejected.fetch_add(shard.rejected(), Ordering::Relaxed);
    }

    fn report(&self, schedules: &str, bytes: usize) {
        std::eprintln!("{schedules} (u{}): {self:?}", bytes * 8);
        for counter in [&self.lost, &self.delivered, &self.pins] {
            assert!(counter.load(Ordering::Relaxed) > 0, "the case did not occur: {self:?}");
        }
    }
}

/// A ring of two records to a block, whose counters are about to wrap around.
fn ring<W: Word>() -> Arc<Heap<W>> {
    let heap = tiny::<W>(BLOCKS, W::LINE + 3 * W::SLOT + 8, 3);
    let back = thread_rng().gen_range(0..20);
    heap.region().shard(0).start_at(W::ZERO.minus(W::from_u64(back)), W::ZERO.minus(W::ONE));
    Arc::new(heap)
}

fn readers_and_writers<W: Word>(tally: &Tally) {
    let heap = ring::<W>();
    let shard = heap.region().shard(0);
    let base = shard.written();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let heap = heap.clone();
            thread::spawn(move || write(&heap, writer, |_| {}))
        })
        .collect();
    let readers: Vec<_> = [Reader::oldest(&shard), Reader::oldest(&shard), Reader::newest(&shard)]
        .map(Witness::new)
        .into_iter()
        .map(|witness| {
            let heap = heap.clone();
            thread::spawn(move || look_often(&heap, witness))
        })
        .collect();
    let reserved: usize = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
    assert_eq!(shard.written().minus(base).as_u64(), reserved as u64);
    assert_eq!(shard.rejected(), (WRITERS * RECORDS - reserved) as u64);
    for reader in readers {
        let mut witness = reader.join().unwrap();
        witness.drain(&shard);
        witness.balance(&shard);
        tally.count(&shard, &witness.reader);
    }
    every_block_is_used(&shard);
}

/// Writes and reserves; commits what it holds late, out of order or never. Returns how many records
/// were reserved.
fn write<W: Word>(heap: &Heap<W>, writer: usize, wake: impl Fn(Wake)) -> usize {
    let shard = heap.region().shard(0);
    let mut held: Vec<Reservation<'_, W>> = Vec::new();
    let mut reserved = 0;
    for step in 0..RECORDS {
        let record = record::<W>(writer, step);
        if thread_rng().gen_range(0..4) > 0 {
            let written = shard.write(&record);
            reserved += usize::from(written.is_ok());
            written.into_iter().for_each(&wake);
        } else if let Ok(mut reservation) = shard.reserve(record.len()) {
            reservation.fill(&record);
            held.push(reservation);
            reserved += 1;
        }
        if !held.is_empty() && thread_rng().gen_range(0..3) == 0 {
            let reservation = held.swap_remove(thread_rng().gen_range(0..held.len()));
            if thread_rng().gen_range(0..3) > 0 {
                wake(reservation.commit());
            }
        }
    }
    reserved
}

fn look_often<W: Word>(heap: &Heap<W>, mut witness: Witness<W>) -> Witness<W> {
    let shard = heap.region().shard(0);
    for _ in 0..2 * RECORDS {
        if witness.read(&shard) == Found::Pending && thread_rng().gen_range(0..2) == 0 {
            witness.reader.skip();
        }
    }
    witness
}

/// A lap after all writers have finished, no block is pinned any more.
fn every_block_is_used<W: Word>(shard: &Shard<'_, W>) {
    let lap = |from: usize| {
        for step in 0..3 * BLOCKS {
            assert!(shard.write(&record::<W>(LAST, from + step)).is_ok());
        }
        shard.pins()
    };
    assert_eq!(lap(0), lap(3 * BLOCKS), "a block stays pinned though its writers have finished");
}

/// Followers wait for a record that comes last; who sleeps through it is a deadlock.
fn followers_and_writers<W: Word>() {
    let heap = ring::<W>();
    let bell = Arc::new((Mutex::new(()), Condvar::new()));
    let goal = heap.region().shard(0).written().plus(W::from_u64((2 * RECORDS) as u64));
    let followers: Vec<_> = (0..3)
        .map(|_| {
            let (heap, bell) = (heap.clone(), bell.clone());
            thread::spawn(move || follow(&heap, &bell, goal))
        })
        .collect();
    let writers: Vec<_> = (0..2)
        .map(|writer| {
            let (heap, bell) = (heap.clone(), bell.clone());
            thread::spawn(move || {
                let shard = heap.region().shard(0);
                for step in 0..RECORDS {
                    if shard.write(&record::<W>(writer, step)) == Ok(Wake::Followers) {
                        let _registered = bell.0.lock().unwrap();
                        bell.1.notify_all();
                    }
                }
            })
        })
        .collect();
    for thread in writers.into_iter().chain(followers) {
        thread.join().unwrap();
    }
}

fn follow<W: Word>(heap: &Heap<W>, (lock, bell): &(Mutex<()>, Condvar), goal: W) {
    let shard = heap.region().shard(0);
    let mut witness = Witness::new(Reader::oldest(&shard));
    while W::from_u64(witness.reader.position()) != goal {
        match witness.read(&shard) {
            Found::Something => {}
            Found::Pending => thread::yield_now(),
            Found::Nothing => {
                let registered = lock.lock().unwrap();
                if witness.reader.arm(&shard) == Armed::Yes {
                    drop(bell.wait(registered).unwrap());
                }
            }
        }
    }
}
