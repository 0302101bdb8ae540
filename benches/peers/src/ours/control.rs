//! The control socket and the command that asks it.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use ringvisor::control::api::Task;
use ringvisor::control::{Client, Operator, Place, Running, Server, View};
use ringvisor::record::Level;
use ringvisor::stream::RingStream;
use ringvisor::supervise::Supervisor;
use tokio::runtime::{Builder, Runtime};

use crate::clock::CallClock;
use crate::control::floor::wall_ms;
use crate::control::process::{Ending, Scratch, itself, latency};
use crate::supervise::memory::{parked, resident_bytes};
use crate::supervise::{Effort, Measure};

pub const WEDGED_STATUS: Option<Measure> = Some(wedged_status);
pub const FOLLOW_P50: Option<Measure> = Some(follow_p50);
pub const FOLLOW_P99: Option<Measure> = Some(follow_p99);
pub const LIST: Option<Measure> = Some(list);
pub const FOLLOWED_P99: Option<Measure> = Some(followed_p99);
pub const UNFOLLOWED_P99: &[(&str, Measure)] = &[("no-followers", unfollowed_p99)];

/// Where a program is told which socket to ask.
const VARIABLE: &str = "RINGVISOR_SOCKET";
/// How long anything may take that has to come about.
const LIMIT: Duration = Duration::from_secs(60);

/// `peers ctl …`: the command as a program brings it along.
pub fn ctl() -> ExitCode {
    ringvisor::builder("peers").ctl().into()
}

/// A program that can be asked.
struct Program {
    scratch: Scratch,
    stream: RingStream,
    supervisor: Supervisor,
    runtime: Runtime,
    running: Running,
}

impl Program {
    fn start() -> Self {
        let scratch = Scratch::new();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let stream = RingStream::with_bytes(8 << 20).expect("a usable ring");
        let supervisor = Supervisor::on(runtime.handle().clone());
        let view = View::new("peers", stream.clone(), supervisor.clone());
        let place = Place::at(scratch.file("socket"));
        let running = Server::new(Operator::new(view)).listen(&place).start();
        let running = running.expect("a socket of its own");
        Self { scratch, stream, supervisor, runtime, running }
    }

    fn ctl(&self, args: &str) -> Command {
        let mut command = itself(&format!("ctl {args}"));
        command.env(VARIABLE, self.running.path().expect("it listens there"));
        command
    }
}

fn say(stream: &RingStream, text: std::fmt::Arguments<'_>) {
    stream.writer_at(Level::Info, "peers").write_fmt(text).expect("a writer never fails");
}

/// Milliseconds from a user's return key to the answer, while nothing in the program gets on.
fn wedged_status(_: Effort) -> f64 {
    let program = Program::start();
    let _entered = program.runtime.enter();
    let hogs = ["hog-1", "hog-2"];
    let (is_in, is_over) =
        (Arc::new(Barrier::new(hogs.len() + 1)), Arc::new(AtomicBool::new(false)));
    for name in hogs {
        let (is_in, is_over) = (Arc::clone(&is_in), Arc::clone(&is_over));
        let hog = async move {
            is_in.wait();
            while !is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
        };
        drop(program.supervisor.spawn(name, hog).expect("it starts"));
    }
    is_in.wait();
    let took = wall_ms(|| {
        let answer = program.ctl("status").output().expect("it starts").stdout;
        let answer = String::from_utf8_lossy(&answer);
        assert!(hogs.iter().all(|hog| answer.contains(hog)), "{answer}");
    });
    is_over.store(true, Ordering::Relaxed);
    took
}

fn follow(effort: Effort, q: f64) -> f64 {
    let program = Program::start();
    say(&program.stream, format_args!("begin"));
    let command = program.ctl("logs -f -n 1 -o cat");
    latency(effort, q, command, |line| say(&program.stream, format_args!("{line}")))
}

