//! A program that is asked while it works: how soon it answers, and what that costs it.
//!
//! Asked by the command itself, in processes of its own: this program started as `peers ctl …`, which
//! is `rvctl`. Wall time, since that is what whoever asks waits for.

pub mod floor;
pub mod process;

use std::io;

use crate::ours;
use crate::report::Line;
use crate::supervise::{self, Bench};

/// Every group is measured in a process per figure; see [`supervise`].
pub const BENCHES: &[Bench] = &[
    Bench {
        name: "control.wedged_status",
        unit: "ms",
        ours: ours::control::WEDGED_STATUS,
        peers: &[("process", floor::process)],
    },
    Bench {
        name: "control.follow_latency.p50",
        unit: "ms",
        ours: ours::control::FOLLOW_P50,
        peers: &[("tail -F", floor::tail_p50)],
    },
    Bench {
        name: "control.follow_latency.p99",
        unit: "ms",
        ours: ours::control::FOLLOW_P99,
        peers: &[("tail -F", floor::tail_p99)],
    },
    Bench {
        name: "control.list_100k",
        unit: "ms",
        ours: ours::control::LIST,
        peers: &[("socket", floor::page)],
    },
    Bench {
        name: "control.writers_p99_with_50_followers",
        unit: "ns",
        ours: ours::control::FOLLOWED_P99,
        peers: ours::control::UNFOLLOWED_P99,
    },
];

/// Measures the whole group.
pub fn run(quick: bool) -> io::Result<Vec<Line>> {
    supervise::measure(BENCHES, if quick { 3 } else { 11 }, quick)
}
