//! The mark of a signal that asks the process to stop.
//!
//! The signal has the effect that it would have without us: it is noted on its way to whoever handles
//! it, or to the system, which ends the process.

#![allow(unsafe_code)]

use core::ptr;
use std::sync::OnceLock;

use libc::{c_int, c_void, siginfo_t};

use super::crash::{call_before, marks};
use super::page::STOP;

/// What asks a program to stop, whether it listens or not.
const SIGNALS: [c_int; 4] = [libc::SIGTERM, libc::SIGINT, libc::SIGQUIT, libc::SIGHUP];

static BEFORE: [OnceLock<libc::sigaction>; SIGNALS.len()] =
    [const { OnceLock::new() }; SIGNALS.len()];

/// From here on such signals are noted.
pub(super) fn watch() {
    for (signal, before) in SIGNALS.into_iter().zip(&BEFORE) {
        let Some(old) = present(signal) else { continue };
        // What is ignored stays so, also in programs that this one starts.
        if old.sa_sigaction != libc::SIG_IGN && before.set(old).is_ok() {
            install(signal, &old);
        }
    }
}

fn handler() -> libc::sighandler_t {
    let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = asked;
    handler as libc::sighandler_t
}

/// What happens at the signal now.
fn present(signal: c_int) -> Option<libc::sigaction> {
    // SAFETY: zeros are a value of this structure of integers, a set and an optional function.
    let mut old: libc::sigaction = unsafe { core::mem::zeroed() };
    // SAFETY: `old` is valid for the call, which only reports what is installed.
    (unsafe { libc::sigaction(signal, ptr::null(), &mut old) } == 0).then_some(old)
}

fn install(signal: c_int, old: &libc::sigaction) {
    // Calls that the signal interrupts, or does not, are those of the handler that was there.
    let mut action = *old;
    action.sa_sigaction = handler();
    action.sa_flags |= libc::SA_SIGINFO | libc::SA_ONSTACK;
    if old.sa_sigaction == libc::SIG_DFL {
        action.sa_flags |= libc::SA_RESTART;
    }
    for other in SIGNALS {
        // One of them must not come between the words that another one writes.
        // SAFETY: `sa_mask` is a set that `sigaction` has filled in.
        unsafe { libc::sigaddset(&mut action.sa_mask, other) };
    }
    // SAFETY: `action` is valid for the call. The handler calls only what may be called in one:
    // stores of atomics in a mapping that is never unmapped, the clock, `getpid`, `sigaction`,
    // `raise`, and the handler that was there before.
    unsafe { libc::sigaction(signal, &action, ptr::null_mut()) };
}

extern "C" fn asked(signal: c_int, about: *mut siginfo_t, context: *mut c_void) {
    let place = SIGNALS.iter().position(|&known| known == signal);
    let before = place.and_then(|place| BEFORE[place].get());
    let is_default = before.is_none_or(|before| before.sa_sigaction == libc::SIG_DFL);
    // Whoever has taken our place since then calls us beside what he does.
    let is_ours = present(signal).is_none_or(|now| now.sa_sigaction == handler());
    let is_end = is_default && is_ours;
    // A program that handles SIGHUP reads its configuration anew.
    if is_end || signal != libc::SIGHUP {
        if let Some(marks) = marks() {
            STOP.write(marks.page, &[signal as u64, marks.clock.ticks(), is_end.into()]);
        }
    }
    if let Some(before) = before.filter(|_| !is_default) {
        call_before(before, signal, about, context);
    }
    if is_end {
        // SAFETY: the default action kills, which is what the signal would have done. It is blocked
        // until this handler returns.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
}