fn follow_p50(effort: Effort) -> f64 {
    follow(effort, 0.5)
}

fn follow_p99(effort: Effort) -> f64 {
    follow(effort, 0.99)
}

/// Milliseconds to the first page of 100,000 tasks.
fn list(_: Effort) -> f64 {
    let program = Program::start();
    let _entered = program.runtime.enter();
    for number in 0..100_000 {
        drop(program.supervisor.spawn(&format!("worker-{number}"), parked()).expect("it starts"));
    }
    let client = Client::unix(program.running.path().expect("it listens there"));
    wall_ms(|| {
        let page = client.get::<Vec<Task>>("/v1/tasks").expect("it answers");
        assert!(page.next.is_some() && page.data.len() >= 100);
    })
}

/// Writers as of a busy service: two threads, bursts of calls, each timed.
fn writers_p99(stream: &RingStream, bursts: usize) -> f64 {
    let clock = CallClock::calibrate();
    let write = || {
        let mut ticks = Vec::with_capacity(bursts * BURST);
        for number in 0..bursts {
            for _ in 0..BURST {
                ticks.push(clock.time(|| say(stream, format_args!("number {number:05}"))));
            }
            thread::sleep(Duration::from_millis(1));
        }
        ticks
    };
    let mut ticks = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(write)).collect();
        writers.into_iter().flat_map(|writer| writer.join().expect("it ends")).collect::<Vec<_>>()
    });
    ticks.sort_unstable();
    clock.quantile_ns(&ticks, 0.99).expect("there are some")
}

const WRITERS: usize = 2;
const BURST: usize = 20;
const FOLLOWERS: usize = 50;

fn bursts(effort: Effort) -> usize {
    if effort.quick { 200 } else { 500 }
}

fn unfollowed_p99(effort: Effort) -> f64 {
    writers_p99(&Program::start().stream, bursts(effort))
}

/// The same while so many follow, one of whom is stopped. The others print every line, and the
/// program's memory stays what it was, or there is no figure.
fn followed_p99(effort: Effort) -> f64 {
    let program = Program::start();
    say(&program.stream, format_args!("begin"));
    let length = |lines: usize| "begin\n".len() + lines * "number 00000\n".len();
    let followers: Vec<_> =
        (0..FOLLOWERS).map(|number| Follower::start(&program, number)).collect();
    followers.iter().for_each(|follower| follower.wait_for(length(0)));
    let (stopped, others) = followers.split_first().expect("there are some");
    stopped.stop();
    let before = resident_bytes();
    let p99 = writers_p99(&program.stream, bursts(effort));
    others.iter().for_each(|follower| follower.wait_for(length(bursts(effort) * BURST * WRITERS)));
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 32 << 20, "{grown} bytes more");
    p99
}

/// `peers ctl logs -f`, into a file.
struct Follower {
    child: Ending,
    printed: std::path::PathBuf,
}

impl Follower {
    fn start(program: &Program, number: usize) -> Self {
        let printed = program.scratch.file(&number.to_string());
        let file = File::create(&printed).expect("a file of its own");
        let child = program.ctl("logs -f -n 1 -o cat").stdout(file).stderr(Stdio::null()).spawn();
        Self { child: Ending(child.expect("it starts")), printed }
    }

    /// Waits until so many bytes are printed.
    fn wait_for(&self, bytes: usize) {
        let deadline = Instant::now() + LIMIT;
        let length = || fs::metadata(&self.printed).expect("it is there").len();
        while length() < bytes as u64 {
            assert!(Instant::now() < deadline, "{} of {bytes} bytes", length());
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(length(), bytes as u64, "more than was written");
    }

    fn stop(&self) {
        let process = self.child.0.id().try_into().expect("a process's number");
        // SAFETY: this stops a child of ours that nobody has waited for, so the number is its own.
        unsafe { libc::kill(process, libc::SIGSTOP) };
    }
}
