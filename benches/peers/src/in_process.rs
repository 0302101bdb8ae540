//! The benches of the ring itself, all inside this process.

use std::time::Duration;

use crate::bars::ONE_THREAD;
use crate::duel::{Contender, Outcome, Plan, Work, measure};
use crate::floor::{self, PlainCopy, RelaxedCopy};
use crate::history;
use crate::ours::{self, NAME};
use crate::report::Line;
use crate::rings::{self, Writer};
use crate::tail;

/// The name of our ring when all threads share one, where `NAME` has one ring per thread.
const SHARED: &str = "ringvisor-shared";

/// How often each contender takes its turn.
struct Rounds {
    /// Batches of writing or reading single records.
    records: usize,
    /// Passes over a whole history.
    passes: usize,
}

/// Measures everything about rings.
pub fn run(quick: bool) -> Vec<Line> {
    let rounds = match quick {
        true => Rounds { records: 400, passes: 11 },
        false => Rounds { records: 2_000, passes: 25 },
    };
    let one = Plan { threads: 1, rounds: rounds.records, batch: Duration::from_micros(400) };
    // Shorter, since two threads are disturbed more often than one.
    let two = Plan { threads: 2, batch: Duration::from_micros(200), ..one };
    let passes = Plan { rounds: rounds.passes, ..one };
    let mut lines = Vec::new();
    lines.extend(beside("ring.write.1t", NAME, &measure(one_writer(), &one)));
    let outcomes = measure(two_writers(), &two);
    lines.extend(beside("ring.write.2t", NAME, &outcomes));
    lines.extend(beside("ring.shared.2t", SHARED, &outcomes));
    lines.extend(beside("ring.read", NAME, &measure(readers(), &one)));
    lines.extend(beside("ring.cat", NAME, &measure(history::cat(ours::history), &passes)));
    lines.extend(beside("ring.grep", NAME, &measure(history::grep(ours::history), &passes)));
    lines.extend(beside("ring.follow", NAME, &measure(history::follow(ours::history), &passes)));
    lines.extend(beside("follow.idle", NAME, &measure(followers(), &one)));
    lines.extend(beside("ring.write.mapped", NAME, &measure(mapped(ours::mapped_writers()), &one)));
    lines.extend(beside("ring.write.mapped.p999", NAME, &slowest(rounds.passes)));
    lines.extend(beside("log.call.boxed", NAME, &measure(mapped(ours::boxed_loggers()), &one)));
    lines.extend(beside("box.last.100", NAME, &measure(boxes(), &passes)));
    lines.extend(beside("log.call.in_task", NAME, &measure(tasks(), &one)));
    lines
}

/// One line per contender that is not one of ours.
fn beside(bench: &'static str, name: &str, outcomes: &[Outcome]) -> Vec<Line> {
    let ours = outcomes.iter().find(|outcome| outcome.name == name);
    let line = |theirs: &Outcome| Line {
        bench,
        unit: "ns",
        peer: theirs.name,
        ours: ours.map(|ours| ours.ns),
        theirs: theirs.ns,
        disturbed: theirs.disturbed || ours.is_some_and(|ours| ours.disturbed),
    };
    outcomes.iter().filter(|other| ![NAME, SHARED].contains(&other.name)).map(line).collect()
}

fn one(name: &'static str, work: Option<Box<dyn Work>>) -> Option<Contender> {
    Some(Contender { name, works: vec![work?] })
}

fn one_writer() -> Vec<Contender> {
    let ours = ours::ring_writers(1, 1).map(|works| Contender { name: NAME, works });
    let floor = one("floor", Some(floor::writer()));
    ours.into_iter().chain(floor).chain(rings::peers(1)).collect()
}

fn two_writers() -> Vec<Contender> {
    let ours = |name, threads, rings| {
        ours::ring_writers(threads, rings).map(|works| Contender { name, works })
    };
    let floor = Contender { name: "floor", works: vec![floor::writer(), floor::writer()] };
    let ours = [ours(NAME, 2, 2), ours(SHARED, 2, 1), ours(ONE_THREAD, 1, 1)];
    ours.into_iter().flatten().chain([floor]).chain(rings::peers(2)).collect()
}

fn readers() -> Vec<Contender> {
    let contenders = [
        one(NAME, ours::ring_reader()),
        one("relaxed-copy", Some(Box::new(RelaxedCopy::new()))),
        one("memcpy", Some(Box::new(PlainCopy::new()))),
    ];
    contenders.into_iter().flatten().collect()
}

/// The same write into a ring that a sleeping follower waits on, and into one without.
fn followers() -> Vec<Contender> {
    let Some([alone, followed]) = ours::idle_follower() else { return Vec::new() };
    [one(NAME, Some(followed)), one("no-follower", Some(alone))].into_iter().flatten().collect()
}

const HEAP: &str = "heap";

/// Memory that outlives the process, beside memory that does not.
fn mapped(writers: Option<[Writer; 2]>) -> Vec<Contender> {
    let Some([mapped, heap]) = writers else { return Vec::new() };
    [one(NAME, Some(mapped)), one(HEAP, Some(heap))].into_iter().flatten().collect()
}

fn slowest(rounds: usize) -> Vec<Outcome> {
    let Some([mapped, heap]) = ours::mapped_writers() else { return Vec::new() };
    tail::measure(vec![(NAME, mapped), (HEAP, heap)], rounds)
}

/// Reading a box of the dead beside reading its file, which is the least it takes.
fn boxes() -> Vec<Contender> {
    let Some([open, read]) = ours::box_reader() else { return Vec::new() };
    [one(NAME, Some(open)), one("read-file", Some(read))].into_iter().flatten().collect()
}

/// The same log call inside a task and outside.
fn tasks() -> Vec<Contender> {
    let Some([inside, outside]) = ours::calls_in_task() else { return Vec::new() };
    [one(NAME, Some(inside)), one("outside", Some(outside))].into_iter().flatten().collect()
}
