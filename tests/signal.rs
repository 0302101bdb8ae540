//! Signal handlers that log, wherever they strike.

#![cfg(all(feature = "std", feature = "log", unix))]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::alloc::System;
use std::os::unix::thread::JoinHandleExt as _;
use std::sync::Once;

use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::{Cursor, Entry, RingStream};

/// Where the installed logger writes.
static RING: RingStream<Ring> = RingStream::new();

type Ring = Inline<1024, 512, 4096>;

/// Handlers that have run, of those signals that other threads sent.
static STRUCK: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Where the signals of this thread come from.
    static RAISES: Cell<bool> = const { Cell::new(false) };
    /// Whether giving memory back raises a signal.
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static RAISED: Cell<u64> = const { Cell::new(0) };
}

extern "C" fn handler(_: libc::c_int) {
    if RAISES.get() {
        log::info!(target: "raised", "handler {}", RAISED.get());
        RAISED.set(RAISED.get() + 1);
    } else {
        let number = STRUCK.fetch_add(1, Ordering::Relaxed);
        log::info!(target: "struck", "handler {number} {}", check(u64::MAX, number));
    }
}

fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        log::set_logger(&RING).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        // The first record chooses the clock, which is nothing for a handler.
        log::info!(target: "first", "record");
        let handler: extern "C" fn(libc::c_int) = handler;
        // SAFETY: the handler logs, which is what is to be shown as safe there, and touches
        // constants without destructors.
        unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
    });
}

fn raise() {
    // SAFETY: a handler is installed before anything raises.
    unsafe { libc::raise(libc::SIGUSR1) };
}

/// Strikes a thread that holds locks: it raises a signal whenever an armed thread gives memory
/// back, as changing levels does while it holds all of its locks.
struct Striking;

#[global_allocator]
static ALLOCATOR: Striking = Striking;

// SAFETY: all is left to the system's allocator, outside of which the signal is raised.
unsafe impl GlobalAlloc for Striking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if ARMED.get() {
            raise();
        }
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// What only a whole record can show.
fn check(writer: u64, number: u64) -> u64 {
    (writer ^ number.rotate_left(17)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn is_whole(message: &str) -> bool {
    let mut words = message.split(' ');
    let writer = match words.next() {
        Some("handler") => Some(u64::MAX),
        word => word.and_then(|word| word.parse().ok()),
    };
    let number = words.next().and_then(|word| word.parse().ok());
    let sum = words.next().and_then(|word| word.parse().ok());
    writer.zip(number).is_some_and(|(writer, number)| sum == Some(check(writer, number)))
}

/// What a reader saw.
#[derive(Default)]
struct Seen {
    records: u64,
    whole: u64,
    lost: u64,
}

/// Reads until `done` and there is nothing left.
fn read(mut cursor: Cursor<'_, Ring>, done: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    loop {
        let last = done.load(Ordering::Acquire);
        while let Some(entry) = cursor.next() {
            match entry {
                Entry::Record(record) => {
                    seen.records += 1;
                    seen.whole += u64::from(record.target != "struck" || is_whole(record.message));
                }
                Entry::Lost(lost) => seen.lost += lost,
            }
        }
        if last {
            return seen;
        }
        std::thread::yield_now();
    }
}

/// Threads log while signals strike them and a reader reads: nothing is torn, nothing uncounted.
fn strike_writers() {
    static STOP: AtomicBool = AtomicBool::new(false);
    static CALLS: AtomicU64 = AtomicU64::new(0);
    static DONE: AtomicBool = AtomicBool::new(false);
    let before = RING.stats();
    let cursor = RING.cursor();
    let reader = std::thread::spawn(|| read(cursor, &DONE));
    let writers = [0_u64, 1, 2].map(|writer| {
        std::thread::spawn(move || {
            let mut number = 0;
            while !STOP.load(Ordering::Relaxed) {
                log::info!(target: "struck", "{writer} {number} {}", check(writer, number));
                number += 1;
            }
            CALLS.fetch_add(number, Ordering::Relaxed);
        })
    });
    while STRUCK.load(Ordering::Relaxed) < 400 {
        for writer in &writers {
            // SAFETY: the thread runs until it is told to stop, and is joined after that.
            unsafe { libc::pthread_kill(writer.as_pthread_t(), libc::SIGUSR1) };
        }
        std::thread::yield_now();
    }
    STOP.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    DONE.store(true, Ordering::Release);
    let seen = reader.join().unwrap();
    let after = RING.stats();
    assert_eq!(seen.whole, seen.records, "a torn record");
    let calls = CALLS.load(Ordering::Relaxed) + STRUCK.load(Ordering::Relaxed);
    let refused = after.rejected - before.rejected;
    assert_eq!(seen.records + seen.lost, after.written);
    assert_eq!(after.written - before.written + refused, calls);
}

/// The messages of this target that are there.
fn messages(target: &str) -> Vec<String> {
    let mut cursor = RING.cursor();
    let mut messages = Vec::new();
    while let Some(entry) = cursor.next() {
        if let Entry::Record(record) = entry {
            if record.target == target {
                messages.push(record.message.to_string());
            }
        }
    }
    messages
}

/// A signal in the middle of a log call: the handler's record comes first, then the interrupted.
fn strike_a_display() {
    struct Struck;
    impl fmt::Display for Struck {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            raise();
            f.write_str("outer")
        }
    }
    RAISES.set(true);
    RAISED.set(0);
    log::info!(target: "raised", "{} {}", Struck, Struck);
    RAISES.set(false);
    assert_eq!(messages("raised"), ["handler 0", "handler 1", "outer outer"]);
}

/// A signal while the same thread holds the locks of a change of levels.
fn strike_a_change_of_levels() {
    RING.set_level("one", LevelFilter::Debug).unwrap();
    let before = RING.stats().written;
    RAISES.set(true);
    RAISED.set(0);
    ARMED.set(true);
    RING.set_level("two", LevelFilter::Debug).unwrap();
    RING.set_levels("trace,three=debug".parse().unwrap());
    RING.reset_level("three");
    ARMED.set(false);
    RAISES.set(false);
    assert!(RAISED.get() > 3, "{} strikes", RAISED.get());
    let changes = 3;
    assert_eq!(RING.stats().written - before, changes + RAISED.get());
    assert_eq!(RING.levels().to_string(), "trace,three=debug");
}

/// One after the other, since all of them count the records of one stream.
#[test]
fn handlers_log_wherever_they_strike() {
    install();
    strike_a_display();
    strike_a_change_of_levels();
    strike_writers();
}
