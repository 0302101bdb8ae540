//! Small rings under every interleaving that the memory model allows.
//!
//! A model says what each thread does; loom runs it in every order (up to a number of preemptions)
//! and with every value that a load may return. After each execution the books must balance.
//!
//! The reader is always the last thread to be started. loom first runs each thread to its end and
//! then looks for earlier points at which a later thread's step could have come; it overlooks a load
//! whose cell the writer loads once more before it exchanges it, so a reader that ran first would
//! see one order only.
//!
//! `RINGVISOR_SOAK=1` adds the models that take long, and allows one more preemption in each.

use core::time::Duration;
use std::eprintln;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::time::Instant;
use std::vec::Vec;

use super::witness::{Found, LAST, Witness, record};
use super::{for_both_words, tiny};
use crate::ring::{Heap, Reader, Reservation, ReserveError, Shard, Storage, Wake, Word};
use crate::sync::checker::{model::Builder, thread};
use crate::sync::plain::{AtomicU64, Ordering};

mod mutants;
mod wake;

/// Who does what, on how small a ring.
#[derive(Clone, Copy)]
struct Model {
    name: &'static str,
    blocks: usize,
    slots: usize,
    /// Records reserved before all others, and committed once the threads have started.
    held: usize,
    /// Records written before the threads start.
    already: usize,
    /// One writer each; a letter is a step: `w`rite, `r`eserve, `c`ommit the oldest reservation,
    /// `a`bandon it.
    writers: &'static [&'static str],
    /// Reads made while the writers run.
    reads: usize,
    /// Blocks left before the counters of blocks, laps, tags and records wrap around; none: the
    /// ring is new.
    before_wrap: Option<u64>,
    /// Most preemptions in one execution.
    preemptions: usize,
}

/// A ring on which a record takes half a block's data, so that `slots` or two of them fill it.
const SMALLEST: Model = Model {
    name: "",
    blocks: 2,
    slots: 1,
    held: 0,
    already: 0,
    writers: &[],
    reads: 0,
    before_wrap: None,
    preemptions: 2,
};

/// How often what happened, over all executions of a model.
#[derive(Debug, Default)]
struct Tally {
    executions: AtomicU64,
    lapped: AtomicU64,
    pending: AtomicU64,
    pinned: AtomicU64,
    rejected: AtomicU64,
}

impl Model {
    fn check<W: Word>(self) -> Arc<Tally> {
        let tally = Arc::new(Tally::default());
        let shared = tally.clone();
        let note = explore(self.preemptions, move || self.execute::<W>(&shared));
        eprintln!("{} (u{}): {tally:?}, {note}", self.name, W::BYTES * 8);
        tally
    }

    fn execute<W: Word>(&self, tally: &Tally) {
        let heap = Arc::new(tiny::<W>(self.blocks, W::LINE + self.slots * W::SLOT + 4, self.slots));
        let shard = heap.region().shard(0);
        if let Some(blocks) = self.before_wrap {
            shard.start_at(W::ZERO.minus(W::from_u64(blocks)), W::ZERO.minus(W::ONE));
        }
        let base = shard.written();
        let mut witness = Witness::new(Reader::oldest(&shard));
        let held: Vec<_> =
            (0..self.held).map(|step| reserve(&shard, &record::<W>(0, step)).unwrap()).collect();
        for step in 0..self.already {
            let _ = shard.write(&record::<W>(0, self.held + step));
        }
        let writers: Vec<_> = (1..)
            .zip(self.writers)
            .map(|(writer, &steps)| {
                let heap = heap.clone();
                thread::spawn(move || run(&heap, writer, steps, |_| {}))
            })
            .collect();
        let reader = {
            let (heap, reads) = (heap.clone(), self.reads);
            thread::spawn(move || {
                let shard = heap.region().shard(0);
                let pending = (0..reads).filter(|_| witness.read(&shard) == Found::Pending).count();
                let was_lapped = witness.reader.lost() > 0;
                (witness, pending > 0, was_lapped)
            })
        };
        for reservation in held {
            let _ = reservation.commit();
        }
        let mut rejected = 0;
        for writer in writers {
            rejected += writer.join().unwrap();
        }
        let (mut witness, was_pending, was_lapped) = reader.join().unwrap();
        witness.drain(&shard);
        witness.balance(&shard);
        let steps = self.writers.concat();
        let attempts = self.already + self.held + steps.matches(['w', 'r']).count();
        assert_eq!(shard.written().minus(base).as_u64() + rejected, attempts as u64);
        assert_eq!(shard.rejected(), rejected);
        count(&tally.executions, 1);
        count(&tally.lapped, was_lapped.into());
        count(&tally.pending, was_pending.into());
        count(&tally.pinned, (shard.pins() > 0).into());
        count(&tally.rejected, (rejected > 0).into());
        self.is_like_new(&shard, &mut witness);
    }

    /// Once all writers have finished, every block is used again.
    fn is_like_new<W: Word>(&self, shard: &Shard<'_, W>, witness: &mut Witness<W>) {
        let lap = self.blocks * self.slots;
        let mut pins = 0;
        for step in 0..2 * lap {
            if step == lap {
                pins = shard.pins();
            }
            let delivered = witness.reader.delivered();
            assert!(shard.write(&record::<W>(LAST, step)).is_ok());
            witness.drain(shard);
            assert_eq!(witness.reader.delivered(), delivered + 1);
        }
        assert_eq!(shard.pins(), pins, "a block stays pinned though its writers have finished");
        witness.balance(shard);
    }
}

