//! The process that measures one case of one backend, and its line on stdout.

use std::fs;
use std::process;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::backends::Guard;
use crate::clock::CallClock;
use crate::job::{Figures, Job};
use crate::suite::{Facade, Figure, Mode, Suite};

const BURST: u64 = 20;
const PAUSE: Duration = Duration::from_micros(100);
/// Calls between two looks at whether another thread is through, where there are no bursts.
const STRETCH: u64 = 64;
const WARM_UP: u64 = 2_000;
/// Time for the backend's threads to work off the warm-up.
const SETTLE: Duration = Duration::from_millis(30);
/// Part of a run that all threads must have spent together, and how often that is tried.
const MIN_OVERLAP: f64 = 0.9;
const TRIES: usize = 5;
/// A child that has not ended by then ends itself: a backend may hang, the bench may not.
const DEADLINE: Duration = Duration::from_secs(120);

/// Measures, prints, and ends the process without waiting for what the backend still has queued.
pub fn run(job: &Job) -> ! {
    thread::spawn(|| {
        thread::sleep(DEADLINE);
        process::exit(124);
    });
    let suite = Suite::named(&job.suite).expect("the driver names a suite");
    let backend = suite.backend(&job.backend).expect("the driver names a backend");
    let guard = (backend.install)(&job.dir);
    // One function per facade, so that every call is inlined where it is timed.
    let figures = match suite.facade {
        Facade::Log if job.case.mode == Mode::Drained => {
            drained(job, guard, crate::workload::log_call)
        }
        Facade::Log if job.case.mode == Mode::Burst => burst(job, guard, crate::workload::log_call),
        Facade::Log => measure(job, crate::workload::log_call),
        Facade::Tracing => measure(job, crate::workload::tracing_call),
    };
    println!("{}", figures.to_line());
    process::exit(0)
}

/// Measures from the first call until every line is in a file.
fn drained(job: &Job, guard: Guard, call: impl Fn(u64) + Copy + Send) -> Figures {
    let clock = CallClock::calibrate();
    warm_up(job.case.mode, call);
    let (before, start) = (cpu_time(), Instant::now());
    let runs = produce(job, &clock, call);
    log::logger().flush();
    drop(guard);
    let (wall, cpu) = (start.elapsed(), cpu_time() - before);
    let calls: u64 = runs.iter().map(|run| run.calls).sum();
    let lines = lines(job);
    assert_eq!(lines, calls + WARM_UP, "{} lost lines", job.backend);
    let each = |time: Duration| time.as_nanos() as f64 / calls as f64;
    Figures::new(vec![(Figure::Mean, each(wall)), (Figure::Cpu, each(cpu))])
}

/// Measures what more memory a burst of calls takes than the ring that was made before.
fn burst(job: &Job, guard: Guard, call: impl Fn(u64) + Copy + Send) -> Figures {
    let clock = CallClock::calibrate();
    warm_up(job.case.mode, call);
    let before = memory_peak();
    produce(job, &clock, call);
    log::logger().flush();
    drop(guard);
    Figures::new(vec![(Figure::Memory, (memory_peak() - before) as f64)])
}

/// Lines of all files.
fn lines(job: &Job) -> u64 {
    let files = fs::read_dir(&job.dir).expect("the driver made the folder").flatten();
    let count = |file: fs::DirEntry| {
        let bytes = fs::read(file.path()).expect("a file that was written can be read");
        memchr::memchr_iter(b'\n', &bytes).count() as u64
    };
    files.map(count).sum()
}

/// The most memory that this process has had in use so far, in bytes.
fn memory_peak() -> u64 {
    1024 * usage().ru_maxrss as u64
}

fn usage() -> libc::rusage {
    // SAFETY: zeros are a valid value, and the call fills it in.
    unsafe {
        let mut usage: libc::rusage = core::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    }
}

