//! The main job, with nothing to configure: a small service whose tasks do real work and have every
//! kind of trouble. It hashes the files of a directory (the first argument; this crate's own
//! sources otherwise) and logs that.
//!
//! On a terminal, or with `--stay`, it runs until Ctrl-C, so that another terminal can ask it how it
//! is: `rvctl status`, or without any other command `demo ctl status`. Otherwise it ends after three
//! seconds, and shows its tasks and its log itself.

#[cfg_attr(not(all(feature = "control", unix)), path = "demo/alone.rs")]
#[cfg_attr(all(feature = "control", unix), path = "demo/attach.rs")]
mod attach;

use core::error::Error;
use core::hash::Hasher;
use core::time::Duration;
use std::fs;
use std::hash::DefaultHasher;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use ringvisor::RingStream;
use ringvisor::pattern::Pattern;
use ringvisor::record::LevelFilter;
use ringvisor::stream::Query;
use ringvisor::supervise::{Ctx, Order, Settable, Setting, SpawnError, Supervisor, When};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;

type Failure = Box<dyn Error + Send + Sync>;
type Queue = Arc<Mutex<mpsc::Receiver<Hashed>>>;

/// How long the service runs where nobody sits at a terminal.
const SHIFT: Duration = Duration::from_secs(3);
/// How long tasks may take to stop.
const GRACE: Duration = Duration::from_secs(5);
const WORKERS: usize = 3;
/// How long it takes to the next file where somebody may be watching.
const PAUSE: Duration = Duration::from_millis(20);

/// What the demo was asked for.
struct Job {
    /// What to hash.
    directory: PathBuf,
    /// Whether to do so until Ctrl-C.
    stays: bool,
}

/// What `rvctl set mailer pause=2s` changes.
#[derive(Clone, Debug)]
struct Mailer {
    to: String,
    pause: Duration,
}

impl Settable for Mailer {
    fn settings(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Setting)) {
        visit("to", &mut self.to);
        visit("pause", &mut self.pause);
    }
}

/// A file that was read.
struct Hashed {
    path: PathBuf,
    bytes: u64,
    sum: u64,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<ExitCode, Failure> {
    let builder = ringvisor::builder("demo");
    if let Some(exit) = attach::ctl(&builder) {
        return Ok(exit);
    }
    let ringvisor = builder.try_init()?;
    let supervisor = ringvisor::supervisor();
    attach::offer(&ringvisor)?;
    attach::tell(&ringvisor);
    let job = Job::from_arguments();
    let stays = job.stays;

    let (sender, queue) = mpsc::channel(64);
    start_work(supervisor, job, sender, Arc::new(Mutex::new(queue)))?;
    start_trouble(supervisor, stays)?;
    log::info!("{} tasks loaded", supervisor.snapshot("*")?.len());
    if stays {
        return Ok(supervisor.run_until_signal(GRACE).await?.exit_code());
    }

    sleep(SHIFT).await;
    println!("\n{}", ringvisor::status("*")?.lines(2));
    let closed = supervisor.shutdown(GRACE).await?;
    println!("shut down; left behind: {:?}", closed.detached);
    read_back(ringvisor.stream())?;
    Ok(ExitCode::SUCCESS)
}

impl Job {
    fn from_arguments() -> Self {
        let (flags, paths): (Vec<_>, Vec<_>) =
            std::env::args_os().skip(1).partition(|argument| argument == "--stay");
        let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let directory = paths.into_iter().next().map_or_else(default, PathBuf::from);
        Self { directory, stays: !flags.is_empty() || io::stdout().is_terminal() }
    }
}

/// One task reads and hashes, three take what it found, one reports now and then.
fn start_work(
    supervisor: &Supervisor,
    job: Job,
    sender: mpsc::Sender<Hashed>,
    queue: Queue,
) -> Result<(), SpawnError> {
    let workers = supervisor.group("workers").order(Order::AllAtOnce).start()?;
    for number in 1..=WORKERS {
        let queue = Arc::clone(&queue);
        workers
            .task(&format!("worker@{number}"), move |cx| work(cx, Arc::clone(&queue)))
            .start()?;
    }
    supervisor.blocking("ingest", move |cx| ingest(&cx, &job, &sender)).start()?;
    let mailer = Mailer { to: "ops".into(), pause: Duration::from_millis(700) };
    supervisor.task_settable("mailer", mailer, mail).restart(When::Always).start()?;
    supervisor.task("report", report).restart(When::Always).start()?;
    Ok(())
}

/// One task panics now and then, one waits for what never comes, one keeps its thread to itself: as
/// often as somebody who watches can bear, or often enough for three seconds.
fn start_trouble(supervisor: &Supervisor, stays: bool) -> Result<(), SpawnError> {
    let (read, pause) = if stays { (6_500, 15_000) } else { (200, 1_000) };
    let (read, pause) = (Duration::from_millis(read), Duration::from_millis(pause));
    let flaky = supervisor.task("flaky", move |cx| read_blocks(cx, read));
    flaky.backoff(Duration::from_millis(200), SHIFT).start()?;
    supervisor.task("lost", wait_for_nothing).start()?;
    supervisor.task("hog", move |cx| block(cx, pause)).start()?;
    // Waits for `rvctl start flood`.
    supervisor.task("flood", flood).add()?;
    Ok(())
}

fn ingest(cx: &Ctx, job: &Job, sender: &mpsc::Sender<Hashed>) -> Result<u64, Failure> {
    let (directory, mut files, mut total) = (&job.directory, Vec::new(), 0);
    collect(directory, &mut files).map_err(|error| explain(directory, error))?;
    log::info!(files = files.len(); "hashing {}", directory.display());
    loop {
        for (done, path) in (1..).zip(&files) {
            if cx.is_stopping() {
                return Ok(total);
            }
            let (bytes, sum) = hash(path)?;
            total += bytes;
            sender.blocking_send(Hashed { path: path.clone(), bytes, sum })?;
            cx.progress(done, files.len() as u64);
            if job.stays {
                std::thread::sleep(PAUSE);
            }
        }
        if !job.stays {
            return Ok(total);
        }
    }
}

/// Every file below `directory`.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn explain(directory: &Path, error: io::Error) -> String {
    format!("cannot read {}: {error}; give a directory as the argument", directory.display())
}

