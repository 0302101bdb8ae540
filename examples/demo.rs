//! The main job, with nothing to configure: threads and tokio tasks hash the files of a directory
//! (the first argument; this crate's own sources otherwise) and log it through `log` and `tracing`;
//! then the program reads its own log like `cat`, `grep` and `tail -F`.

use core::error::Error;
use core::hash::Hasher;
use std::fs;
use std::hash::DefaultHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use ringvisor::RingStream;
use ringvisor::pattern::Pattern;
use ringvisor::record::LevelFilter;
use ringvisor::stream::Query;

const THREADS: usize = 2;
const TASKS: usize = 4;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let ringvisor = ringvisor::builder("demo").stderr(LevelFilter::Warn).try_init()?;
    let stream = ringvisor.stream();
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let directory = std::env::args_os().nth(1).map_or(default, PathBuf::from);

    let mut files = Vec::new();
    collect(&directory, &mut files).map_err(|error| explain(&directory, error))?;
    log::info!(files = files.len(), threads = THREADS, tasks = TASKS; "hashing {}", directory.display());

    let follower = follow(stream.clone());
    let started = std::time::Instant::now();
    let bytes = hash_all(files)?;
    log::warn!("done: {bytes} bytes in {:?}", started.elapsed());

    let followed = follower.join().map_err(|_| "the follower panicked")?;
    read_back(stream, followed)
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

/// Half of the work on threads, through `log`; the other half on tokio tasks, through `tracing`.
fn hash_all(files: Vec<PathBuf>) -> Result<u64, Failure> {
    let queue = Mutex::new(files);
    let next = || queue.lock().map(|mut files| files.pop()).ok().flatten();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| hash_on_thread(&next))).collect();
        let mut bytes = runtime.block_on(hash_on_tasks(&next))?;
        for thread in threads {
            bytes += thread.join().map_err(|_| "a thread panicked")?;
        }
        Ok(bytes)
    })
}

fn hash_on_thread(next: &impl Fn() -> Option<PathBuf>) -> u64 {
    let mut bytes = 0;
    while let Some(path) = next() {
        match hash(&path) {
            Ok((len, sum)) => {
                bytes += len;
                log::debug!(bytes = len; "{} {sum:016x}", path.display());
            }
            Err(error) => log::error!("{}: {error}", path.display()),
        }
    }
    bytes
}

async fn hash_on_tasks(next: &impl Fn() -> Option<PathBuf>) -> Result<u64, Failure> {
    let mut tasks = tokio::task::JoinSet::new();
    let mut bytes = 0;
    loop {
        while tasks.len() < TASKS {
            let Some(path) = next() else { break };
            tasks.spawn(hash_in_task(path));
        }
        match tasks.join_next().await {
            Some(len) => bytes += len?,
            None => return Ok(bytes),
        }
    }
}

async fn hash_in_task(path: PathBuf) -> u64 {
    let name = path.display().to_string();
    let _entered = tracing::debug_span!("task").entered();
    match hash(&path) {
        Ok((bytes, sum)) => {
            tracing::debug!(bytes, sum, "{name}");
            bytes
        }
        Err(error) => {
            tracing::error!(error = &error as &(dyn Error + 'static), "{name}");
            0
        }
    }
}

fn hash(path: &Path) -> io::Result<(u64, u64)> {
    let contents = fs::read(path)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&contents);
    Ok((contents.len() as u64, hasher.finish()))
}

/// Follows the log from now on until the work is done; returns how many lines
/// came, and how many records were lost on the way.
fn follow(stream: RingStream) -> thread::JoinHandle<(usize, u64)> {
    let (ready, wait) = std::sync::mpsc::sync_channel(0);
    let follower = thread::spawn(move || {
        let mut lines = stream.follow().matching(&Query::new());
        drop(ready);
        let seen = (1..).find(|_| lines.wait_line().contains("[WARN] done: ")).unwrap_or_default();
        (seen, lines.lost())
    });
    // Ends with an error as soon as the follower is at its place.
    let _: Result<(), _> = wait.recv();
    follower
}

fn read_back(stream: &RingStream, (seen, lost): (usize, u64)) -> Result<(), Failure> {
    let stats = stream.stats();
    println!("\n{} records in a ring of {} KiB", stats.written, stats.bytes >> 10);

    println!("\ncat, the last 5 lines:");
    print(stream, Query::new().last(5))?;

    println!("\ngrep 'ring/s', on tasks and threads alike:");
    print(stream, Query::new().grep(Pattern::parse("ring/s")?))?;

    println!("\ngrep of the worst: --level warn");
    print(stream, Query::new().level(LevelFilter::Warn))?;

    println!("\nfollow saw {seen} lines while the work was done, and lost {lost} records");
    Ok(())
}

fn print(stream: &RingStream, query: Query) -> Result<(), Failure> {
    query.print_to(stream, &mut io::stdout().lock())?;
    Ok(())
}