/// Processor time of this process so far.
fn cpu_time() -> Duration {
    let usage = usage();
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

fn measure(job: &Job, call: impl Fn(u64) + Copy + Send) -> Figures {
    let clock = CallClock::calibrate();
    warm_up(job.case.mode, call);
    let mut runs = produce(job, &clock, call);
    for _ in 1..TRIES {
        if overlap(&runs) >= MIN_OVERLAP {
            break;
        }
        runs = produce(job, &clock, call);
    }
    match job.case.mode {
        Mode::Flat | Mode::Drained | Mode::Burst => mean(&runs),
        Mode::Paced => percentiles(&clock, &runs, Some(BURST)),
        Mode::Timed => percentiles(&clock, &runs, None),
    }
}

fn produce(job: &Job, clock: &CallClock, call: impl Fn(u64) + Copy + Send) -> Vec<Run> {
    let threads = job.case.threads as u64;
    let (start, done) = (&Barrier::new(job.case.threads), &AtomicBool::new(false));
    let share = job.calls / threads;
    thread::scope(|scope| {
        let producer = |t| Producer { call, first: WARM_UP + t * share, share, start, done, clock };
        let producers: Vec<_> = (0..threads)
            .map(producer)
            .map(|producer| scope.spawn(move || producer.run(job.case.mode)))
            .collect();
        producers.into_iter().map(|p| p.join().expect("no backend panics")).collect()
    })
}

/// Part of the longest run that all threads spent together.
fn overlap(runs: &[Run]) -> f64 {
    let start = runs.iter().map(|run| run.start).max();
    let end = runs.iter().map(|run| run.start + run.spent).min();
    let longest = runs.iter().map(|run| run.spent).max();
    let Some(((start, end), longest)) = start.zip(end).zip(longest) else { return 0.0 };
    end.saturating_duration_since(start).as_secs_f64() / longest.as_secs_f64()
}

fn warm_up(mode: Mode, call: impl Fn(u64)) {
    for i in 0..WARM_UP {
        call(i);
        if mode == Mode::Paced && i % BURST == BURST - 1 {
            thread::sleep(PAUSE / 2);
        }
    }
    thread::sleep(SETTLE);
}

/// One thread that logs.
struct Producer<'a, C> {
    call: C,
    /// Number of its first call.
    first: u64,
    share: u64,
    start: &'a Barrier,
    /// Set by the first thread that is through. The others stop as well: a call made while the
    /// other thread is gone is not a call of two threads.
    done: &'a AtomicBool,
    clock: &'a CallClock,
}

/// What a producer did.
struct Run {
    /// Ticks of each call, where calls are timed.
    ticks: Vec<u32>,
    calls: u64,
    start: Instant,
    spent: Duration,
}

impl<C: Fn(u64)> Producer<'_, C> {
    fn run(&self, mode: Mode) -> Run {
        let timed = if matches!(mode, Mode::Flat | Mode::Drained | Mode::Burst) {
            0
        } else {
            self.share as usize
        };
        // Ones, not zeros: zeroed memory would be touched for the first time by a timed call.
        let mut ticks = vec![1; timed];
        self.start.wait();
        let start = Instant::now();
        let calls = match mode {
            Mode::Paced => self.stretches(BURST, |i| {
                ticks[i as usize] = self.clock.time(|| (self.call)(self.first + i));
                if i % BURST == BURST - 1 {
                    thread::sleep(PAUSE);
                }
            }),
            Mode::Timed => self.stretches(STRETCH, |i| {
                ticks[i as usize] = self.clock.time(|| (self.call)(self.first + i));
            }),
            Mode::Flat | Mode::Drained | Mode::Burst => {
                self.stretches(STRETCH, |i| (self.call)(self.first + i))
            }
        };
        let spent = start.elapsed();
        ticks.truncate(calls as usize);
        Run { ticks, calls, start, spent }
    }

    /// Calls `one` for 0, 1, … in stretches of `len`; returns how many calls it made.
    #[inline(always)]
    fn stretches(&self, len: u64, mut one: impl FnMut(u64)) -> u64 {
        let mut made = 0;
        // Relaxed: a late look costs one more stretch and publishes nothing. Even who starts last
        // makes one stretch, so that every thread has something to report.
        while made + len <= self.share && (made == 0 || !self.done.load(Ordering::Relaxed)) {
            for i in made..made + len {
                one(i);
            }
            made += len;
        }
        self.done.store(true, Ordering::Relaxed);
        made
    }
}

/// Mean over the threads of what one call took each of them.
fn mean(runs: &[Run]) -> Figures {
    let each = runs.iter().map(|run| run.spent.as_nanos() as f64 / run.calls as f64);
    Figures::new(vec![(Figure::Mean, each.sum::<f64>() / runs.len() as f64)])
}

fn percentiles(clock: &CallClock, runs: &[Run], burst: Option<u64>) -> Figures {
    let sorted = |mut ticks: Vec<u32>| {
        ticks.sort_unstable();
        ticks
    };
    let all = sorted(runs.iter().flat_map(|run| run.ticks.iter().copied()).collect());
    let mut figures = vec![
        (Figure::P50, clock.quantile_ns(&all, 0.5)),
        (Figure::P999, clock.quantile_ns(&all, 0.999)),
    ];
    if let Some(burst) = burst {
        let firsts = runs.iter().flat_map(|run| run.ticks.iter().copied().step_by(burst as usize));
        figures.push((Figure::First, clock.quantile_ns(&sorted(firsts.collect()), 0.5)));
    }
    Figures::new(figures.into_iter().filter_map(|(figure, ns)| Some((figure, ns?))).collect())
}
