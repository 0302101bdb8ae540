//! The only place that reads time.
//!
//! A log record carries one raw tick count, which is all that a writer has to pay for. Whoever
//! reads the log turns ticks into wall and monotonic nanoseconds with a [`Timeline`]: a short list
//! of [`Anchor`]s, moments at which the tick counter, the monotonic clock and the wall clock were
//! read together.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use ringvisor::clock::{Clock, Timeline};
//!
//! static CLOCK: Clock = Clock::system();
//!
//! let mut timeline = Timeline::new(CLOCK.frequency_hint());
//! let started = CLOCK.sample();
//! let _ = timeline.push(started);
//! let ticks = CLOCK.ticks();
//! let _ = timeline.push(CLOCK.sample());
//!
//! assert!(timeline.time(ticks).mono_ns >= started.mono_ns);
//! # }
//! ```

mod anchor;
#[cfg(feature = "cortex-m")]
pub(crate) mod embassy;
#[cfg_attr(not(target_has_atomic = "64"), path = "clock/manual/absent.rs")]
mod manual;
mod rate;
#[cfg_attr(not(feature = "std"), path = "clock/stopped/absent.rs")]
mod stopped;
#[cfg_attr(not(feature = "std"), path = "clock/system/absent.rs")]
mod system;
mod timeline;

#[cfg(test)]
mod tests;

use core::num::NonZero;

pub use anchor::Anchor;
pub use manual::Manual;
pub use timeline::{Pushed, Timeline};

use stopped::Stopped;
use system::System;

/// When a record was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Nanoseconds since 1970-01-01 UTC; 0 where no wall clock was known.
    pub wall_ns: i64,
    /// Nanoseconds on the process's monotonic clock.
    pub mono_ns: u64,
}

const NANOS_PER_SEC: u64 = 1_000_000_000;

/// A source of ticks: 64-bit counts that do not go backwards.
///
/// It is small and `Copy`, every constructor is `const`, and [`ticks`](Self::ticks) costs one
/// predictable branch beyond the reading itself.
///
/// ```
/// use core::num::NonZero;
/// use core::time::Duration;
/// use ringvisor::clock::{Clock, Manual};
///
/// static TIME: Manual = Manual::new();
/// static CLOCK: Clock = Clock::manual(&TIME);
///
/// TIME.advance(Duration::from_micros(5));
/// assert_eq!(CLOCK.ticks(), 5_000);
/// assert_eq!(CLOCK.frequency_hint(), NonZero::new(1_000_000_000));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    source: Source,
}

/// `System`, `Manual` and `Stopped` are uninhabited where they cannot exist, so every build has every
/// arm.
#[derive(Clone, Copy, Debug)]
enum Source {
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "uninhabited"))]
    System(System),
    Manual(&'static Manual),
    Counter {
        read: fn() -> u64,
        ticks_per_second: NonZero<u64>,
    },
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "uninhabited"))]
    Stopped(Stopped),
}

impl Clock {
    /// The hand-driven clock `manual`: one tick is one nanosecond.
    ///
    /// A test that cannot use a `static` may `Box::leak` its [`Manual`].
    #[must_use]
    pub const fn manual(manual: &'static Manual) -> Self {
        Self { source: Source::Manual(manual) }
    }

    /// A board's own counter: `read` returns raw ticks, `ticks_per_second` of them a second.
    ///
    /// `read` is called once per record, in whatever context the record is written: it must be
    /// callable from interrupts, must not log, must not block and must not go backwards (a timer
    /// of 16 or 32 bits has to be extended to 64 first). Such a clock knows no wall time: its
    /// [`sample`](Self::sample)s have a wall time of 0. A program that learns the date elsewhere
    /// sets [`Anchor::wall_ns`] before it pushes the sample to a [`Timeline`].
    ///
    /// ```
    /// use core::num::NonZero;
    /// use ringvisor::clock::Clock;
    ///
    /// fn uptime_ticks() -> u64 {
    ///     65_536 // A real board reads a register.
    /// }
    /// const LSE_HZ: NonZero<u64> = NonZero::new(32_768).unwrap();
    /// static CLOCK: Clock = Clock::from_fn(uptime_ticks, LSE_HZ);
    ///
    /// assert_eq!(CLOCK.ticks(), 65_536);
    /// assert_eq!(CLOCK.sample().mono_ns, 2_000_000_000);
    /// ```
    #[must_use]
    pub const fn from_fn(read: fn() -> u64, ticks_per_second: NonZero<u64>) -> Self {
        Self { source: Source::Counter { read, ticks_per_second } }
    }

    /// The current count.
    #[inline]
    #[must_use]
    pub fn ticks(&self) -> u64 {
        match self.source {
            Source::System(system) => system.ticks(),
            Source::Manual(manual) => manual.ticks(),
            Source::Counter { read, .. } => read(),
            Source::Stopped(stopped) => stopped.ticks(),
        }
    }

    /// Ticks, monotonic and wall time of one moment, read as close together as can be had.
    #[must_use]
    pub fn sample(&self) -> Anchor {
        match self.source {
            Source::System(system) => system.sample(),
            Source::Manual(manual) => manual.sample(),
            Source::Counter { read, ticks_per_second } => {
                let ticks = read();
                let mono_ns = rate::scale(ticks, NANOS_PER_SEC, ticks_per_second.get());
                Anchor { ticks, mono_ns, wall_ns: Anchor::WALL_UNKNOWN }
            }
            Source::Stopped(stopped) => stopped.sample(),
        }
    }

    /// Nanoseconds that so many ticks take at the announced rate; 0 where there is none.
    ///
    /// ```
    /// use ringvisor::clock::{Clock, Manual};
    ///
    /// static TIME: Manual = Manual::new();
    /// assert_eq!(Clock::manual(&TIME).nanos(12), 12);
    /// ```
    #[must_use]
    pub fn nanos(&self, ticks: u64) -> u64 {
        let Some(rate) = self.frequency_hint() else { return 0 };
        // Seconds and the rest apart: 64 bits hold both products, and a board has no wider ones.
        let (seconds, rest) = (ticks / rate, ticks % rate);
        let fraction = rest.saturating_mul(NANOS_PER_SEC) / rate;
        seconds.saturating_mul(NANOS_PER_SEC).saturating_add(fraction)
    }

    /// Ticks per second as the source announces them; `None` where only measuring can tell.
    ///
    /// A [`Timeline`] needs it only until it has two anchors.
    #[must_use]
    pub fn frequency_hint(&self) -> Option<NonZero<u64>> {
        match self.source {
            Source::System(system) => system.frequency_hint(),
            Source::Manual(_) => NonZero::new(NANOS_PER_SEC),
            Source::Counter { ticks_per_second, .. } => Some(ticks_per_second),
            Source::Stopped(stopped) => stopped.frequency_hint(),
        }
    }
}
