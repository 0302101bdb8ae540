//! Marks that a dying process leaves: at a fault, at an abort, at its exit.

#![allow(unsafe_code)]

use core::ptr;
use std::fs;
use std::string::String;
use std::sync::OnceLock;

use libc::{c_int, c_void, siginfo_t};

use super::page::{CGROUP, CRASH, EXIT, pack_text, unpack_text};
use super::recorder::Recorder;
use super::stop;
use crate::clock::Clock;
use crate::sync::AtomicU64;
use crate::sync::plain::{AtomicBool, Ordering};

/// What is marked: faults, and `abort`. Signals that ask a program to stop are noted in [`stop`].
const SIGNALS: [c_int; 5] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT];

/// The box of the process, and what happens at its exit.
pub(super) struct Marks {
    pub(super) page: &'static [AtomicU64],
    pub(super) clock: Clock,
    /// A child that was forked off shares the memory, but its end is not the end of the run.
    pid: u32,
    at_exit: fn(),
}

static MARKS: OnceLock<Marks> = OnceLock::new();
/// Whether a crash is marked: the first one is the cause of those that follow.
static IS_MARKED: AtomicBool = AtomicBool::new(false);
static BEFORE: [OnceLock<libc::sigaction>; SIGNALS.len()] =
    [const { OnceLock::new() }; SIGNALS.len()];

/// From here on the end of the process is marked in this box. `at_exit` is called before the mark
/// of an exit.
pub(crate) fn watch(recorder: &'static Recorder, at_exit: fn()) {
    let (page, clock) = (recorder.page(), recorder.clock());
    let marks = Marks { page, clock, pid: std::process::id(), at_exit };
    if MARKS.set(marks).is_err() {
        return;
    }
    stop::watch();
    // SAFETY: `exiting` is a function of the right type that does not unwind.
    unsafe { libc::atexit(exiting) };
    for (signal, before) in SIGNALS.into_iter().zip(&BEFORE) {
        // SAFETY: zeros are a value of this structure of integers, a set and an optional function.
        let mut old: libc::sigaction = unsafe { core::mem::zeroed() };
        // SAFETY: `old` is valid for the call, which only reports what is installed.
        if unsafe { libc::sigaction(signal, ptr::null(), &mut old) } != 0 {
            continue;
        }
        // Put in place before the handler that looks for it.
        if before.set(old).is_ok() {
            install(signal);
        }
    }
}

/// The box of this process, if it has one.
pub(super) fn marks() -> Option<&'static Marks> {
    MARKS.get().filter(|marks| marks.pid == std::process::id())
}

fn install(signal: c_int) {
    let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = crashing;
    // SAFETY: as in `watch`.
    let mut action: libc::sigaction = unsafe { core::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    // On the other stack, if the thread has one: the fault may be that this one is used up.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `action` is valid for the call. The handler calls only what may be called in one:
    // loads and stores of atomics in a mapping that is never unmapped, the clock, `getpid`,
    // `sigaction`, `raise`, and the handler that was there before.
    unsafe { libc::sigaction(signal, &action, ptr::null_mut()) };
}

extern "C" fn crashing(signal: c_int, about: *mut siginfo_t, context: *mut c_void) {
    let Some(marks) = marks() else {
        return chain(signal, about, context);
    };
    // SAFETY: the system passes a valid pointer to a handler with SA_SIGINFO.
    let code = unsafe { about.as_ref() }.map_or(0, |about| about.si_code);
    let is_first = !IS_MARKED.swap(true, Ordering::Relaxed);
    if is_first {
        CRASH.write(marks.page, &[signal as u64, code as u64, marks.clock.ticks()]);
    }
    chain(signal, about, context);
    if is_handled(signal) {
        // Somebody before us mends such faults, and the program goes on.
        if is_first {
            CRASH.clear(marks.page);
            IS_MARKED.store(false, Ordering::Relaxed);
        }
    } else if code <= 0 {
        // Sent, not caused: returning would not bring it about again.
        // SAFETY: the signal is blocked until this handler returns, and kills then.
        unsafe { libc::raise(signal) };
    }
}

/// Does what would have happened without us.
fn chain(signal: c_int, about: *mut siginfo_t, context: *mut c_void) {
    let place = SIGNALS.iter().position(|&known| known == signal);
    let before = place.and_then(|place| BEFORE[place].get());
    match before {
        Some(before) if !matches!(before.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN) => {
            call_before(before, signal, about, context);
        }
        // SAFETY: the default action kills, which is what a fault is to do.
        _ => _ = unsafe { libc::signal(signal, libc::SIG_DFL) },
    }
}

/// Calls the handler that was there before; there has to be one.
pub(super) fn call_before(
    before: &libc::sigaction,
    signal: c_int,
    about: *mut siginfo_t,
    context: *mut c_void,
) {
    if before.sa_flags & libc::SA_SIGINFO != 0 {
        // SAFETY: the system kept this as the address of a handler of three arguments.
        let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
            unsafe { core::mem::transmute(before.sa_sigaction) };
        return handler(signal, about, context);
    }
    // SAFETY: the system kept this as the address of a handler of one argument.
    let handler: extern "C" fn(c_int) = unsafe { core::mem::transmute(before.sa_sigaction) };
    handler(signal);
}

/// Whether the signal has another effect than the default one, which is death.
fn is_handled(signal: c_int) -> bool {
    // SAFETY: as in `watch`.
    let mut now: libc::sigaction = unsafe { core::mem::zeroed() };
    // SAFETY: as in `watch`.
    let known = unsafe { libc::sigaction(signal, ptr::null(), &mut now) } == 0;
    known && now.sa_sigaction != libc::SIG_DFL
}

extern "C" fn exiting() {
    let Some(marks) = marks() else { return };
    (marks.at_exit)();
    EXIT.write(marks.page, &[1, marks.clock.ticks()]);
}

/// Notes where the kernel counts what it killed for want of memory, and how much that is.
pub(super) fn note_memory(page: &[AtomicU64]) {
    let Some((file, count)) = counters().into_iter().find_map(|file| {
        let count = killed(&file)?;
        Some((file, count))
    }) else {
        return;
    };
    let mut words = std::vec![count];
    words.extend(pack_text(&file, 63));
    CGROUP.write(page, &words);
}

/// Whether something was killed since then for want of memory.
pub(super) fn out_of_memory(page: &[u64]) -> bool {
    let Ok(Some([count, file @ ..])) = CGROUP.read(page) else { return false };
    let file = unpack_text(file);
    // A box is not to lead anywhere else.
    let is_counter = file.starts_with("/sys/fs/cgroup/") && !file.contains("..");
    is_counter && killed(&file).is_some_and(|now| now > *count)
}

/// Files that may hold the count, of the groups that this process is in.
fn counters() -> std::vec::Vec<String> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let file = |line: &str| {
        let mut parts = line.splitn(3, ':').skip(1);
        match (parts.next()?, parts.next()?) {
            ("", path) => Some(std::format!("/sys/fs/cgroup{path}/memory.events")),
            ("memory", path) => {
                Some(std::format!("/sys/fs/cgroup/memory{path}/memory.oom_control"))
            }
            _ => None,
        }
    };
    groups.lines().filter_map(file).collect()
}

fn killed(file: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.parse().ok())
}
