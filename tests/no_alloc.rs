//! Writing and reading allocate nothing, counted by the allocator itself.

#![cfg(all(feature = "std", feature = "log"))]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;
use std::io::Write as _;
use std::sync::{LazyLock, Once};

use log::{Log, Metadata, Record};
use ringvisor::record::{Level, LevelFilter};
use ringvisor::ring::{Heap, Inline, Storage};
use ringvisor::stream::{Cursor, Entry, RingStream};

/// Counts the allocations of each thread apart, so that tests do not see each other's.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all is left to the system's allocator; the counter is a constant without a destructor,
// so counting allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(memory, layout, size) }
    }
}

fn allocations(act: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    act();
    ALLOCATIONS.get() - before
}

static INLINE: RingStream<Inline<16, 512, 4096>> = RingStream::new();
/// Without a string table names stand in each record.
static BARE: RingStream<Inline<8, 512>> = RingStream::new();
static HEAP: LazyLock<RingStream> = LazyLock::new(|| RingStream::with_bytes(1 << 18).unwrap());

/// Installs a logger that writes each record to all three streams.
fn install() {
    struct All;
    impl Log for All {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            HEAP.enabled(metadata)
        }
        fn log(&self, record: &Record<'_>) {
            INLINE.log(record);
            BARE.log(record);
            HEAP.log(record);
        }
        fn flush(&self) {}
    }
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        HEAP.set_levels("trace,quiet=error".parse().unwrap());
        log::set_logger(&All).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

fn log_in_every_way(i: u64) {
    log::info!("a literal");
    log::info!("request {i} from {} took {:?}", "10.0.0.1", Some(1.5));
    log::warn!(user = i, name = "x", ratio = 0.5, ok = true; "with key-values {i}");
    log::error!(error:err = std::io::Error::from(std::io::ErrorKind::NotFound), list:? = [i]; "it");
    log::debug!(target: "elsewhere", "by target");
    log::debug!(target: "quiet", "not written to the heap's stream");
}

#[test]
fn log_calls() {
    install();
    log_in_every_way(0);
    let counted = allocations(|| (1..5000).for_each(log_in_every_way));
    assert_eq!(counted, 0);
}

#[test]
fn first_records_of_a_thread() {
    install();
    let first = std::thread::spawn(|| allocations(|| log_in_every_way(1)));
    assert_eq!(first.join().unwrap(), 0);
}

#[test]
fn level_checks() {
    install();
    let counted = allocations(|| {
        for target in ["quiet::one", "elsewhere", ""] {
            assert_eq!(HEAP.allows(Level::Info, target), target != "quiet::one");
        }
        assert!(log::log_enabled!(target: "elsewhere", log::Level::Trace));
        assert_eq!(HEAP.max_level(), LevelFilter::Trace);
    });
    assert_eq!(counted, 0);
}

#[test]
fn ring_writes() {
    let heap = Heap::<u64>::new(1 << 16, 1, 0).unwrap();
    let shard = heap.region().shard(0);
    let counted = allocations(|| {
        for _ in 0..5000 {
            let _ = shard.write(&[7; 100]);
        }
    });
    assert_eq!(counted, 0);
}

fn read<S: Storage>(cursor: &mut Cursor<'_, S>) -> u64 {
    let mut bytes = 0;
    while let Some(entry) = cursor.next() {
        if let Entry::Record(record) = entry {
            bytes += record.message.len() as u64 + record.fields.count() as u64;
        }
    }
    bytes
}

#[test]
fn reads() {
    let stream = RingStream::with_bytes(1 << 18).unwrap();
    let write = |i: u64| writeln!(stream.writer(), "{i}").unwrap();
    (0..100).for_each(write);
    let mut cursor = stream.cursor();
    assert!(read(&mut cursor) > 0);
    (0..20_000).for_each(write);
    let counted = allocations(|| assert!(read(&mut cursor) > 0));
    assert_eq!(counted, 0);
    assert!(cursor.lost() > 0);
}

#[test]
fn lines_of_a_writer() {
    let mut writer = INLINE.writer_at(Level::Info, "child");
    writeln!(writer, "in {} pieces", u64::MAX).unwrap();
    let counted = allocations(|| {
        for i in 0..5000 {
            writeln!(writer, "in {} pieces", i % 10).unwrap();
            writer.write_all(b"a whole line, \xff broken\n").unwrap();
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn whole_lines_to_a_shared_stream() {
    writeln!(&BARE, "a whole line").unwrap();
    let counted = allocations(|| {
        for _ in 0..5000 {
            writeln!(&BARE, "a whole line").unwrap();
        }
    });
    assert_eq!(counted, 0);
}

#[cfg(feature = "tracing")]
#[test]
fn tracing_events() {
    use tracing_subscriber::layer::SubscriberExt as _;

    fn event(i: u64) {
        tracing::info!(user = i, name = "x", ratio = 0.5, ok = true, "with fields");
        tracing::debug!(list = ?[i], text = %i, "formatted {i}");
        tracing::warn!(target: "elsewhere", "by target");
    }
    let stream = RingStream::with_bytes(1 << 18).unwrap();
    let subscriber = tracing_subscriber::registry().with(stream.clone());
    tracing::subscriber::with_default(subscriber, || {
        event(0);
        let counted = allocations(|| (1..5000).for_each(event));
        assert_eq!(counted, 0);
    });
    assert_eq!(stream.stats().written, 15_000);
}
