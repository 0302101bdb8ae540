//! Time: the processor's cycles, counted by SysTick and its interrupt.

use core::num::NonZero;

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
use portable_atomic::{AtomicU32, Ordering};
use ringvisor::clock::Clock;

use crate::board::HZ;

/// Cycles from one interrupt to the next: a millisecond.
const PERIOD: u32 = HZ / 1000;

/// Interrupts so far. It would wrap after 49 days, which no program here runs for.
static PERIODS: AtomicU32 = AtomicU32::new(0);

/// A clock of raw cycles: nothing is divided when a record is written.
pub const CLOCK: Clock = Clock::from_fn(cycles, NonZero::new(HZ as u64).unwrap());

/// Cycles since the start.
pub fn cycles() -> u64 {
    loop {
        let periods = PERIODS.load(Ordering::Relaxed);
        let left = SYST::get_current();
        let due = SCB::is_pendst_pending();
        // An interrupt, or a counter that began anew, has come between the readings: once more.
        if PERIODS.load(Ordering::Relaxed) == periods && SYST::get_current() <= left {
            let periods = periods + u32::from(due);
            return u64::from(periods) * u64::from(PERIOD) + u64::from(PERIOD - 1 - left);
        }
    }
}

pub(crate) fn start() {
    let Some(mut timer) = cortex_m::Peripherals::take().map(|board| board.SYST) else { return };
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(PERIOD - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

#[cortex_m_rt::exception]
fn SysTick() {
    PERIODS.store(PERIODS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}
