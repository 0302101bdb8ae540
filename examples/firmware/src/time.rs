//! Time: the processor's cycles, counted by SysTick and its interrupt.

use core::num::NonZero;

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
use portable_atomic::{AtomicBool, AtomicU32, Ordering};
use ringvisor::clock::Clock;

use crate::board::HZ;
use crate::driver;

/// Cycles from one interrupt to the next: a millisecond.
const PERIOD: u32 = HZ / 1000;

/// Interrupts so far. It would wrap after 49 days, which no program here runs for.
static PERIODS: AtomicU32 = AtomicU32::new(0);

/// Whether an interrupt of the timer is for PendSV rather than for the clock.
static PENDS: AtomicBool = AtomicBool::new(false);

/// A clock of raw cycles: nothing is divided when a record is written.
pub const CLOCK: Clock = Clock::from_fn(cycles, NonZero::new(HZ as u64).unwrap());

/// The bare counter, for comparisons in which what the clock costs is not the question.
pub const COUNTER: Clock = Clock::from_fn(counter, NonZero::new(HZ as u64).unwrap());

fn counter() -> u64 {
    SYST::get_current().into()
}

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
    run(&mut timer, PERIOD);
}

/// From now on the exception PendSV comes every `cycles` cycles, and the clock is wrong; 0 ends
/// that, and the clock goes on from where it was.
pub fn pend_every(cycles: u32) {
    // SAFETY: the timer is used by this module only, and by nobody at this moment: its interrupt
    // does not touch its registers.
    let mut timer = unsafe { cortex_m::Peripherals::steal() }.SYST;
    PENDS.store(cycles > 0, Ordering::Relaxed);
    run(&mut timer, if cycles > 0 { cycles } else { PERIOD });
}

fn run(timer: &mut SYST, period: u32) {
    timer.disable_counter();
    timer.set_reload(period - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

#[cortex_m_rt::exception]
fn SysTick() {
    if PENDS.load(Ordering::Relaxed) {
        return SCB::set_pendsv();
    }
    PERIODS.store(PERIODS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    driver::turn();
}
