//! Times single calls: the serialised time stamp counter on x86-64, `Instant` elsewhere.

use std::time::{Duration, Instant};

use crate::stats::grouped_quantile;

/// Times calls, and turns what it saw of many into nanoseconds, less what reading the clock costs.
#[derive(Clone, Copy)]
pub struct CallClock {
    ns_per_tick: f64,
    /// Ticks by which the counter advances at once: 1 on most machines, 10 ns worth on some.
    step: u32,
    overhead_ticks: f64,
}

impl CallClock {
    /// Takes about 20 ms, in which the tick rate is compared with `Instant`.
    pub fn calibrate() -> Self {
        let mut empty: Vec<u32> = (0..20_001).map(|_| spent(|| ())).collect();
        empty.sort_unstable();
        let step = empty.iter().copied().fold(0, gcd).max(1);
        let overhead_ticks = grouped_quantile(&empty, step, 0.5).unwrap_or(0.0);
        Self { ns_per_tick: ns_per_tick(), step, overhead_ticks }
    }

    /// Raw ticks that a call took, to be given to `quantile_ns` with those of others.
    #[inline(always)]
    pub fn time(&self, call: impl FnOnce()) -> u32 {
        spent(call)
    }

    /// Nanoseconds of the call at rank `q` of sorted ticks.
    pub fn quantile_ns(&self, sorted: &[u32], q: f64) -> Option<f64> {
        let ticks = grouped_quantile(sorted, self.step, q)? - self.overhead_ticks;
        Some(ticks.max(0.0) * self.ns_per_tick)
    }
}

#[inline(always)]
fn spent(call: impl FnOnce()) -> u32 {
    let start = ticks();
    call();
    u32::try_from(ticks().wrapping_sub(start)).unwrap_or(u32::MAX)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn ns_per_tick() -> f64 {
    let (start, first) = (Instant::now(), ticks());
    while start.elapsed() < Duration::from_millis(20) {}
    let (spent, last) = (start.elapsed(), ticks());
    spent.as_nanos() as f64 / last.wrapping_sub(first) as f64
}

/// The fences keep the call inside the two readings: none of its instructions may move out.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn ticks() -> u64 {
    use core::arch::x86_64::{_mm_lfence, _rdtsc};
    // SAFETY: SSE2 and the time stamp counter are part of every x86-64 user mode we run in.
    unsafe {
        _mm_lfence();
        let now = _rdtsc();
        _mm_lfence();
        now
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn ticks() -> u64 {
    use std::sync::LazyLock;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_nanos() as u64
}
