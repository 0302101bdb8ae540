//! A signal handler that writes into the ring, whatever the interrupted thread was doing there.

use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use ringvisor::ring::{Heap, Storage, Word};

use super::record;

/// The writer number of the handler.
pub(crate) const WRITER: u8 = u8::MAX;

static ON_U32: AtomicPtr<Heap<u32>> = AtomicPtr::new(core::ptr::null_mut());
static ON_U64: AtomicPtr<Heap<u64>> = AtomicPtr::new(core::ptr::null_mut());
static NUMBER: AtomicU64 = AtomicU64::new(0);
static WRITTEN: AtomicU64 = AtomicU64::new(0);
/// Handlers that are running.
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// A timer that interrupts some thread every 200 µs, until it is dropped.
pub(crate) struct Strikes;

impl Strikes {
    /// Lets the handler write into `heap`.
    pub(crate) fn into<W: Word>(heap: &'static Heap<W>) -> Self {
        WRITTEN.store(0, Ordering::Relaxed);
        let heap: &dyn core::any::Any = heap;
        let on_u32 =
            heap.downcast_ref::<Heap<u32>>().map_or(core::ptr::null(), core::ptr::from_ref);
        let on_u64 =
            heap.downcast_ref::<Heap<u64>>().map_or(core::ptr::null(), core::ptr::from_ref);
        ON_U32.store(on_u32.cast_mut(), Ordering::SeqCst);
        ON_U64.store(on_u64.cast_mut(), Ordering::SeqCst);
        // SAFETY: `handle` only touches lock-free atomics and leaked memory.
        unsafe {
            libc::signal(libc::SIGALRM, handle as *const () as libc::sighandler_t);
        }
        set_timer(200);
        Self
    }

    /// Stops the timer and waits for handlers; returns how many records they wrote.
    pub(crate) fn stop(self) -> u64 {
        set_timer(0);
        // SeqCst here and in `handle`: either the handler sees null, or it is seen running.
        ON_U32.store(core::ptr::null_mut(), Ordering::SeqCst);
        ON_U64.store(core::ptr::null_mut(), Ordering::SeqCst);
        while RUNNING.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
        WRITTEN.load(Ordering::Acquire)
    }
}

fn set_timer(micros: libc::suseconds_t) {
    let period = libc::timeval { tv_sec: 0, tv_usec: micros };
    let timer = libc::itimerval { it_interval: period, it_value: period };
    // SAFETY: the call reads one whole `itimerval` and writes none.
    unsafe {
        libc::setitimer(libc::ITIMER_REAL, &raw const timer, core::ptr::null_mut());
    }
}

extern "C" fn handle(_: libc::c_int) {
    RUNNING.fetch_add(1, Ordering::SeqCst);
    // SAFETY: the pointers are null or come from a leaked box.
    unsafe {
        write(ON_U32.load(Ordering::SeqCst).as_ref());
        write(ON_U64.load(Ordering::SeqCst).as_ref());
    }
    RUNNING.fetch_sub(1, Ordering::SeqCst);
}

fn write<W: Word>(heap: Option<&Heap<W>>) {
    let Some(heap) = heap else { return };
    let mut bytes = [0; record::LEN_MIN + 3];
    record::fill(&mut bytes, WRITER, NUMBER.fetch_add(1, Ordering::Relaxed));
    if heap.region().shard(0).write(&bytes).is_ok() {
        WRITTEN.fetch_add(1, Ordering::Release);
    }
}
