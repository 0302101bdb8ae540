//! What supervised tasks cost beside bare ones, and beside those of other supervisors.
//!
//! One process per run: what is measured is the CPU time or the memory of a whole process, with
//! every thread that a supervisor keeps. Rounds go through the contenders, so that drift meets all
//! alike.

pub mod floor;
pub mod measure;
pub mod memory;
mod peers;
pub mod trace;

use std::env;
use std::io;
use std::process::{Command, ExitCode, Stdio};

use crate::control;
use crate::driver::QUIET;
use crate::machine::Others;
use crate::ours::{self, NAME};
use crate::report::Line;
use crate::stats::Summary;

/// Makes one measurement in a process of its own; the effort is how much of it.
pub type Measure = fn(Effort) -> f64;

/// How much is done for one figure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub quick: bool,
}

/// A figure, and who is measured.
pub struct Bench {
    pub name: &'static str,
    pub unit: &'static str,
    pub ours: Option<Measure>,
    pub peers: &'static [(&'static str, Measure)],
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "spawn.join.ct",
        unit: "ns",
        ours: ours::supervise::SPAWN_JOIN_CT,
        peers: &[
            ("tokio-spawn", measure::join_one_thread::<floor::Spawned>),
            ("task-supervisor", measure::join_one_thread::<peers::TaskSupervisor>),
            ("ractor", measure::join_one_thread::<peers::Ractor>),
            ("kameo", measure::join_one_thread::<peers::Kameo>),
            ("taskvisor", measure::join_one_thread::<peers::Taskvisor>),
        ],
    },
    Bench {
        name: "spawn.join.mt2",
        unit: "ns",
        ours: ours::supervise::SPAWN_JOIN_MT2,
        peers: &[
            ("tokio-spawn", measure::join_two_workers::<floor::Spawned>),
            ("task-supervisor", measure::join_two_workers::<peers::TaskSupervisor>),
            ("ractor", measure::join_two_workers::<peers::Ractor>),
            ("kameo", measure::join_two_workers::<peers::Kameo>),
            ("taskvisor", measure::join_two_workers::<peers::Taskvisor>),
        ],
    },
    Bench {
        name: "task.bytes",
        unit: "B",
        ours: ours::supervise::BYTES,
        peers: &[
            ("tokio-spawn", memory::live_bytes::<floor::Spawned>),
            ("task-supervisor", memory::live_bytes::<peers::TaskSupervisor>),
        ],
    },
    Bench {
        name: "task.million_rss",
        unit: "MB",
        ours: ours::supervise::MILLION_RSS,
        peers: &[("tokio-spawn", memory::million::<floor::Spawned>)],
    },
    Bench {
        name: "poll.cost",
        unit: "ns",
        ours: ours::supervise::POLL,
        peers: &[("tokio-spawn", floor::poll)],
    },
    Bench {
        name: "status.one",
        unit: "ns",
        ours: ours::supervise::STATUS_ONE,
        peers: &[("mutex-map", floor::look_up)],
    },
    Bench {
        name: "status.glob",
        unit: "ms",
        ours: ours::supervise::STATUS_GLOB,
        peers: &[("scan", floor::scan)],
    },
    Bench {
        name: "stop.100k",
        unit: "ms",
        ours: ours::supervise::STOP,
        peers: &[("watch", floor::stop)],
    },
    Bench {
        name: "trace.idle",
        unit: "ns",
        ours: ours::trace::IDLE,
        peers: &[("nothing", trace::nothing)],
    },
    Bench {
        name: "trace.one",
        unit: "us",
        ours: ours::trace::ONE,
        peers: &[("std-backtrace", trace::capture)],
    },
    Bench {
        name: "trace.10k",
        unit: "ms",
        ours: ours::trace::MANY_TASKS,
        peers: &[("std-backtrace", trace::capture_many)],
    },
    Bench {
        name: "trace.panic",
        unit: "us",
        ours: ours::trace::PANIC,
        peers: &[("std-hook", trace::panic)],
    },
];

/// Measures the whole group.
pub fn run(quick: bool) -> io::Result<Vec<Line>> {
    measure(BENCHES, if quick { 5 } else { 11 }, quick)
}

/// Measures these, so many times each.
pub fn measure(benches: &[Bench], rounds: usize, quick: bool) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for bench in benches {
        lines.extend(bench.measure(rounds, quick)?);
    }
    Ok(lines)
}

impl Bench {
    fn contenders(&self) -> impl Iterator<Item = (&'static str, Measure)> {
        self.ours.map(|ours| (NAME, ours)).into_iter().chain(self.peers.iter().copied())
    }

    fn measure(&self, rounds: usize, quick: bool) -> io::Result<Vec<Line>> {
        let mut samples: Vec<_> =
            self.contenders().map(|(name, _)| (name, Samples::new())).collect();
        for round in 0..rounds {
            eprintln!("{}: round {} of {rounds}", self.name, round + 1);
            for (name, samples) in &mut samples {
                let others = Others::watch();
                samples.figures.push(self.ask_child(name, quick)?);
                samples.others.push(others.cores());
            }
        }
        let ours = samples.iter().find(|(name, _)| *name == NAME).map(|(_, samples)| samples);
        let peers = samples.iter().filter(|(name, _)| *name != NAME);
        Ok(peers.filter_map(|(peer, theirs)| self.line(peer, ours, theirs)).collect())
    }

    fn line(&self, peer: &'static str, ours: Option<&Samples>, theirs: &Samples) -> Option<Line> {
        Some(Line {
            bench: self.name,
            unit: self.unit,
            peer,
            ours: ours.and_then(|ours| Summary::of(&ours.figures)),
            theirs: Summary::of(&theirs.figures)?,
            disturbed: theirs.disturbed() || ours.is_some_and(Samples::disturbed),
        })
    }

    fn ask_child(&self, contender: &str, quick: bool) -> io::Result<f64> {
        let effort = if quick { "quick" } else { "full" };
        let output = Command::new(env::current_exe()?)
            .args(["supervise", self.name, contender, effort])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let figure = stdout.lines().last().and_then(|line| line.parse().ok());
        figure.filter(|_| output.status.success()).ok_or_else(|| {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let what = format!("{} of {contender} failed: {}", self.name, output.status);
            io::Error::other(format!("{what}\n{stdout}{stderr}"))
        })
    }
}

/// One contender's figures, and how many cores others kept busy meanwhile.
struct Samples {
    figures: Vec<f64>,
    others: Vec<f64>,
}

impl Samples {
    fn new() -> Self {
        Self { figures: Vec::new(), others: Vec::new() }
    }

    fn disturbed(&self) -> bool {
        Summary::of(&self.others).is_some_and(|others| others.median > QUIET)
    }
}

/// The process that makes one measurement: `BENCH CONTENDER EFFORT`, and its figure on stdout.
pub fn child(args: &[String]) -> ExitCode {
    let [bench, contender, effort] = args else { return ExitCode::from(2) };
    let bench = BENCHES.iter().chain(control::BENCHES).find(|known| known.name == bench);
    let measure = bench.and_then(|bench| bench.contenders().find(|(name, _)| name == contender));
    let Some((_, measure)) = measure else { return ExitCode::from(2) };
    println!("{}", measure(Effort { quick: effort == "quick" }));
    // Whatever still runs is not waited for.
    std::process::exit(0)
}
