//! The clock of a program on embassy: its time driver, whichever that is.

use core::num::NonZero;
use core::task::Waker;

use embassy_time_driver::TICK_HZ;

use super::{Clock, NANOS_PER_SEC};

const RATE: NonZero<u64> = match NonZero::new(TICK_HZ) {
    Some(rate) => rate,
    None => NonZero::<u64>::MIN,
};

/// Nanoseconds of one tick where that is a whole number, which saves divisions.
const NS_PER_TICK: Option<u64> =
    if NANOS_PER_SEC % TICK_HZ == 0 { Some(NANOS_PER_SEC / TICK_HZ) } else { None };

impl Clock {
    /// The clock of embassy's time driver. The program brings the driver.
    #[must_use]
    pub const fn embassy() -> Self {
        Self::from_fn(embassy_time_driver::now, RATE)
    }
}

/// Ticks since the driver started. Whole-program optimisation would put a driver of a few
/// instructions into each place that asks.
#[inline(never)]
pub(crate) fn ticks() -> u64 {
    embassy_time_driver::now()
}

/// Nanoseconds that so many ticks take.
#[inline]
pub(crate) fn nanos(ticks: u64) -> u64 {
    match NS_PER_TICK {
        Some(each) => ticks.saturating_mul(each),
        None => Clock::from_fn(embassy_time_driver::now, RATE).nanos(ticks),
    }
}

/// The first tick at which so many nanoseconds have passed.
#[inline]
pub(crate) fn tick_after(nanos: u64) -> u64 {
    match NS_PER_TICK {
        Some(each) => nanos.div_ceil(each),
        None => {
            let (seconds, rest) = (nanos / NANOS_PER_SEC, nanos % NANOS_PER_SEC);
            seconds.saturating_mul(TICK_HZ).saturating_add((rest * TICK_HZ).div_ceil(NANOS_PER_SEC))
        }
    }
}

/// Microseconds that so many ticks take.
#[inline]
pub(crate) fn micros(ticks: u64) -> u64 {
    nanos(ticks) / 1_000
}

/// Has the driver wake `waker` at that tick, or at once if it has passed.
#[inline(never)]
pub(crate) fn wake_at(tick: u64, waker: &Waker) {
    embassy_time_driver::schedule_wake(tick, waker);
}
