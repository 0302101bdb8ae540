//! The system's clock: the processor's own counter where the OS trusts it, else `Instant`.

#[cfg_attr(target_arch = "x86_64", path = "system/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "system/aarch64.rs")]
#[cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    path = "system/no_counter.rs"
)]
mod counter;
mod origin;
#[cfg_attr(not(target_os = "linux"), path = "system/no_trust.rs")]
mod trust;

#[cfg(test)]
mod tests;

use core::num::NonZero;
use std::time::{SystemTime, UNIX_EPOCH};

use self::origin::Origin;
use super::{Anchor, Clock, NANOS_PER_SEC};
use crate::sync::plain::{AtomicU8, Ordering};

/// One choice per process: ticks of two sources must never meet in one log.
static CHOICE: Choice = Choice::new();
static ORIGIN: Origin = Origin::new();

/// A sample is the tightest of this many readings; one alone may be torn apart by a preemption.
const READINGS: usize = 5;

impl Clock {
    /// The system's clock.
    ///
    /// On Linux this is the processor's counter (`rdtsc` on x86-64, `cntvct_el0` on AArch64) if the
    /// kernel itself keeps time by it (`current_clocksource` is `tsc` or `arch_sys_counter`) and the
    /// processor says that it runs at a constant rate. Otherwise, and on every other system, it is
    /// [`Instant`](std::time::Instant), counted in nanoseconds since the process first asked.
    ///
    /// The choice falls at the first use, once for the whole process; it takes some tens of
    /// microseconds, reads one file and neither allocates nor locks. Threads and signal handlers may
    /// race for it: all of them get the same answer. A program that wants no file opened in a
    /// handler asks for a tick before it installs one.
    ///
    /// The counter is read without a barrier, so the processor may read it some tens of nanoseconds
    /// early: a record written after a message from another thread may bear a tick that much older
    /// than the sender's last. Counts of one thread do not go backwards.
    #[must_use]
    pub const fn system() -> Self {
        Self { source: super::Source::System(System(())) }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct System(());

impl System {
    #[inline]
    pub(super) fn ticks(self) -> u64 {
        match CHOICE.made() {
            Some(Kind::Counter) => counter::read(),
            Some(Kind::Instant) => ORIGIN.elapsed_ns(),
            None => first_ticks(),
        }
    }

    pub(super) fn sample(self) -> Anchor {
        match kind() {
            Kind::Counter => tightest(counter::read_in_order),
            Kind::Instant => {
                let anchor = tightest(|| ORIGIN.elapsed_ns());
                Anchor { mono_ns: anchor.ticks, ..anchor }
            }
        }
    }

    pub(super) fn frequency_hint(self) -> Option<NonZero<u64>> {
        match kind() {
            Kind::Counter => counter::frequency_hint(),
            Kind::Instant => NonZero::new(NANOS_PER_SEC),
        }
    }
}

/// What this process counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Counter = 1,
    Instant = 2,
}

/// A [`Kind`], or 0 before the choice.
///
/// Relaxed accesses suffice: the word publishes nothing but itself.
#[derive(Debug)]
struct Choice(AtomicU8);

impl Choice {
    const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    #[inline]
    fn made(&self) -> Option<Kind> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Kind::Counter),
            _ => Some(Kind::Instant),
        }
    }

    /// The choice, made by `decide` unless it was made before. Whoever stores first decides for
    /// all: the kernel may change its mind while two threads ask it.
    fn make(&self, decide: impl FnOnce() -> Kind) -> Kind {
        if let Some(kind) = self.made() {
            return kind;
        }
        let kind = decide();
        let (new, order) = (kind as u8, Ordering::Relaxed);
        let stored = self.0.compare_exchange(0, new, order, order);
        if stored.is_ok() { kind } else { self.made().unwrap_or(kind) }
    }
}

fn kind() -> Kind {
    CHOICE.make(|| {
        // Monotonic time begins here, so that no record is older than its zero.
        let _ = ORIGIN.elapsed_ns();
        let trusted = counter::is_steady() && trust::names(counter::CLOCKSOURCE);
        if trusted { Kind::Counter } else { Kind::Instant }
    })
}

#[cold]
fn first_ticks() -> u64 {
    match kind() {
        Kind::Counter => counter::read(),
        Kind::Instant => ORIGIN.elapsed_ns(),
    }
}

/// The reading of the three clocks that took the fewest ticks, dated to its middle.
fn tightest(ticks: impl Fn() -> u64) -> Anchor {
    let mut best = Anchor::default();
    let mut best_width = u64::MAX;
    for _ in 0..READINGS {
        let before = ticks();
        let (mono_ns, wall_ns) = (ORIGIN.elapsed_ns(), wall_ns());
        let width = ticks().saturating_sub(before);
        if width < best_width {
            best_width = width;
            best = Anchor { ticks: before + width / 2, mono_ns, wall_ns };
        }
    }
    best
}

fn wall_ns() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}
