//! The stack of a thread that does not let go, taken down on that thread while it goes on.
//!
//! A signal has it look at its own stack. `SIGURG` is that signal, as in Go: nobody who does not
//! know of it dies of it, and a program that does not read urgent data has no handler for it. One
//! that has keeps it, and there is no stack.
//!
//! The handler takes down return addresses and nothing else; a thread of ours finds out later what
//! they mean. What it relies on:
//!
//! * It takes no lock of ours, allocates nothing, and makes one system call, `gettid`.
//! * The unwinder finds the tables of a module without a lock from glibc 2.35 and libgcc 12 on.
//!   Older ones, and musl, take the loader's lock, which is held while `dlopen` or `dlclose` changes
//!   the list of modules. A thread that is interrupted in the middle of that may wait for itself, or
//!   read half a list: that is why this is a feature to be asked for.
//! * Its frame lies on the interrupted thread's own stack, some kilobytes deep. A thread that has
//!   less than that left dies of it.
//! * System calls are restarted, except those that never are: `poll`, `epoll_wait` and sleeps in C
//!   return early, with `EINTR`.
//!
//! | store | load | what it carries |
//! |---|---|---|
//! | `state` = asked in [`ask`], Release | exchange in `take_down`, Acquire | that the cell is empty |
//! | `state` = done in `take_down`, Release | `state` in [`ask`], Acquire | the frames and the task |

#![allow(unsafe_code, reason = "signals are a C interface")]

use core::ffi::c_int;
use core::hint::black_box;
use core::mem::MaybeUninit;
use core::ptr;
use core::time::Duration;
use std::sync::Once;
use std::thread;

use parking_lot::Mutex;

use crate::clock::Clock;
use crate::context;
use crate::record::TaskId;
use crate::supervise::trace::frames::{Buffer, Frames, MAX_FRAMES};
use crate::supervise::trace::unwind;
use crate::sync::plain::{AtomicU64, AtomicUsize, Ordering};

const SIGNAL: c_int = libc::SIGURG;

/// How long a thread may take to look, which it does as soon as a processor is free for it.
const PATIENCE: Duration = Duration::from_millis(5);

/// A thread that can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    tid: u32,
}

/// What a thread that is asked writes into.
///
/// | `state` | who may touch the rest |
/// |---|---|
/// | 0 | who holds `ASKING` |
/// | the number of a thread | nobody: that thread is asked |
/// | `TAKING` | the thread that was asked |
/// | `DONE` | who holds `ASKING` |
struct Cell {
    state: AtomicU64,
    task: AtomicU64,
    /// In `0..=MAX_FRAMES`; one more where the stack was deeper.
    count: AtomicUsize,
    frames: [AtomicUsize; MAX_FRAMES],
}

const TAKING: u64 = 1 << 32;
const DONE: u64 = 2 << 32;

static CELL: Cell = Cell {
    state: AtomicU64::new(0),
    task: AtomicU64::new(0),
    count: AtomicUsize::new(0),
    frames: [const { AtomicUsize::new(0) }; MAX_FRAMES],
};
static ASKING: Mutex<()> = Mutex::new(());

impl Asked {
    /// The calling thread.
    pub(super) fn this() -> Self {
        Self { tid: this_thread() }
    }

    /// Where that thread is now in this task; `None` if it does not say so in time, or has gone on
    /// to another one. It must not end meanwhile.
    pub(super) fn stack(self, task: TaskId) -> Option<Frames> {
        let _asking = ASKING.lock();
        if !is_free() || !is_handled() {
            return None;
        }
        CELL.state.store(u64::from(self.tid), Ordering::Release);
        if !send(self.tid) || !wait() {
            // If it begins just now, the cell is its own until it is done.
            let nobody = |state| (state == u64::from(self.tid)).then_some(0);
            _ = CELL.state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, nobody);
            return None;
        }
        let frames = frames();
        CELL.state.store(0, Ordering::Relaxed);
        let is_same = CELL.task.load(Ordering::Relaxed) == task.0;
        (is_same && !frames.addresses().is_empty()).then_some(frames)
    }
}

