//! The supervisor, told to do what the peers do.

use std::fmt::Write;
use std::hint::black_box;

use ringvisor::supervise::{PAGE, Select, Supervisor};

use crate::supervise::floor::{FOUND, KNOWN, PART, STOPPED, asked, name};
use crate::supervise::measure::{self, BATCH, Parker, Starter, milliseconds, one_thread, trivial};
use crate::supervise::memory::{self, parked};
use crate::supervise::{Effort, Measure};

pub const SPAWN_JOIN_CT: Option<Measure> = Some(measure::join_one_thread::<Supervised>);
pub const SPAWN_JOIN_MT2: Option<Measure> = Some(measure::join_two_workers::<Supervised>);
pub const BYTES: Option<Measure> = Some(memory::live_bytes::<Supervised>);
pub const MILLION_RSS: Option<Measure> = Some(memory::million::<Supervised>);
pub const POLL: Option<Measure> = Some(poll);
pub const STATUS_ONE: Option<Measure> = Some(status_one);
pub const STATUS_GLOB: Option<Measure> = Some(status_glob);
pub const STOP: Option<Measure> = Some(stop);

/// `Supervisor::spawn`, each task under a name of its own.
struct Supervised {
    supervisor: Supervisor,
    name: String,
}

impl Supervised {
    fn name(&mut self, number: usize) -> &str {
        self.name.clear();
        write!(self.name, "task-{number}").expect("a string takes everything");
        &self.name
    }
}

impl Starter for Supervised {
    fn new() -> Self {
        Self { supervisor: Supervisor::new(), name: String::new() }
    }

    async fn join_batch(&mut self, first: usize) {
        let mut tasks = Vec::with_capacity(BATCH);
        for number in first..first + BATCH {
            self.name(number);
            tasks.push(self.supervisor.spawn(&self.name, trivial(number)).expect("it starts"));
        }
        for task in tasks {
            black_box(task.await.expect("it completes"));
        }
    }
}

impl Parker for Supervised {
    async fn park(&mut self, number: usize) {
        self.name(number);
        drop(self.supervisor.spawn(&self.name, parked()).expect("it starts"));
    }
}

fn poll(effort: Effort) -> f64 {
    let supervisor = Supervisor::new();
    measure::polls(effort, |round, future| {
        let task = supervisor.spawn(&name(round), future).expect("it starts");
        async { task.await.expect("it completes") }
    })
}

/// Calls `f` with a supervisor of `KNOWN` tasks that are parked.
fn among_many<R>(f: impl FnOnce(&Supervisor) -> R) -> R {
    one_thread().block_on(async {
        let supervisor = Supervisor::new();
        for number in 0..KNOWN {
            drop(supervisor.spawn(&name(number), parked()).expect("it starts"));
        }
        f(&supervisor)
    })
}

fn status_one(effort: Effort) -> f64 {
    among_many(|supervisor| {
        let mut wanted = String::new();
        measure::calls(effort, |at| {
            wanted.clear();
            write!(wanted, "net/worker-{}", asked(at)).expect("a string takes everything");
            black_box(supervisor.snapshot(&wanted).expect("it is there"));
        })
    })
}

fn status_glob(_: Effort) -> f64 {
    among_many(|supervisor| {
        let select = Select::Glob(format!("*{PART}*"));
        milliseconds(|| {
            assert_eq!(list(supervisor, &select), FOUND);
        })
    })
}

/// Lists page by page; how many there were.
fn list(supervisor: &Supervisor, select: &Select) -> usize {
    let (mut listed, mut after) = (0, None::<String>);
    loop {
        let page = supervisor.page(select.clone(), after.as_deref(), PAGE).expect("many");
        listed += page.len();
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.name.to_string()),
            _ => return listed,
        }
    }
}

/// Milliseconds to stop tasks that watch for the word.
fn stop(_: Effort) -> f64 {
    one_thread().block_on(async {
        let supervisor = Supervisor::new();
        for number in 0..STOPPED {
            let task = supervisor.task(&name(number), |cx| async move { cx.stopping().await });
            drop(task.start().expect("it starts"));
        }
        tokio::task::yield_now().await;
        let before = measure::cpu_time();
        let stopped = supervisor.stop(Select::All).expect("they are there").await;
        assert_eq!(stopped.len(), STOPPED);
        (measure::cpu_time() - before).as_secs_f64() * 1e3
    })
}
