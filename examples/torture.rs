//! Tries to break the ring from all sides at once, for `--seconds N` (10 unless said): tiny rings,
//! more threads than processors, writers that stop between reserve and commit or give up, a signal
//! handler that writes, readers fast and slow, counters that begin just below their wrap-around.
//! Every record proves itself, and every reader's count must add up to the last record.

#[path = "torture/record.rs"]
mod record;
#[path = "torture/round.rs"]
mod round;
#[path = "torture/signal.rs"]
mod signal;

use core::time::Duration;
use std::process::ExitCode;

use ringvisor::ring::{Heap, Storage, Word};

use round::{Round, Tally};

fn main() -> ExitCode {
    let Some(seconds) = seconds() else {
        eprintln!("usage: torture [--seconds N]");
        return ExitCode::from(2);
    };
    let rounds = [round::<u32> as fn(_, _) -> _, round::<u64>];
    let rings = [
        Ring { bytes: 2 << 10, back: None, is_calm: false },
        Ring { bytes: 2 << 10, back: Some(5), is_calm: true },
        Ring { bytes: 8 << 10, back: Some(1), is_calm: false },
        Ring { bytes: 64 << 10, back: None, is_calm: true },
        Ring { bytes: 256 << 10, back: Some(9), is_calm: false },
    ];
    let share = Duration::from_secs_f64(seconds / (rounds.len() * rings.len()) as f64);
    let mut is_sound = true;
    for ring in rings {
        for round in rounds {
            is_sound &= round(ring, share);
        }
    }
    println!("torture: {}", if is_sound { "ok" } else { "FAILED" });
    if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Clone, Copy)]
struct Ring {
    bytes: usize,
    /// How many blocks before the wrap-around of laps and tags it begins.
    back: Option<u64>,
    /// Whether writers rest now and then, so that readers get most of the records.
    is_calm: bool,
}

fn seconds() -> Option<f64> {
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next(), args.next()) {
        (None, None, None) => Some(10.0),
        (Some("--seconds"), Some(number), None) => {
            number.parse().ok().filter(|seconds| (0.1..1e6).contains(seconds))
        }
        _ => None,
    }
}

/// One configuration; prints what happened and tells whether all of it was right.
fn round<W: Word>(ring: Ring, share: Duration) -> bool {
    let Ring { bytes, back, is_calm } = ring;
    let heap: &'static Heap<W> = match Heap::new(bytes, 1, 0) {
        // Leaked: a late signal may still look at it.
        Ok(heap) => Box::leak(Box::new(heap)),
        Err(error) => {
            println!("{bytes} bytes: {error}");
            return false;
        }
    };
    if let Some(back) = back {
        // The lap of a block is kept in 9 bits of a u32 and in 35 of a u64, beside at least 4 blocks.
        let blocks = heap.region().layout().blocks() as u64;
        let laps = if W::BYTES == 4 { 1 << 9 } else { 1 << 35 };
        heap.region().start_at(W::from_u64(blocks * laps - back), W::from_u64(u64::MAX - 50));
    }
    let Tally { written, delivered, lost, wrong } = Round::over(heap, is_calm).run(share);
    let shard = heap.region().shard(0);
    println!(
        "u{} {:>3} KiB{}{}: {written} written, {delivered} delivered, {lost} lost, {} pins, \
         {} rejected, {wrong} wrong",
        W::BYTES * 8,
        bytes >> 10,
        if back.is_some() { " from the wrap" } else { "" },
        if is_calm { ", calm" } else { "" },
        shard.pins(),
        shard.rejected(),
    );
    wrong == 0
}
