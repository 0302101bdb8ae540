//! The main job, with nothing to configure: a small service whose tasks do real work and have every
//! kind of trouble. It hashes the files of a directory (the first argument; this crate's own
//! sources otherwise), logs that, and shows its tasks and its log.

use core::error::Error;
use core::hash::Hasher;
use core::time::Duration;
use std::fs;
use std::hash::DefaultHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringvisor::RingStream;
use ringvisor::pattern::Pattern;
use ringvisor::record::LevelFilter;
use ringvisor::stream::Query;
use ringvisor::supervise::{Ctx, Order, SpawnError, Supervisor, When};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;

type Failure = Box<dyn Error + Send + Sync>;
type Queue = Arc<Mutex<mpsc::Receiver<Hashed>>>;

/// How long the service runs.
const SHIFT: Duration = Duration::from_secs(3);
const WORKERS: usize = 3;

/// A file that was read.
struct Hashed {
    path: PathBuf,
    bytes: u64,
    sum: u64,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let ringvisor = ringvisor::builder("demo").stderr(LevelFilter::Warn).try_init()?;
    let supervisor = ringvisor::supervisor();
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let directory = std::env::args_os().nth(1).map_or(default, PathBuf::from);

    let (sender, queue) = mpsc::channel(64);
    start_work(supervisor, directory, sender, Arc::new(Mutex::new(queue)))?;
    start_trouble(supervisor)?;

    sleep(SHIFT).await;
    println!("\n{}", ringvisor::status("*")?.lines(2));
    let closed = supervisor.shutdown(Duration::from_secs(5)).await;
    println!("shut down; left behind: {:?}", closed.detached);
    read_back(ringvisor.stream())
}

/// One task reads and hashes, three take what it found, one reports now and then.
fn start_work(
    supervisor: &Supervisor,
    directory: PathBuf,
    sender: mpsc::Sender<Hashed>,
    queue: Queue,
) -> Result<(), SpawnError> {
    let workers = supervisor.group("workers").order(Order::AllAtOnce).start()?;
    for number in 1..=WORKERS {
        let queue = Arc::clone(&queue);
        drop(
            workers
                .task(&format!("worker@{number}"), move |cx| work(cx, Arc::clone(&queue)))
                .start()?,
        );
    }
    drop(supervisor.blocking("ingest", move |cx| ingest(&cx, &directory, &sender)).start()?);
    drop(supervisor.task("mailer", mail).restart(When::Always).start()?);
    Ok(())
}

/// One task panics now and then, one waits for what never comes, one keeps its thread to itself.
fn start_trouble(supervisor: &Supervisor) -> Result<(), SpawnError> {
    let flaky = supervisor.task("flaky", read_blocks).backoff(Duration::from_millis(200), SHIFT);
    drop(flaky.start()?);
    drop(supervisor.task("lost", wait_for_nothing).start()?);
    drop(supervisor.task("hog", block).start()?);
    Ok(())
}

fn ingest(cx: &Ctx, directory: &Path, sender: &mpsc::Sender<Hashed>) -> Result<u64, Failure> {
    let mut files = Vec::new();
    collect(directory, &mut files).map_err(|error| explain(directory, error))?;
    log::info!(files = files.len(); "hashing {}", directory.display());
    let (mut total, all) = (0, files.len() as u64);
    for (done, path) in (1..).zip(files) {
        if cx.is_stopping() {
            break;
        }
        let (bytes, sum) = hash(&path)?;
        total += bytes;
        sender.blocking_send(Hashed { path, bytes, sum })?;
        cx.progress(done, all);
    }
    Ok(total)
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

async fn mail(cx: Ctx) {
    while cx.until_stopped(sleep(Duration::from_millis(700))).await.is_some() {
        log::info!(to = "ops"; "mail sent");
    }
}

/// Reads a block now and then; every fourth one is broken.
async fn read_blocks(cx: Ctx) {
    for block in 1.. {
        log::debug!(block, bytes = 4096; "read");
        assert!(block % 4 != 0, "checksum mismatch in block {block} of run {}", cx.run());
        if cx.until_stopped(sleep(Duration::from_millis(200))).await.is_none() {
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
async fn block(cx: Ctx) {
    while cx.until_stopped(sleep(Duration::from_secs(1))).await.is_some() {
        std::thread::sleep(Duration::from_millis(300));
        tracing::warn!(ms = 300, "was busy");
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
