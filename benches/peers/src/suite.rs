//! What is called how: the whole-call benches as data.

use crate::backends::{self, Backend};
use crate::ours;

/// Backends that get the same calls, and what is reported of them.
pub struct Suite {
    pub name: &'static str,
    pub group: Group,
    pub facade: Facade,
    /// Lists of backends; ours are in the first one.
    pub backends: &'static [&'static [Backend]],
    pub benches: &'static [Bench],
}

/// What `--only` picks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Group {
    Ring,
    Log,
    Tracing,
    Supervise,
    File,
    Control,
}

impl Group {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ring" => Some(Self::Ring),
            "log" => Some(Self::Log),
            "tracing" => Some(Self::Tracing),
            "supervise" => Some(Self::Supervise),
            "file" => Some(Self::File),
            "control" => Some(Self::Control),
            _ => None,
        }
    }
}

#[derive(Clone, Copy)]
pub enum Facade {
    Log,
    Tracing,
}

/// One name in the table.
pub struct Bench {
    pub name: &'static str,
    pub case: Case,
    pub figure: Figure,
    /// Compares our own figure with the one of this case too.
    pub beside: Option<Case>,
}

impl Bench {
    const fn new(name: &'static str, mode: Mode, threads: usize, figure: Figure) -> Self {
        Self { name, case: Case { mode, threads }, figure, beside: None }
    }

    const fn beside_one_thread(mut self) -> Self {
        self.beside = Some(Case { mode: self.case.mode, threads: 1 });
        self
    }
}

/// What one child process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    pub mode: Mode,
    pub threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Bursts of 20 calls, each timed, then 100 us of sleep: a service that logs now and then.
    Paced,
    /// Back to back, each timed.
    Timed,
    /// Back to back, timed as a whole.
    Flat,
    /// The same until every line is in a file.
    Drained,
    /// The same with so many calls that whatever grows with them is seen.
    Burst,
}

impl Mode {
    pub const ALL: [Self; 5] = [Self::Paced, Self::Timed, Self::Flat, Self::Drained, Self::Burst];

    pub fn name(self) -> &'static str {
        match self {
            Self::Paced => "paced",
            Self::Timed => "timed",
            Self::Flat => "flat",
            Self::Drained => "drained",
            Self::Burst => "burst",
        }
    }
}

/// Which of a case's figures a bench reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    P50,
    P999,
    Mean,
    /// Median of the first call of each burst.
    First,
    /// Processor time of the whole process for a call.
    Cpu,
    /// By how many bytes the most memory that was in use has grown.
    Memory,
}

impl Figure {
    pub fn unit(self) -> &'static str {
        if self == Self::Memory { "B" } else { "ns" }
    }
}

use Figure::{Cpu, First, Mean, Memory, P50, P999};
use Mode::{Burst, Drained, Flat, Paced, Timed};

pub const SUITES: &[Suite] = &[
    Suite {
        name: "log.call",
        group: Group::Log,
        facade: Facade::Log,
        backends: &[ours::LOG, backends::LOG_REFERENCES, backends::LOG],
        benches: &[
            Bench::new("log.call.paced.1t.p50", Paced, 1, P50),
            Bench::new("log.call.paced.1t.p999", Paced, 1, P999),
            Bench::new("log.call.paced.1t.first", Paced, 1, First),
            Bench::new("log.call.paced.2t.p50", Paced, 2, P50),
            Bench::new("log.call.paced.2t.p999", Paced, 2, P999),
            Bench::new("log.call.timed.1t.p50", Timed, 1, P50),
            Bench::new("log.call.timed.1t.p999", Timed, 1, P999),
            Bench::new("log.call.timed.2t.p50", Timed, 2, P50),
            Bench::new("log.call.timed.2t.p999", Timed, 2, P999),
            Bench::new("log.call.flat.1t.mean", Flat, 1, Mean),
            Bench::new("log.call.flat.2t.mean", Flat, 2, Mean),
        ],
    },
    Suite {
        name: "log.off.max",
        group: Group::Log,
        facade: Facade::Log,
        backends: &[ours::LOG_OFF_MAX, backends::off::LOG_MAX],
        benches: &[Bench::new("log.off.max", Flat, 1, Mean)],
    },
    Suite {
        name: "log.off.target",
        group: Group::Log,
        facade: Facade::Log,
        backends: &[ours::LOG_OFF_TARGET, backends::off::LOG_TARGET],
        benches: &[
            Bench::new("log.off.target", Flat, 1, Mean),
            Bench::new("log.off.target.2t", Flat, 2, Mean).beside_one_thread(),
        ],
    },
    Suite {
        name: "tracing.typed",
        group: Group::Tracing,
        facade: Facade::Tracing,
        backends: &[ours::TRACING, backends::TRACING_REFERENCES, backends::TRACING],
        benches: &[Bench::new("tracing.typed.flat.1t.mean", Flat, 1, Mean)],
    },
    Suite {
        name: "tracing.off.target",
        group: Group::Tracing,
        facade: Facade::Tracing,
        backends: &[ours::TRACING_OFF_TARGET, backends::off::TRACING_TARGET],
        benches: &[
            Bench::new("tracing.off.target", Flat, 1, Mean),
            Bench::new("tracing.off.target.2t", Flat, 2, Mean).beside_one_thread(),
        ],
    },
    Suite {
        name: "file",
        group: Group::File,
        facade: Facade::Log,
        backends: &[ours::FILE, backends::FILE],
        benches: &[
            Bench::new("file.e2e.1t", Drained, 1, Mean),
            Bench::new("file.e2e.2t", Drained, 2, Mean),
            Bench::new("file.cpu", Drained, 1, Cpu),
        ],
    },
    Suite {
        name: "file.caller",
        group: Group::File,
        facade: Facade::Log,
        backends: &[ours::FILE, ours::NO_SINK],
        benches: &[
            Bench::new("file.caller_p50", Paced, 1, P50),
            Bench::new("file.memory", Burst, 1, Memory),
        ],
    },
];

impl Suite {
    pub fn named(name: &str) -> Option<&'static Self> {
        SUITES.iter().find(|suite| suite.name == name)
    }

    pub fn backend(&self, name: &str) -> Option<&'static Backend> {
        self.backends.iter().copied().flatten().find(|backend| backend.name == name)
    }

    /// Every case that some bench needs, once.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for case in self.benches.iter().map(|bench| bench.case) {
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
        cases
    }

    /// Whether its events are refused: such calls are so short that a run needs many more.
    pub fn is_off(&self) -> bool {
        self.name.contains(".off.")
    }
}
