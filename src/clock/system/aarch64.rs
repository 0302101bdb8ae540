//! The generic timer's virtual counter of AArch64.

#![allow(unsafe_code)]

use core::arch::asm;
use core::num::NonZero;

/// What Linux calls this counter.
pub(super) const CLOCKSOURCE: &str = "arch_sys_counter";

#[inline]
pub(super) fn read() -> u64 {
    let ticks: u64;
    // SAFETY: the instruction only writes its register; Linux lets programs read this counter
    // wherever it names it as its clock source.
    unsafe { asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags)) };
    ticks
}

/// A reading that no instruction before or after it overlaps.
pub(super) fn read_in_order() -> u64 {
    let ticks: u64;
    // SAFETY: as in `read`; `isb` waits for the instructions before it and touches nothing. Without
    // `nomem` the compiler keeps other accesses on their side as well.
    unsafe {
        asm!("isb", "mrs {}, cntvct_el0", "isb", out(reg) ticks, options(nostack, preserves_flags))
    };
    ticks
}

/// Whether the counter runs at one rate; the architecture promises it.
pub(super) fn is_steady() -> bool {
    true
}

/// Ticks per second, as the firmware announces them.
pub(super) fn frequency_hint() -> Option<NonZero<u64>> {
    let hz: u64;
    // SAFETY: as in `read`; the register is readable wherever the counter is.
    unsafe { asm!("mrs {}, cntfrq_el0", out(reg) hz, options(nomem, nostack, preserves_flags)) };
    NonZero::new(hz)
}
