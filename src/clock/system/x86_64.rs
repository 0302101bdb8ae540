//! The time stamp counter of x86-64.

#![allow(unsafe_code)]

use core::arch::x86_64::{__cpuid, _mm_lfence, _rdtsc};
use core::num::NonZero;

/// What Linux calls this counter.
pub(super) const CLOCKSOURCE: &str = "tsc";

/// Leaf and register bit of "the counter runs at a constant rate in all power states".
const POWER_LEAF: u32 = 0x8000_0007;
const INVARIANT_TSC: u32 = 1 << 8;

#[inline]
pub(super) fn read() -> u64 {
    // SAFETY: every x86-64 processor has `rdtsc`; a system that forbids it to programs does not
    // name the counter as its clock source.
    unsafe { _rdtsc() }
}

/// A reading that no instruction before or after it overlaps.
pub(super) fn read_in_order() -> u64 {
    // SAFETY: `lfence` is part of SSE2, which every x86-64 processor has.
    unsafe { _mm_lfence() };
    let ticks = read();
    // SAFETY: as above.
    unsafe { _mm_lfence() };
    ticks
}

/// Whether the counter runs at one rate whatever the processor does.
pub(super) fn is_steady() -> bool {
    let [highest, ..] = cpuid(0x8000_0000);
    let [.., edx] = cpuid(POWER_LEAF);
    highest >= POWER_LEAF && edx & INVARIANT_TSC != 0
}

/// Ticks per second, as the hypervisor or the processor announces them.
pub(super) fn frequency_hint() -> Option<NonZero<u64>> {
    NonZero::new(announced_by_hypervisor().or_else(announced_by_processor).unwrap_or(0))
}

/// Leaf 0x4000_0010 of the hypervisors that have it: the counter's rate in kHz.
fn announced_by_hypervisor() -> Option<u64> {
    const RUNS_IN_HYPERVISOR: u32 = 1 << 31;
    const TIMING_LEAF: u32 = 0x4000_0010;

    let [_, _, features, _] = cpuid(1);
    if features & RUNS_IN_HYPERVISOR == 0 {
        return None;
    }
    let [highest, ..] = cpuid(0x4000_0000);
    let [khz, ..] = cpuid(TIMING_LEAF);
    (highest >= TIMING_LEAF && khz != 0).then_some(u64::from(khz) * 1000)
}

/// Leaf 0x15: the crystal's rate in Hz, and by what ratio the counter is faster.
fn announced_by_processor() -> Option<u64> {
    const CRYSTAL_LEAF: u32 = 0x15;

    let [highest, ..] = cpuid(0);
    let [denominator, numerator, crystal_hz, _] = cpuid(CRYSTAL_LEAF);
    if highest < CRYSTAL_LEAF {
        return None;
    }
    (u64::from(crystal_hz) * u64::from(numerator)).checked_div(u64::from(denominator))
}

/// Registers a, b, c and d of a leaf; a leaf that does not exist yields numbers without meaning.
fn cpuid(leaf: u32) -> [u32; 4] {
    #[allow(unused_unsafe)] // Newer versions of Rust know that it is safe.
    // SAFETY: every x86-64 processor has `cpuid`, and it does nothing but fill four registers.
    let found = unsafe { __cpuid(leaf) };
    [found.eax, found.ebx, found.ecx, found.edx]
}
