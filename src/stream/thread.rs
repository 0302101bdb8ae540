//! Who writes: a small number per thread, and the thread's name.

use core::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::thread_local;

use crate::ring::{Interner, Word};
use crate::sync::plain::{AtomicU16, Ordering};

/// The writing thread, as one stream knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thread {
    /// Number of the thread in this process, counted from 1; the 65,535th and all later ones share
    /// the last number.
    pub(super) number: u16,
    /// The stream that the thread's name was last told to.
    told: u16,
}

thread_local! {
    /// A constant without a destructor: usable in signal handlers and while the thread ends.
    static THREAD: Cell<Thread> = const { Cell::new(Thread { number: 0, told: 0 }) };
}

static NUMBERS: AtomicU16 = AtomicU16::new(0);

/// The number of this thread; `stream` learns its name when it sees the thread for the first time.
#[inline]
pub(super) fn current<'a, W: Word>(stream: u16, table: impl FnOnce() -> Interner<'a, W>) -> u16 {
    let thread = THREAD.get();
    if thread.told == stream { thread.number } else { introduce(thread, stream, &table()) }
}

#[cold]
fn introduce<W: Word>(thread: Thread, stream: u16, table: &Interner<'_, W>) -> u16 {
    let number = if thread.number == 0 { next_number() } else { thread.number };
    // Before the name is looked for: a signal handler that logs now need not look again.
    THREAD.set(Thread { number, told: stream });
    if !table.knows_thread(number) {
        with_name(|name| table.name_thread(number, name));
    }
    number
}

fn next_number() -> u16 {
    let next = |number: u16| number.checked_add(1);
    match NUMBERS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
        Ok(before) => before + 1,
        Err(last) => last,
    }
}

/// Asks the kernel for the thread's name. Not `std::thread::current()`: that allocates for foreign
/// threads and panics while a thread ends; a file on a stack buffer does neither.
fn with_name(tell: impl FnOnce(&[u8])) {
    let mut name = [0; 32];
    let read = File::open("/proc/thread-self/comm").and_then(|mut file| file.read(&mut name));
    let name = &name[..read.unwrap_or(0)];
    tell(name.strip_suffix(b"\n").unwrap_or(name));
}

/// Whether this thread blocks no signal and so is in no signal handler, which block at least their
/// own; false where the system does not say. Reads a file on a stack buffer.
pub(super) fn blocks_no_signal() -> bool {
    if cfg!(windows) {
        return true;
    }
    let mut status = [0; 4096];
    let read = File::open("/proc/thread-self/status").and_then(|mut file| file.read(&mut status));
    let status = &status[..read.unwrap_or(0)];
    let mut lines = status.split(|byte| *byte == b'\n');
    let mask = lines.find_map(|line| line.strip_prefix(b"SigBlk:"));
    mask.is_some_and(|mask| mask.iter().all(|byte| matches!(byte, b'0' | b'\t' | b' ')))
}
