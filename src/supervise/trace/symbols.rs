//! What addresses mean: function, file and line, read off the worker.
//!
//! `std` can read its own [`Backtrace`], names and lines, but cannot be asked about one address. So
//! whoever meets addresses that nobody has seen before captures a `Backtrace` there and then, which
//! costs some microseconds, and a thread of ours renders and reads it, which may take a tenth of a
//! second the first time. From then on these addresses are known, and neither is needed again. It
//! costs no package, and no second reader of debug information in the program.
//!
//! `std` captures and renders under one lock. A panic waits for it, as every panic that prints a
//! backtrace does; a task that is asked where it waits does not, and is asked again.

pub(super) mod parse;
#[cfg_attr(
    not(all(feature = "stall-backtrace", target_os = "linux")),
    path = "symbols/resolve/absent.rs"
)]
mod resolve;

use core::future::poll_fn;
use core::hash::BuildHasherDefault;
use core::panic::AssertUnwindSafe;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::backtrace::Backtrace;
use std::boxed::Box;
use std::collections::{HashMap, VecDeque};
use std::format;
use std::panic::catch_unwind;
use std::string::String;
use std::sync::Arc;
use std::thread;
use std::vec::Vec;

use parking_lot::{Condvar, Mutex, RwLock};

use super::frames::{Fnv, Frames};
use super::stack::Frame;
use crate::sync::plain::{AtomicBool, AtomicU32, AtomicU64, Ordering};

pub(crate) use resolve::resolve;

/// Addresses that are remembered; a program has some thousand places that wait.
const MAX_ADDRESSES: usize = 1 << 16;
/// Backtraces that wait for being read.
const MAX_QUEUE: usize = 256;

/// A place in the source that an address belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// As the debug information has it; without its path where it was inlined.
    pub function: String,
    /// As the compiler was given it; `None` without line tables.
    pub file: Option<String>,
    /// Counted from 1.
    pub line: Option<u32>,
    /// Counted from 1.
    pub column: Option<u32>,
}

/// The frames of one address: what was inlined comes first, the function itself last.
pub type Inlined = Arc<[Frame]>;

/// What an address is known to be; `None` while it is being read, or when nobody can tell.
type Known = HashMap<usize, Option<Inlined>, BuildHasherDefault<Fnv>>;

static KNOWN: RwLock<Known> = RwLock::new(HashMap::with_hasher(BuildHasherDefault::new()));
static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    is_reading: false,
    held: 0,
    waiting: VecDeque::new(),
    asked: 0,
    read: 0,
    reader: false,
    wakers: Vec::new(),
});
static CHANGED: Condvar = Condvar::new();

/// How long the reader lets itself be held up.
const PATIENCE: Duration = Duration::from_millis(50);

/// Whether the reader holds the lock of `std`, and how many panicking threads may.
static READING: AtomicBool = AtomicBool::new(false);
static PANICKING: AtomicU32 = AtomicU32::new(0);

/// Backtraces that were not taken or not kept.
static SKIPPED: AtomicU64 = AtomicU64::new(0);

/// What the reader is to do.
enum Job {
    Read(Backtrace),
    Call(Box<dyn FnOnce() + Send>),
}

struct Queue {
    /// Whether somebody is at it.
    is_reading: bool,
    /// How many would like nobody to be at it.
    held: u32,
    waiting: VecDeque<Job>,
    asked: u64,
    read: u64,
    /// Whether there is a thread that reads.
    reader: bool,
    /// Of those who wait for that without blocking.
    wakers: Vec<Waker>,
}

