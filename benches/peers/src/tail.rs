//! The slowest calls of two contenders, each call timed by itself, in turns.

use crate::clock::CallClock;
use crate::duel::Outcome;
use crate::rings::Writer;
use crate::stats::Summary;

/// Calls of one turn, so that a turn has 20 that are slower than its p99.9.
const CALLS: usize = 20_000;

/// The p99.9 of single calls, in nanoseconds.
pub fn measure(contenders: Vec<(&'static str, Writer)>, rounds: usize) -> Vec<Outcome> {
    let clock = CallClock::calibrate();
    let mut contenders: Vec<_> =
        contenders.into_iter().map(|(name, work)| (name, work, Vec::new())).collect();
    for _ in 0..=rounds {
        for (_, work, figures) in &mut contenders {
            figures.extend(p999(work, &clock));
        }
    }
    let outcome = |(name, _, figures): (_, _, Vec<f64>)| {
        // The first turn warms up.
        let ns = Summary::of(figures.get(1..)?)?;
        Some(Outcome { name, ns, disturbed: false })
    };
    contenders.into_iter().filter_map(outcome).collect()
}

fn p999(work: &mut Writer, clock: &CallClock) -> Option<f64> {
    let mut ticks: Vec<u32> = (0..CALLS).map(|_| clock.time(|| work.run(1))).collect();
    ticks.sort_unstable();
    clock.quantile_ns(&ticks, 0.999)
}
