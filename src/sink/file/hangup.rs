//! SIGHUP: files are opened anew, which `logrotate` asks for when it has moved them.
//!
//! The handler writes a byte into a socket, which is nearly all that a handler may do; a thread reads
//! it there and tells the sinks.

#![allow(unsafe_code)]

use core::{mem, ptr};
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::vec::Vec;

use libc::{c_int, c_void, siginfo_t};
use parking_lot::Mutex;

use crate::sink::handoff::Handoff;
use crate::sync::plain::{AtomicBool, Ordering};

/// The sinks that are told; whether there is a handler.
static SINKS: Mutex<(Vec<Weak<Handoff>>, bool)> = Mutex::new((Vec::new(), false));
/// Where the handler writes, and what handled the signal before it.
static BELL: OnceLock<(UnixStream, libc::sigaction)> = OnceLock::new();
/// Whether a byte lies in the socket. There is never a second one, so that the handler's write
/// neither waits nor fails, and `errno` stays as it was.
// Relaxed: whoever finds it set knows that the sinks will be told after that.
static RINGS: AtomicBool = AtomicBool::new(false);

/// From here on a SIGHUP lets the sink's files be opened anew.
pub(super) fn watch(handoff: &Arc<Handoff>) -> io::Result<()> {
    let (sinks, is_watched) = &mut *SINKS.lock();
    if !*is_watched {
        start()?;
        *is_watched = true;
    }
    sinks.retain(|sink| sink.strong_count() > 0);
    sinks.push(Arc::downgrade(handoff));
    Ok(())
}

fn start() -> io::Result<()> {
    let (bell, ear) = UnixStream::pair()?;
    thread::Builder::new().name("ringvisor-hup".into()).spawn(move || listen(ear))?;
    // SAFETY: zeros are a value of this structure of integers, a set and an optional function.
    let mut before: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: `before` is valid for the call, which only reports what is installed.
    if unsafe { libc::sigaction(libc::SIGHUP, ptr::null(), &mut before) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // Put in place before the handler that looks for it.
    let _ = BELL.set((bell, before));
    let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = hung_up;
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    // SAFETY: `action` is valid for the call. The handler calls only what may be called in one: loads
    // and exchanges of atomics, `write`, and the handler that was there before.
    match unsafe { libc::sigaction(libc::SIGHUP, &action, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

extern "C" fn hung_up(signal: c_int, about: *mut siginfo_t, context: *mut c_void) {
    let Some((bell, before)) = BELL.get() else { return };
    if !RINGS.swap(true, Ordering::Relaxed) {
        // SAFETY: the byte is valid for the call, and the socket is never closed.
        unsafe { libc::write(bell.as_raw_fd(), ptr::from_ref(&1_u8).cast(), 1) };
    }
    match before.sa_sigaction {
        // To end the program is what is no longer wanted.
        libc::SIG_DFL | libc::SIG_IGN => {}
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: the system kept this as the address of a handler of three arguments.
            let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                unsafe { mem::transmute(handler) };
            handler(signal, about, context);
        }
        handler => {
            // SAFETY: the system kept this as the address of a handler of one argument.
            let handler: extern "C" fn(c_int) = unsafe { mem::transmute(handler) };
            handler(signal);
        }
    }
}

fn listen(mut ear: UnixStream) {
    loop {
        match ear.read(&mut [0]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(_) => {
                RINGS.store(false, Ordering::Relaxed);
                SINKS
                    .lock()
                    .0
                    .iter()
                    .filter_map(Weak::upgrade)
                    .for_each(|sink| sink.ask_to_reopen());
            }
        }
    }
}
