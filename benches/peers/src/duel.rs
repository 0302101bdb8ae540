//! Interleaved measurement inside one process. Contenders take turns in batches of less than a
//! millisecond, so that a change of clock rate or a noisy neighbour meets them all alike.
//!
//! With several threads, all of them work on the same contender at once. The first one to finish
//! its batch ends the batch of the others: no thread is ever timed while it has the contender to
//! itself.

use std::hint;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::machine;
use crate::stats::Summary;

/// Operations between two looks at whether another thread has ended the batch; fewer where they are
/// slow, so that the last chunk is a small part of the batch.
const CHUNK: usize = 64;
/// Untimed operations before the first batch. They touch every byte of a 1 MiB buffer.
const WARM_UP: usize = 20_000;
/// Part of a batch that all threads must have spent together.
const MIN_OVERLAP: f64 = 0.9;
/// A figure needs this many undisturbed batches.
const MIN_CLEAN: usize = 10;
/// How often all rounds are run to come to that many.
const MAX_SETS: usize = 5;

/// Turns of waiting for another thread, some 10 ms, after which the core is offered to it. On a busy
/// machine a thread that gave up its core sooner would be gone when the other one comes.
const PATIENCE: u32 = 1 << 19;

/// The work of one thread on one contender.
pub trait Work: Send {
    /// Puts things where `run` expects them; not timed.
    fn prepare(&mut self) {}

    fn run(&mut self, operations: usize);

    /// Operations in one batch, where the work itself dictates it.
    fn fixed_batch(&self) -> Option<usize> {
        None
    }
}

/// A name, and the work of each thread. Threads beyond the last work sit this contender out.
pub struct Contender {
    pub name: &'static str,
    pub works: Vec<Box<dyn Work>>,
}

/// How to measure.
pub struct Plan {
    pub threads: usize,
    /// Batches per contender.
    pub rounds: usize,
    /// How long a batch should take.
    pub batch: Duration,
}

/// What one contender took.
pub struct Outcome {
    pub name: &'static str,
    /// Nanoseconds per operation of one thread.
    pub ns: Summary,
    /// Whether too few batches ran undisturbed, so that the figure rests on the least bad ones.
    pub disturbed: bool,
}

/// Runs all contenders in turns, `plan.rounds` times and, if too many batches were disturbed, again.
pub fn measure(contenders: Vec<Contender>, plan: &Plan) -> Vec<Outcome> {
    let names: Vec<_> = contenders.iter().map(|contender| contender.name).collect();
    let mut turns: Vec<Vec<Turn>> = names.iter().map(|_| Vec::new()).collect();
    let mut hands = deal(contenders, plan.threads);
    for _ in 0..MAX_SETS {
        let tracks = play_set(&mut hands, plan);
        for (index, turns) in turns.iter_mut().enumerate() {
            turns.extend(Turn::zip(tracks.iter().map(|hand| &hand[index])));
        }
        if turns.iter().all(|turns| clean(turns).count() >= MIN_CLEAN) {
            break;
        }
    }
    let outcomes = names.into_iter().zip(&turns);
    outcomes.filter_map(|(name, turns)| Outcome::of(name, turns)).collect()
}

fn play_set(hands: &mut [Hand], plan: &Plan) -> Vec<Vec<Track>> {
    let meeting = &Meeting::new(plan.threads);
    thread::scope(|scope| {
        let start = |hand| scope.spawn(move || play(hand, plan, meeting));
        let workers: Vec<_> = hands.iter_mut().map(start).collect();
        workers.into_iter().map(|worker| worker.join().expect("no contender panics")).collect()
    })
}

impl Outcome {
    fn of(name: &'static str, turns: &[Turn]) -> Option<Self> {
        let mut used: Vec<&Turn> = clean(turns).collect();
        let disturbed = used.len() < MIN_CLEAN;
        if disturbed {
            used = turns.iter().collect();
            used.sort_by(|a, b| {
                a.preempted.cmp(&b.preempted).then(b.overlap.total_cmp(&a.overlap))
            });
            used.truncate(MIN_CLEAN);
        }
        let samples: Vec<f64> = used.into_iter().flat_map(|turn| turn.ns.iter().copied()).collect();
        Some(Self { name, ns: Summary::of(&samples)?, disturbed })
    }
}

/// One batch, as all threads together saw it.
struct Turn {
    /// Nanoseconds per operation of each thread.
    ns: Vec<f64>,
    /// Part of the batch that all of them spent together.
    overlap: f64,
    preempted: bool,
}

impl Turn {
    /// Puts together what the threads that took part did in each round.
    fn zip<'a>(tracks: impl Iterator<Item = &'a Track>) -> Vec<Self> {
        let tracks: Vec<&Track> = tracks.filter(|track| !track.is_empty()).collect();
        let rounds = tracks.iter().map(|track| track.len()).min().unwrap_or(0);
        (0..rounds)
            .filter_map(|round| Self::of(&tracks.iter().map(|t| &t[round]).collect::<Vec<_>>()))
            .collect()
    }

    fn of(batches: &[&Batch]) -> Option<Self> {
        let (first, last) =
            (batches.iter().map(|b| b.start).max()?, batches.iter().map(|b| b.end).min()?);
        let longest = batches.iter().map(|batch| batch.end - batch.start).max()?;
        let together = last.saturating_duration_since(first);
        Some(Self {
            ns: batches.iter().map(|batch| batch.ns_per_operation()).collect(),
            overlap: together.as_secs_f64() / longest.as_secs_f64(),
            preempted: batches.iter().any(|batch| batch.preempted),
        })
    }
}