/// Runs `model` in every order with at most so many preemptions; in a soak one more, for ten
/// minutes at most. Returns how long it took and whether that was all of it.
fn explore(preemptions: usize, model: impl Fn() + Send + Sync + 'static) -> String {
    const LIMIT: Duration = Duration::from_secs(600);
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions + usize::from(is_soak()));
    builder.max_branches = 10_000;
    builder.checkpoint_interval = 1000;
    builder.max_duration = is_soak().then_some(LIMIT);
    let started = Instant::now();
    builder.check(model);
    let took = started.elapsed();
    let extent = if is_soak() && took >= LIMIT { "not all" } else { "all" };
    format!("{extent} in {:.1} s", took.as_secs_f32())
}

fn is_soak() -> bool {
    std::env::var_os("RINGVISOR_SOAK").is_some()
}

fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

/// What one writer does; returns how many of its records were refused.
fn run<W: Word>(heap: &Heap<W>, writer: usize, steps: &str, wake: impl Fn(Wake)) -> u64 {
    let shard = heap.region().shard(0);
    let mut held: Vec<Reservation<'_, W>> = Vec::new();
    let mut rejected = 0;
    for (step, letter) in steps.bytes().enumerate() {
        let record = record::<W>(writer, step);
        match letter {
            b'w' => match shard.write(&record) {
                Ok(woken) => wake(woken),
                Err(_) => rejected += 1,
            },
            b'r' => match reserve(&shard, &record) {
                Ok(reservation) => held.push(reservation),
                Err(_) => rejected += 1,
            },
            b'c' if !held.is_empty() => wake(held.remove(0).commit()),
            b'a' if !held.is_empty() => drop(held.remove(0)),
            _ => {}
        }
    }
    rejected
}

fn reserve<'a, W: Word>(
    shard: &Shard<'a, W>,
    record: &[u8],
) -> Result<Reservation<'a, W>, ReserveError> {
    let mut reservation = shard.reserve(record.len())?;
    reservation.fill(record);
    Ok(reservation)
}

for_both_words! {
    two_writers_and_a_reader => two_writers;
    a_reader_is_lapped_while_it_copies => lapped;
    several_open_the_next_block_at_once => helpers;
    a_frozen_writer_is_passed_over => frozen;
    a_late_commit_meets_those_who_pass => late;
    a_writer_interrupts_itself => nested;
    a_reservation_is_abandoned => abandoned;
    all_blocks_are_pinned => rejected;
    models_that_take_long => more;
}

/// Two writers in one block, and a reader beside them.
fn two_writers<W: Word>() {
    let model = Model { name: "two writers", slots: 2, writers: &["w", "w"], ..SMALLEST };
    let tally = Model { reads: 2, ..model }.check::<W>();
    assert!(happened(&tally.pending));
}

/// The second record overwrites what the reader copies.
fn lapped<W: Word>() {
    let model = Model { name: "lapped", already: 1, writers: &["ww"], ..SMALLEST };
    let tally = Model { reads: 1, before_wrap: Some(2), ..model }.check::<W>();
    assert!(happened(&tally.lapped));
}

/// Two writers recycle the oldest block at once.
fn helpers<W: Word>() {
    let model = Model { name: "helpers", already: 1, writers: &["ww", "w"], ..SMALLEST };
    let tally = Model { preemptions: 1, before_wrap: Some(1), ..model }.check::<W>();
    assert!(happened(&tally.pinned));
}

fn frozen<W: Word>() {
    let model = Model { name: "frozen", held: 1, writers: &["wwww"], ..SMALLEST };
    let tally = Model { preemptions: 3, ..model }.check::<W>();
    assert!(happened(&tally.pinned));
}

fn late<W: Word>() {
    let model = Model { name: "late commit", writers: &["rc", "ww"], ..SMALLEST };
    let tally = Model { before_wrap: Some(2), ..model }.check::<W>();
    assert!(happened(&tally.pinned));
}

fn nested<W: Word>() {
    let model = Model { name: "interrupt", slots: 2, writers: &["rwc", "w"], ..SMALLEST };
    Model { preemptions: 1, reads: 1, ..model }.check::<W>();
}

fn abandoned<W: Word>() {
    let model = Model { name: "abandoned", writers: &["ra", "w"], ..SMALLEST };
    let tally = Model { reads: 1, ..model }.check::<W>();
    assert!(happened(&tally.pending));
}

fn rejected<W: Word>() {
    let model = Model { name: "all pinned", held: 2, writers: &["w"], ..SMALLEST };
    let tally = model.check::<W>();
    assert!(happened(&tally.rejected));
}

fn more<W: Word>() {
    if !is_soak() {
        return;
    }
    for model in [
        Model { name: "a writer laps a reader", writers: &["www"], reads: 2, ..SMALLEST },
        Model { name: "two lap a reader", already: 2, writers: &["w", "w"], reads: 1, ..SMALLEST },
        Model { name: "frozen, read", held: 1, writers: &["ww"], reads: 1, ..SMALLEST },
        Model { name: "two pass", held: 1, already: 1, writers: &["w", "w"], ..SMALLEST },
        Model { name: "pinned twice", writers: &["rc", "www"], preemptions: 1, ..SMALLEST },
        Model { name: "two frozen", writers: &["rc", "rc", "w"], ..SMALLEST },
        Model { name: "three helpers", already: 2, writers: &["w", "w", "w"], ..SMALLEST },
        Model { name: "four blocks", blocks: 4, writers: &["rc", "wwww"], reads: 1, ..SMALLEST },
    ] {
        model.check::<W>();
    }
}

fn happened(counter: &AtomicU64) -> bool {
    counter.load(Ordering::Relaxed) > 0
}