/// Has the frames of this thread's stack read, unless they are known or somebody reads just now.
///
/// Called where `frames` was walked. Does not wait.
#[inline]
pub(crate) fn learn(frames: &Frames) {
    if are_known(frames) {
        return;
    }
    // Relaxed: a look at what is going on; whoever is late waits for the lock after all.
    if READING.load(Ordering::Relaxed) || PANICKING.load(Ordering::Relaxed) > 0 {
        SKIPPED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    take(frames);
}

/// As [`learn`], but waits for whoever reads, since these frames will not be seen again.
pub(crate) fn learn_now(frames: &Frames) {
    if !are_known(frames) {
        take(frames);
    }
}

/// Tells that this thread may hold the lock of `std`, until the guard is dropped.
pub(crate) fn panicking() -> Panicking {
    PANICKING.fetch_add(1, Ordering::Relaxed);
    Panicking(())
}

/// A panic hook is running.
#[derive(Debug)]
pub(crate) struct Panicking(());

impl Drop for Panicking {
    fn drop(&mut self) {
        PANICKING.fetch_sub(1, Ordering::Relaxed);
        let wakers = core::mem::take(&mut QUEUE.lock().wakers);
        CHANGED.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// The frames of an address; `None` where it was not read, or not yet.
#[must_use]
pub fn lookup(address: usize) -> Option<Inlined> {
    KNOWN.read().get(&address).cloned().flatten()
}

/// Backtraces that were not read, because somebody else's was or because too many waited.
#[must_use]
pub fn skipped() -> u64 {
    SKIPPED.load(Ordering::Relaxed)
}

/// Waits until everything is read that was met so far, for `limit` at most.
pub fn settle(limit: Duration) -> bool {
    let mut queue = QUEUE.lock();
    let until = queue.asked;
    let unread = |queue: &mut Queue| queue.reader && queue.read < until;
    CHANGED.wait_while_for(&mut queue, unread, limit);
    queue.read >= until
}

/// Waits until everything is read that was met so far, without blocking the thread.
pub async fn settled() {
    let until = QUEUE.lock().asked;
    poll_fn(|cx| poll_queue(cx, |queue| !queue.reader || queue.read >= until)).await;
}

/// Keeps the reader from its work for a moment, so that stacks met meanwhile are taken down.
pub(crate) fn hold() -> Held {
    QUEUE.lock().held += 1;
    Held(())
}

/// The reader begins nothing, or not for long.
#[derive(Debug)]
pub(crate) struct Held(());

impl Held {
    /// Waits until it has finished what it began before, and nobody panics.
    pub(crate) async fn quiet(&self) {
        poll_fn(|cx| poll_queue(cx, |queue| !is_busy(queue))).await;
    }

    /// The same for a thread that may block, for `limit` at most.
    pub(crate) fn wait(&self, limit: Duration) {
        CHANGED.wait_while_for(&mut QUEUE.lock(), |queue| is_busy(queue), limit);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        QUEUE.lock().held -= 1;
        CHANGED.notify_all();
    }
}

/// Whether somebody holds the lock of `std`, or may.
fn is_busy(queue: &Queue) -> bool {
    queue.is_reading || PANICKING.load(Ordering::Relaxed) > 0
}

fn poll_queue(cx: &Context<'_>, is_so: impl Fn(&Queue) -> bool) -> Poll<()> {
    let mut queue = QUEUE.lock();
    if is_so(&queue) {
        return Poll::Ready(());
    }
    if !queue.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
        queue.wakers.push(cx.waker().clone());
    }
    Poll::Pending
}

/// Whether these frames were read, or are being read, or cannot be.
pub(crate) fn are_known(frames: &Frames) -> bool {
    let known = KNOWN.read();
    let is_full = known.len() >= MAX_ADDRESSES;
    frames.addresses().iter().all(|address| is_full || known.contains_key(address))
}

#[cold]
fn take(frames: &Frames) {
    let backtrace = Backtrace::force_capture();
    let mut queue = QUEUE.lock();
    if queue.waiting.len() >= MAX_QUEUE || !start_reader(&mut queue) {
        SKIPPED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let mut known = KNOWN.write();
    frames.addresses().iter().for_each(|address| _ = known.entry(*address).or_insert(None));
    drop(known);
    queue.push(Job::Read(backtrace));
}

/// Has something done once everything is read that was met so far, on the thread that reads. It
/// must not block. Left out where too much waits.
pub(crate) fn then(call: Box<dyn FnOnce() + Send>) {
    let mut queue = QUEUE.lock();
    if queue.waiting.len() >= MAX_QUEUE || !start_reader(&mut queue) {
        SKIPPED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    queue.push(Job::Call(call));
}

impl Queue {
    fn push(&mut self, job: Job) {
        self.waiting.push_back(job);
        self.asked += 1;
        CHANGED.notify_all();
    }
}

fn start_reader(queue: &mut Queue) -> bool {
    let start = || thread::Builder::new().name("ringvisor-symbols".into()).spawn(read_all).is_ok();
    queue.reader = queue.reader || start();
    queue.reader
}

fn read_all() {
    loop {
        let mut queue = QUEUE.lock();
        CHANGED.wait_while(&mut queue, |queue| queue.waiting.is_empty());
        CHANGED.wait_while_for(&mut queue, |queue| queue.held > 0, PATIENCE);
        let Some(job) = queue.waiting.pop_front() else { continue };
        queue.is_reading = true;
        drop(queue);
        do_job(job);
        let mut queue = QUEUE.lock();
        queue.read += 1;
        queue.is_reading = false;
        let wakers = core::mem::take(&mut queue.wakers);
        drop(queue);
        CHANGED.notify_all();
        for waker in wakers {
            // It is anybody's, and may panic; who reads goes on.
            _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

fn do_job(job: Job) {
    match job {
        Job::Read(backtrace) => {
            READING.store(true, Ordering::Relaxed);
            let text = format!("{backtrace:#}");
            READING.store(false, Ordering::Relaxed);
            remember(&text);
        }
        // What panics has been told by the hook; others wait for this thread.
        Job::Call(call) => _ = catch_unwind(AssertUnwindSafe(call)),
    }
}

fn remember(text: &str) {
    let read = parse::frames(text).into_iter();
    let frames = |symbols: &[Symbol]| symbols.iter().map(Frame::of).collect::<Inlined>();
    let read: Vec<_> = read.map(|(address, symbols)| (address, frames(&symbols))).collect();
    let mut known = KNOWN.write();
    for (address, frames) in read {
        if known.len() < MAX_ADDRESSES || known.contains_key(&address) {
            known.insert(address, Some(frames));
        }
    }
}

#[cfg(test)]
mod tests;