fn clean(turns: &[Turn]) -> impl Iterator<Item = &Turn> {
    turns.iter().filter(|turn| turn.overlap >= MIN_OVERLAP && !turn.preempted)
}

/// One thread's work for each contender, in the order of the contenders.
type Hand = Vec<Option<Box<dyn Work>>>;
/// One thread's batches with one contender, in the order of rounds; empty if it sat out.
type Track = Vec<Batch>;

/// One thread's part in one batch.
struct Batch {
    start: Instant,
    end: Instant,
    operations: usize,
    preempted: bool,
}

impl Batch {
    fn ns_per_operation(&self) -> f64 {
        (self.end - self.start).as_nanos() as f64 / self.operations as f64
    }
}

fn deal(mut contenders: Vec<Contender>, threads: usize) -> Vec<Hand> {
    contenders.iter_mut().for_each(|contender| contender.works.reverse());
    (0..threads)
        .map(|_| contenders.iter_mut().map(|contender| contender.works.pop()).collect())
        .collect()
}

fn play(hand: &mut Hand, plan: &Plan, meeting: &Meeting) -> Vec<Track> {
    let mut visit = Visit::new(meeting);
    let batches: Vec<_> =
        hand.iter_mut().map(|work| visit.calibrate(work.as_deref_mut(), plan.batch)).collect();
    let mut tracks: Vec<Track> = hand.iter().map(|_| Vec::with_capacity(plan.rounds)).collect();
    for _ in 0..plan.rounds {
        for ((work, &size), track) in hand.iter_mut().zip(&batches).zip(&mut tracks) {
            track.extend(visit.batch(work.as_deref_mut(), size));
        }
    }
    tracks
}

/// Where threads meet before each batch. Both counters only grow, so neither is ever reset.
struct Meeting {
    threads: usize,
    arrivals: AtomicUsize,
    /// The latest batch that some thread has finished.
    finished: AtomicUsize,
}

impl Meeting {
    fn new(threads: usize) -> Self {
        Self { threads, arrivals: AtomicUsize::new(0), finished: AtomicUsize::new(0) }
    }
}

/// One thread's way through all meetings.
struct Visit<'a> {
    meeting: &'a Meeting,
    /// Number of the current batch, counted from 1.
    batch: usize,
}

impl<'a> Visit<'a> {
    fn new(meeting: &'a Meeting) -> Self {
        Self { meeting, batch: 0 }
    }

    /// Warms up, and finds how many operations fill `duration`.
    fn calibrate(&mut self, mut work: Option<&mut (dyn Work + '_)>, duration: Duration) -> usize {
        let fixed = work.as_ref().and_then(|work| work.fixed_batch());
        let warm_up = fixed.unwrap_or(WARM_UP);
        // The second pass counts: the first one touches pages for the first time.
        self.batch(reborrow(&mut work), warm_up);
        let Some(batch) = self.batch(work, warm_up) else { return 0 };
        let operations = duration.as_nanos() as f64 / batch.ns_per_operation();
        fixed.unwrap_or((operations as usize).max(CHUNK))
    }

    fn batch(&mut self, mut work: Option<&mut (dyn Work + '_)>, size: usize) -> Option<Batch> {
        if let Some(work) = &mut work {
            work.prepare();
        }
        self.meet();
        let work = work?;
        let whole = work.fixed_batch().is_some();
        let preemptions = machine::preemptions();
        let start = Instant::now();
        let operations = if whole { run_whole(work, size) } else { self.run_chunks(work, size) };
        let end = Instant::now();
        let preempted = machine::preemptions() != preemptions;
        Some(Batch { start, end, operations, preempted })
    }

    fn run_chunks(&self, work: &mut dyn Work, size: usize) -> usize {
        let chunk = (size / CHUNK).clamp(1, CHUNK);
        let mut done = 0;
        // Relaxed: a late look costs one more chunk and publishes nothing. Even who starts last
        // does one chunk, so that every thread has something to report.
        while done < size
            && (done == 0 || self.meeting.finished.load(Ordering::Relaxed) < self.batch)
        {
            work.run(chunk);
            done += chunk;
        }
        self.meeting.finished.fetch_max(self.batch, Ordering::Relaxed);
        done
    }

    /// Waits for the others by spinning, since a thread that slept would start late.
    fn meet(&mut self) {
        self.batch += 1;
        let expected = self.batch * self.meeting.threads;
        // AcqRel pairs with the Acquire below in the other threads: what a thread did in
        // `prepare` is seen by all before the batch starts.
        self.meeting.arrivals.fetch_add(1, Ordering::AcqRel);
        let mut spins = 0_u32;
        while self.meeting.arrivals.load(Ordering::Acquire) < expected {
            spins = spins.wrapping_add(1);
            if spins.is_multiple_of(PATIENCE) { thread::yield_now() } else { hint::spin_loop() }
        }
    }
}

fn run_whole(work: &mut dyn Work, size: usize) -> usize {
    work.run(size);
    size
}

fn reborrow<'a>(work: &'a mut Option<&mut (dyn Work + '_)>) -> Option<&'a mut (dyn Work + 'a)> {
    work.as_mut().map(|work| &mut **work as _)
}