fn hash(path: &Path) -> io::Result<(u64, u64)> {
    let contents = fs::read(path)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&contents);
    Ok((contents.len() as u64, hasher.finish()))
}

async fn work(cx: Ctx, queue: Queue) {
    let next = async || queue.lock().await.recv().await;
    let mut files = 0;
    while let Some(Some(Hashed { path, bytes, sum })) = cx.until_stopped(next()).await {
        files += 1;
        cx.status(format!("{files} files"));
        tracing::debug!(bytes, sum, "{}", path.display());
    }
    cx.stopping().await;
}

async fn mail(cx: Ctx, Mailer { to, pause }: Mailer) {
    while cx.until_stopped(sleep(pause)).await.is_some() {
        log::debug!(to; "mail sent");
    }
}

/// Once a minute.
async fn report(cx: Ctx) {
    while cx.until_stopped(sleep(Duration::from_secs(60))).await.is_some() {
        let written = ringvisor::stream().map_or(0, |log| log.stats().written);
        log::info!(written; "all records so far");
    }
}

/// Reads a block now and then; every fourth one is broken.
async fn read_blocks(cx: Ctx, pause: Duration) {
    for block in 1.. {
        log::debug!(block, bytes = 4096; "read");
        assert!(block % 4 != 0, "checksum mismatch in block {block} of run {}", cx.run());
        if cx.until_stopped(sleep(pause)).await.is_none() {
            return;
        }
    }
}

/// Somebody holds the sender and never uses it.
async fn wait_for_nothing(cx: Ctx) {
    let (_sender, receiver) = oneshot::channel::<()>();
    cx.status("waiting for an answer");
    _ = cx.until_stopped(receiver).await;
}

/// Blocks a worker thread where it should have asked for a thread of its own.
async fn block(cx: Ctx, pause: Duration) {
    while cx.until_stopped(sleep(pause)).await.is_some() {
        std::thread::sleep(Duration::from_millis(300));
        tracing::warn!(ms = 300, "was busy");
    }
}

/// Says the same thing far too often.
async fn flood(_: Ctx) {
    for _ in 0..10_000 {
        log::warn!("disk almost full");
    }
}

fn read_back(stream: &RingStream) -> Result<(), Failure> {
    let stats = stream.stats();
    println!("\n{} records in a ring of {} KiB", stats.written, stats.bytes >> 10);

    println!("\ncat, the last 5 lines:");
    print(stream, Query::new().last(5))?;

    println!("\ngrep '*[flaky]*panicked*', what one task died of:");
    print(stream, Query::new().grep(Pattern::parse("*[flaky]*panicked*")?))?;

    println!("\neverything at WARN and above:");
    print(stream, Query::new().level(LevelFilter::Warn))
}

fn print(stream: &RingStream, query: Query) -> Result<(), Failure> {
    query.print_to(stream, &mut io::stdout().lock())?;
    Ok(())
}
