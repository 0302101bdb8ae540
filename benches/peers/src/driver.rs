//! Runs whole-call suites: one child process per backend and case, in rounds, so that whatever
//! drifts meets all backends alike.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use crate::backends::{Backend, Weight};
use crate::bars::ONE_THREAD;
use crate::job::{Figures, Job};
use crate::machine::Others;
use crate::ours;
use crate::report::Line;
use crate::stats::Summary;
use crate::suite::{Bench, Case, Figure, Mode, Suite};

/// A run during which others kept more than this many cores busy is repeated.
pub const QUIET: f64 = 0.35;
/// So many quiet runs make a figure.
const ENOUGH: usize = 3;

/// How much is measured.
struct Effort {
    rounds: usize,
    heavy_rounds: usize,
    paced_calls: u64,
    timed_calls: u64,
    flat_calls: u64,
    drained_calls: u64,
    burst_calls: u64,
    /// Calls that are refused at once.
    off_calls: u64,
}

const QUICK: Effort = Effort {
    rounds: 7,
    heavy_rounds: 5,
    paced_calls: 10_000,
    timed_calls: 60_000,
    flat_calls: 150_000,
    drained_calls: 1_000_000,
    burst_calls: 2_000_000,
    off_calls: 20_000_000,
};

const FULL: Effort = Effort {
    rounds: 7,
    heavy_rounds: 7,
    paced_calls: 40_000,
    timed_calls: 300_000,
    flat_calls: 1_000_000,
    drained_calls: 1_000_000,
    burst_calls: 10_000_000,
    off_calls: 50_000_000,
};

impl Effort {
    fn calls(&self, suite: &Suite, mode: Mode) -> u64 {
        match mode {
            _ if suite.is_off() => self.off_calls,
            Mode::Paced => self.paced_calls,
            Mode::Timed => self.timed_calls,
            Mode::Flat => self.flat_calls,
            Mode::Drained => self.drained_calls,
            Mode::Burst => self.burst_calls,
        }
    }

    fn rounds(&self, backend: &Backend) -> usize {
        match backend.weight {
            Weight::Light => self.rounds,
            Weight::Heavy => self.heavy_rounds,
        }
    }
}

/// Starts children and repeats the runs that others disturbed.
pub struct Driver {
    effort: &'static Effort,
    scratch: Scratch,
    program: PathBuf,
    /// How many more runs may be repeated.
    repeats: usize,
}

/// What a child measured.
struct Run {
    figures: Figures,
    /// Cores that others kept busy meanwhile.
    others: f64,
}

/// The runs of all rounds.
type Samples = HashMap<(&'static str, Case), Vec<Run>>;

impl Driver {
    pub fn new(quick: bool) -> io::Result<Self> {
        let effort = if quick { &QUICK } else { &FULL };
        let repeats = if quick { 150 } else { 1_000 };
        let program = env::current_exe()?;
        Ok(Self { effort, scratch: Scratch::new()?, program, repeats })
    }

    /// Measures a suite: one line per bench and peer.
    pub fn run(&mut self, suite: &Suite) -> io::Result<Vec<Line>> {
        let mut samples = Samples::new();
        for round in 0..self.effort.rounds {
            eprintln!("{}: round {} of {}", suite.name, round + 1, self.effort.rounds);
            for case in suite.cases() {
                for backend in suite.backends.iter().copied().flatten() {
                    if round < self.effort.rounds(backend) {
                        let run = self.quiet_run(suite, backend, case)?;
                        samples.entry((backend.name, case)).or_default().push(run);
                    }
                }
            }
        }
        Ok(suite.benches.iter().flat_map(|bench| lines(suite, bench, &samples)).collect())
    }

    /// Runs a child until nobody else disturbs it, or keeps the least disturbed run.
    fn quiet_run(&mut self, suite: &Suite, backend: &Backend, case: Case) -> io::Result<Run> {
        let mut best = self.watched_run(suite, backend, case)?;
        while best.others > QUIET && self.repeats > 0 {
            self.repeats -= 1;
            let run = self.watched_run(suite, backend, case)?;
            if run.others < best.others {
                best = run;
            }
        }
        Ok(best)
    }

    fn watched_run(&self, suite: &Suite, backend: &Backend, case: Case) -> io::Result<Run> {
        let others = Others::watch();
        let figures = self.child(suite, backend, case)?;
        Ok(Run { figures, others: others.cores() })
    }

    fn child(&self, suite: &Suite, backend: &Backend, case: Case) -> io::Result<Figures> {
        let dir = self.scratch.empty_dir()?;
        let calls = self.effort.calls(suite, case.mode);
        let (suite, backend) = (suite.name.to_owned(), backend.name.to_owned());
        let job = Job { suite, backend, case, calls, dir };
        let output = Command::new(&self.program)
            .args(job.to_args())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let figures = stdout.lines().last().and_then(Figures::parse);
        figures.filter(|_| output.status.success()).ok_or_else(|| {
            let stderr = String::from_utf8_lossy(&output.stderr);
            io::Error::other(format!("{job:?} failed: {}\n{stdout}{stderr}", output.status))
        })
    }
}

fn lines(suite: &Suite, bench: &Bench, samples: &Samples) -> Vec<Line> {
    let sample = |name, case| Sample::of(samples.get(&(name, case))?, bench.figure);
    let ours = sample(ours::NAME, bench.case);
    let line = |peer, theirs: Sample| Line {
        bench: bench.name,
        unit: bench.figure.unit(),
        peer,
        ours: ours.map(|ours| ours.ns),
        theirs: theirs.ns,
        disturbed: theirs.disturbed || ours.is_some_and(|ours| ours.disturbed),
    };
    let peers = suite.backends.iter().copied().flatten().filter(|peer| peer.name != ours::NAME);
    let peers = peers.filter_map(|peer| Some(line(peer.name, sample(peer.name, bench.case)?)));
    let beside = bench.beside.and_then(|case| sample(ours::NAME, case));
    beside.map(|theirs| line(ONE_THREAD, theirs)).into_iter().chain(peers).collect()
}

/// One figure of one backend over all rounds.
#[derive(Clone, Copy)]
struct Sample {
    ns: Summary,
    /// Whether too few runs were quiet.
    disturbed: bool,
}

impl Sample {
    /// Of the quiet runs, if they are enough to take a median of.
    fn of(runs: &[Run], figure: Figure) -> Option<Self> {
        let quiet: Vec<&Run> = runs.iter().filter(|run| run.others <= QUIET).collect();
        let disturbed = quiet.len() < ENOUGH.min(runs.len());
        let used = if disturbed { runs.iter().collect() } else { quiet };
        let values: Vec<f64> = used.iter().filter_map(|run| run.figures.get(figure)).collect();
        Some(Self { ns: Summary::of(&values)?, disturbed })
    }
}

/// A directory for the peers' files, removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        let path = env::temp_dir().join(format!("ringvisor-bench-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Empties it: no run finds the files of another.
    fn empty_dir(&self) -> io::Result<PathBuf> {
        let dir: &Path = &self.0;
        fs::remove_dir_all(dir)?;
        fs::create_dir(dir)?;
        Ok(dir.into())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
