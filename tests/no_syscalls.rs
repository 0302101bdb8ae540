//! Writing makes no system call: a child of this process logs while every call but `write` and
//! `exit` is its death.

#![cfg(all(feature = "std", feature = "log", target_os = "linux"))]

use core::sync::atomic::{AtomicBool, Ordering};
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;

use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;

static RING: RingStream<Inline<64, 512, 4096>> = RingStream::new();

const RECORDS: u64 = 10_000;
/// Exit code of a child whose kernel has no filters.
const NO_FILTERS: libc::c_int = 77;
/// Whether the child makes a call after all, to see that it is noticed.
static HURTS: AtomicBool = AtomicBool::new(false);

fn log_one(i: u64) {
    log::info!(user = i, name = "x"; "request {i} from {}", "10.0.0.1");
    log::debug!("a literal");
}

/// Lets the kernel kill this process at its next system call other than `write` and `exit`. (The
/// kernel's ready-made strict mode would forbid to read the processor's counter, too.)
fn forbid_calls() -> bool {
    let nr = core::mem::offset_of!(libc::seccomp_data, nr) as u32;
    let load = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    let is = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    let answer = (libc::BPF_RET | libc::BPF_K) as u16;
    let step = |code, k, jt| libc::sock_filter { code, jt, jf: 0, k };
    let mut steps = [
        step(load, nr, 0),
        step(is, libc::SYS_write as u32, 2),
        step(is, libc::SYS_exit as u32, 1),
        step(answer, libc::SECCOMP_RET_KILL_PROCESS, 0),
        step(answer, libc::SECCOMP_RET_ALLOW, 0),
    ];
    let program = libc::sock_fprog { len: steps.len() as u16, filter: steps.as_mut_ptr() };
    // SAFETY: the program lives until the calls return, and its length is right.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) == 0
    }
}

/// Logs without system calls, tells the count through `output`, and ends.
fn child(output: &UnixStream) -> ! {
    let code = if forbid_calls() {
        (0..RECORDS).for_each(log_one);
        if HURTS.load(Ordering::Relaxed) {
            // SAFETY: it takes nothing and returns a number.
            unsafe { libc::getppid() };
        }
        let written = RING.stats().written.to_ne_bytes();
        // SAFETY: the buffer is as long as said.
        unsafe { libc::write(output.as_raw_fd(), written.as_ptr().cast(), written.len()) };
        0
    } else {
        NO_FILTERS
    };
    // SAFETY: it ends this thread, the child's only one, without running what the parent
    // registered for its own end.
    unsafe { libc::syscall(libc::SYS_exit, libc::c_long::from(code)) };
    unreachable!("the thread has ended")
}

/// Runs the child and returns its status, and the count it told.
fn run() -> (libc::c_int, Option<u64>) {
    let (mut input, output) = UnixStream::pair().unwrap();
    // SAFETY: after `fork` in a process of several threads only what takes no lock may be called;
    // that logging is such a thing is what this test is about, and the child does little else.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        child(&output);
    }
    drop(output);
    let mut status = 0;
    // SAFETY: `pid` is a child that nobody else waits for.
    assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
    let mut written = [0; 8];
    let told = input.read_exact(&mut written).ok();
    (status, told.map(|()| u64::from_ne_bytes(written)))
}

#[test]
fn a_process_that_may_not_call_the_kernel_can_log() {
    log::set_logger(&RING).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    // The first record of a process chooses the clock, that of a thread asks for its name.
    log_one(0);

    let (status, written) = run();
    if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == NO_FILTERS {
        eprintln!("skipped: this kernel has no seccomp filters");
        return;
    }
    assert!(libc::WIFEXITED(status), "killed by signal {}", libc::WTERMSIG(status));
    assert_eq!(written, Some(2 * (RECORDS + 1)));

    HURTS.store(true, Ordering::Relaxed);
    let (status, _) = run();
    assert!(libc::WIFSIGNALED(status), "the filter must notice a call");
    assert_eq!(libc::WTERMSIG(status), libc::SIGSYS);
}
