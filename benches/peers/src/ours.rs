//! Everything of ringvisor that is measured: the only file here that names its API.

pub mod control;
pub mod supervise;
pub mod trace;

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use ringvisor::context::{self, Current};
use ringvisor::pattern::Pattern;
use ringvisor::record::{LevelFilter, TaskId};
use ringvisor::ring::{Heap, Layout, Mapping, Read, Reader, Shard, Storage, Wake};
use ringvisor::sink::{Keep, Lanes};
use ringvisor::stream::{Config, Directives, Query, RingStream};
use tracing_subscriber::layer::SubscriberExt;

use crate::backends::{Backend, Guard, off};
use crate::duel::Work;
use crate::floor::{BATCH_BUFFER, READ_BATCH};
use crate::history::{self, History, Page};
use crate::rings::{BUFFER, RECORD, Writer, looped};
use crate::workload::Request;

pub const NAME: &str = "ringvisor";

pub const LOG: &[Backend] = &[Backend::light(NAME, log_info)];
pub const LOG_OFF_MAX: &[Backend] = &[Backend::light(NAME, log_off)];
pub const LOG_OFF_TARGET: &[Backend] = &[Backend::light(NAME, log_filtered)];
/// A file that rotates, and whoever logs waits for it.
pub const FILE: &[Backend] = &[Backend::light(NAME, to_file)];
/// The same ring without the file.
pub const NO_SINK: &[Backend] = &[Backend::light("no-sink", no_sink)];
pub const TRACING: &[Backend] = &[Backend::light(NAME, tracing_info)];
pub const TRACING_OFF_TARGET: &[Backend] = &[Backend::light(NAME, tracing_filtered)];

/// One writer per thread into so many rings of `BUFFER` bytes each.
pub fn ring_writers(threads: usize, rings: usize) -> Option<Vec<Writer>> {
    let heap = leaked(rings);
    let writer = |thread| {
        let shard = heap.region().shard(thread % rings);
        looped(move |record| {
            let _ = black_box(shard.write(record));
        })
    };
    Some((0..threads).map(writer).collect())
}

/// The ring lives as long as the process, as one in a `static` does.
fn leaked(rings: usize) -> &'static Heap<u64> {
    Box::leak(Box::new(Heap::new(rings * BUFFER, rings, 0).expect("a megabyte is a usable ring")))
}

/// The same write into a ring on a tmpfs and into one on the heap.
pub fn mapped_writers() -> Option<[Writer; 2]> {
    let file = ScratchFile::new("ring");
    let layout = Layout::new::<u64>(BUFFER, 1, 0).expect("a megabyte is a usable ring");
    let mapping =
        Mapping::<u64>::of(&file.open(), layout.bytes::<u64>()).expect("a tmpfs with room");
    let heap = Heap::mapped(Arc::new(mapping), 0, layout).expect("it was made to fit");
    let mapped = Box::leak(Box::new(heap)).region().shard(0);
    let [heap] = ring_writers(1, 1)?.try_into().ok()?;
    let mapped = looped(move |record| {
        let _ = black_box(mapped.write(record));
    });
    Some([mapped, heap])
}

/// The same log call into a black box, where records are sealed, and into a log on the heap.
pub fn boxed_loggers() -> Option<[Writer; 2]> {
    let file = ScratchFile::new("log");
    let config = || Config::new().bytes(BUFFER).shards(1);
    let builder = ringvisor::builder("peers").stream_config(config()).stderr(LevelFilter::Off);
    let boxed = builder.black_box(&file.0).build().expect("a tmpfs with room");
    let heap = config().build().expect("a usable ring");
    Some([logger(boxed.stream().clone(), boxed), logger(heap, ())])
}

/// Logs the same request again and again; keeps what the stream needs.
fn logger(stream: RingStream, kept: impl Send + 'static) -> Writer {
    let mut number = 0;
    looped(move |_| {
        let _ = &kept;
        number += 1;
        write(&stream, number);
    })
}

/// Reads a box of `history::BYTES` that a process left behind, and prints its last 100 lines.
pub fn box_reader() -> Option<[Box<dyn Work>; 2]> {
    let file = ScratchFile::new("history");
    let builder = ringvisor::builder("peers").bytes(history::BYTES).stderr(LevelFilter::Off);
    let ringvisor = builder.black_box(&file.0).build().expect("a tmpfs with room");
    (0..history::BYTES / 64).for_each(|i| write(ringvisor.stream(), i));
    drop(ringvisor);
    let path = file.0.clone();
    let read = move || drop(black_box(std::fs::read(&path)));
    let open = move || {
        let recording = ringvisor::black_box::open(&file.0).expect("a whole box");
        let mut text = String::new();
        let last = Query::new().last(100).write_to(recording.stream(), &mut text);
        assert_eq!(last, Ok(100));
    };
    Some([Box::new(Once(open)), Box::new(Once(read))])
}

/// One operation in a batch.
struct Once<F>(F);

impl<F: FnMut() + Send> Work for Once<F> {
    fn run(&mut self, _: usize) {
        (self.0)();
    }

    fn fixed_batch(&self) -> Option<usize> {
        Some(1)
    }
}

/// A file on a tmpfs, gone with this value.
struct ScratchFile(PathBuf);

impl ScratchFile {
    fn new(name: &str) -> Self {
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        Self(folder.join(format!("ringvisor-peers-{name}-{}", std::process::id())))
    }

