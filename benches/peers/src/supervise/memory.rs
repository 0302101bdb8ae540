//! Memory of tasks that are parked.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Effort;
use super::measure::{Parker, one_thread, settle};

/// The system's allocator, which counts the bytes asked of it where that is measured.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator unchanged. Relaxed throughout: numbers
// are added up, nothing is published.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Ordering::Relaxed) {
            LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Ordering::Relaxed) {
            LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Ordering::Relaxed) {
            LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Ordering::Relaxed) {
            LIVE.fetch_add(size, Ordering::Relaxed);
            LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

static PARKED: AtomicUsize = AtomicUsize::new(0);

/// What a parked task does. The future is as small as one can be, which is the harshest comparison.
pub async fn parked() {
    PARKED.fetch_add(1, Ordering::Relaxed);
    std::future::pending().await
}

/// Bytes asked of the allocator and not given back, for each of many parked tasks.
pub fn live_bytes<S: Parker>(_: Effort) -> f64 {
    const TASKS: usize = 100_000;
    COUNTS.store(true, Ordering::Relaxed);
    one_thread().block_on(async {
        let mut starter = S::new();
        let before = LIVE.load(Ordering::Relaxed);
        park::<S>(&mut starter, TASKS).await;
        LIVE.load(Ordering::Relaxed).wrapping_sub(before) as f64 / TASKS as f64
    })
}

/// Megabytes of memory that a process with a million parked tasks occupies, all in all.
pub fn million<S: Parker>(_: Effort) -> f64 {
    one_thread().block_on(async {
        let mut starter = S::new();
        park::<S>(&mut starter, 1_000_000).await;
        resident_bytes() as f64 / 1e6
    })
}

async fn park<S: Parker>(starter: &mut S, tasks: usize) {
    for number in 0..tasks {
        starter.park(number).await;
    }
    settle(tasks, || PARKED.load(Ordering::Relaxed)).await;
}

pub fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number of KiB") * 1024
}