/// Whether nobody writes into the cell; somebody who was late may have done so in the end.
fn is_free() -> bool {
    let over = |state| (state == DONE).then_some(0);
    _ = CELL.state.fetch_update(Ordering::Acquire, Ordering::Relaxed, over);
    CELL.state.load(Ordering::Relaxed) == 0
}

fn wait() -> bool {
    let clock = Clock::system();
    let begun = clock.sample().mono_ns;
    let is_late = || Duration::from_nanos(clock.sample().mono_ns - begun) > PATIENCE;
    loop {
        if CELL.state.load(Ordering::Acquire) == DONE {
            return true;
        }
        if is_late() {
            return false;
        }
        thread::yield_now();
    }
}

fn frames() -> Frames {
    let mut buffer = Buffer::default();
    let count = CELL.count.load(Ordering::Relaxed);
    let addresses = CELL.frames.iter().take(count);
    addresses.for_each(|address| _ = buffer.push(address.load(Ordering::Relaxed)));
    if count > MAX_FRAMES {
        // There is no room for it, which is remembered.
        _ = buffer.push(0);
    }
    Frames::from(&buffer)
}

extern "C" fn take_down(_: c_int) {
    let asked = u64::from(this_thread());
    let taken = CELL.state.compare_exchange(asked, TAKING, Ordering::Acquire, Ordering::Relaxed);
    if taken.is_err() {
        return;
    }
    let (task, end) =
        context::with(|task| task.map_or((0, 0), |task| (task.id.0, ptr::from_ref(task).addr())));
    let (here, mut buffer) = (0u8, Buffer::default());
    unwind::walk(black_box(&raw const here).addr()..end, &mut buffer);
    for (cell, address) in CELL.frames.iter().zip(buffer.addresses()) {
        cell.store(*address, Ordering::Relaxed);
    }
    let count = buffer.addresses().len() + usize::from(buffer.is_truncated());
    CELL.count.store(count, Ordering::Relaxed);
    CELL.task.store(task, Ordering::Relaxed);
    CELL.state.store(DONE, Ordering::Release);
}

/// Its number; one that fits, as the kernel's numbers end at 2²².
fn this_thread() -> u32 {
    // SAFETY: it has no arguments, may be called in a signal handler, and does not fail, so that it
    // leaves `errno` alone. The function of that name is newer than some systems.
    let tid = unsafe { libc::syscall(libc::SYS_gettid) };
    u32::try_from(tid).unwrap_or(0)
}

fn send(tid: u32) -> bool {
    // SAFETY: plain numbers. The thread is one of this process's and lives, as its seat is held; the
    // signal has a handler.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), tid, SIGNAL) };
    sent == 0
}

/// Whether the signal calls us; it is claimed if it calls nobody.
fn is_handled() -> bool {
    static WARM: Once = Once::new();
    // What is bound at its first call is bound here, not in the handler.
    WARM.call_once(|| unwind::walk(0..usize::MAX, &mut Buffer::default()));
    let handler = take_down as extern "C" fn(c_int) as libc::sighandler_t;
    let mut present = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: it writes an action into a place for one, which is valid when all its bytes are 0 too.
    let present = unsafe {
        libc::sigaction(SIGNAL, ptr::null(), present.as_mut_ptr());
        present.assume_init()
    };
    match present.sa_sigaction {
        installed if installed == handler => true,
        libc::SIG_DFL | libc::SIG_IGN => install(handler),
        _ => false,
    }
}

fn install(handler: libc::sighandler_t) -> bool {
    // SAFETY: all bytes 0 are an action: the default one, with no signal blocked.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART;
    // SAFETY: the handler has the signature that these flags ask for, and does only what a handler
    // may do: see the module.
    unsafe { libc::sigaction(SIGNAL, &raw const action, ptr::null_mut()) == 0 }
}

#[cfg(test)]
mod tests;