    fn open(&self) -> File {
        let options = File::options().read(true).write(true).create_new(true).open(&self.0);
        options.expect("a file of its own")
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub fn ring_reader() -> Option<Box<dyn Work>> {
    let shard = leaked(1).region().shard(0);
    Some(Box::new(KeepingUp { shard, reader: Reader::from_start(&shard) }))
}

/// A reader that is given a batch of records and reads them all.
struct KeepingUp {
    shard: Shard<'static, u64>,
    reader: Reader<u64>,
}

impl Work for KeepingUp {
    fn prepare(&mut self) {
        for _ in 0..READ_BATCH {
            let _ = self.shard.write(&RECORD).expect("nobody pins a block");
        }
    }

    fn run(&mut self, records: usize) {
        let mut buffer = [0; BATCH_BUFFER];
        for _ in 0..records {
            let buffer = black_box(&mut buffer);
            assert!(matches!(self.reader.read(&self.shard, buffer), Read::Record(_)));
        }
    }

    fn fixed_batch(&self) -> Option<usize> {
        Some(READ_BATCH)
    }
}

/// A writer alone, and one into a ring whose follower has asked to be woken and sleeps on.
pub fn idle_follower() -> Option<[Writer; 2]> {
    let followed = leaked(1).region().shard(0);
    let [alone] = ring_writers(1, 1)?.try_into().ok()?;
    Some([alone, Box::new(Followed { shard: followed })])
}

struct Followed {
    shard: Shard<'static, u64>,
}

impl Work for Followed {
    fn prepare(&mut self) {
        let _ = Reader::newest(&self.shard).arm(&self.shard);
    }

    fn run(&mut self, operations: usize) {
        for _ in 0..operations {
            let record = black_box(&RECORD[..]);
            let wake = self.shard.write(record).expect("nobody pins a block");
            if wake == Wake::Followers {
                black_box(&self.shard);
            }
        }
    }
}

/// The same call in a task and in none.
pub fn calls_in_task() -> Option<[Writer; 2]> {
    let task = Current { id: TaskId(7), run: 1, name: "ingest@7" };
    let calling = |task| -> Writer { Box::new(Calling { stream: stream(BUFFER, "info"), task }) };
    Some([calling(Some(task)), calling(None)])
}

struct Calling {
    stream: RingStream,
    task: Option<Current<'static>>,
}

impl Work for Calling {
    fn run(&mut self, operations: usize) {
        let work = || (0..operations).for_each(|i| write(&self.stream, i));
        context::scope(self.task.as_ref(), work);
    }
}

fn stream(bytes: usize, filter: &str) -> RingStream {
    let levels = Directives::parse(filter).expect("directives");
    Config::new().bytes(bytes).levels(levels).build().expect("a usable ring")
}

fn log_info(_: &Path) -> Guard {
    install_log("info", log::LevelFilter::Info)
}

fn log_off(_: &Path) -> Guard {
    install_log("off", log::LevelFilter::Off)
}

fn log_filtered(_: &Path) -> Guard {
    install_log(off::FILTER, log::LevelFilter::Debug)
}

fn install_log(filter: &str, max: log::LevelFilter) -> Guard {
    log::set_logger(Box::leak(Box::new(stream(BUFFER, filter)))).expect("no other logger");
    log::set_max_level(max);
    Box::new(())
}

fn to_file(dir: &Path) -> Guard {
    let file =
        ringvisor::sink::File::new(dir.join("out.log")).max_bytes(32 << 20).keep(Keep::all());
    let file = file.lanes(Lanes::new().bytes(1 << 20)).lossless(PATIENCE);
    Box::new(Drained(quiet().file(file).try_init().expect("no other logger")))
}

fn no_sink(_: &Path) -> Guard {
    Box::new(quiet().try_init().expect("no other logger"))
}

fn quiet() -> ringvisor::Builder {
    ringvisor::builder(NAME).levels(LevelFilter::Info).stderr(LevelFilter::Off).control(false)
}

/// Far more than any run takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lets every line get into the file.
struct Drained(ringvisor::Ringvisor);

impl Drop for Drained {
    fn drop(&mut self) {
        assert!(self.0.flush(PATIENCE), "{:?}", self.0);
    }
}

fn tracing_info(_: &Path) -> Guard {
    install_tracing("info")
}

fn tracing_filtered(_: &Path) -> Guard {
    install_tracing(off::FILTER)
}

fn install_tracing(filter: &str) -> Guard {
    let subscriber = tracing_subscriber::registry().with(stream(BUFFER, filter).layer());
    tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
    Box::new(())
}

pub fn history() -> Option<Box<dyn History>> {
    let stream = stream(history::BYTES, "info");
    // More than fits: the ring has come round, as any ring in use has.
    (0..history::BYTES / 64).for_each(|i| write(&stream, i));
    let lines = Query::new().lines(&stream).count();
    Some(Box::new(Filled { stream, lines }))
}

fn write(stream: &RingStream, i: usize) {
    let Request { id, ip, us, code } = history::request(i);
    let mut record = log::Record::builder();
    let record = record.level(log::Level::Info).target("peers");
    let message = format_args!("request {id} from {ip} took {us} us status {code}");
    log::Log::log(stream, &record.args(message).build());
}

struct Filled {
    stream: RingStream,
    lines: usize,
}

impl History for Filled {
    fn lines(&self) -> usize {
        self.lines
    }

    fn cat(&mut self, page: &mut Page) {
        self.stream.cat(page).expect("a page takes everything");
    }

    fn grep(&mut self) -> usize {
        self.stream.grep(history::RARE, &mut String::new()).expect("a pattern and a string")
    }

    fn follow(&mut self) -> usize {
        let rare = Query::new().grep(Pattern::literal(history::RARE));
        let mut context = Context::from_waker(Waker::noop());
        let mut lines = self.stream.follow_from_oldest().matching(&rare);
        (0..).take_while(|_| lines.poll_line(&mut context).is_ready()).count()
    }
}
