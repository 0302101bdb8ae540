//! How long to wait before the next start.

use core::time::Duration;

/// How much of a delay is left to chance, so that tasks that failed together do not come back
/// together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Jitter {
    /// Nothing.
    None,
    /// Anywhere between no delay and the whole delay.
    Full,
    /// Anywhere between half the delay and the whole delay.
    #[default]
    Equal,
}

/// A delay that grows with each restart up to a cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    /// Before the first restart. 200 ms by default.
    pub initial: Duration,
    /// Each delay in percent of the one before: 200, the default, doubles. Below 100 is taken as
    /// 100, because delays do not shrink.
    pub growth_percent: u32,
    /// No delay is longer. 30 s by default.
    pub cap: Duration,
    /// No delay is shorter, whatever the rest says: a task that fails at once must not take all the
    /// processor. 1 ms by default. Where it is above the cap, the floor holds.
    pub floor: Duration,
    /// How much is left to chance.
    pub jitter: Jitter,
    /// What chance starts from: the same seed gives the same delays.
    pub seed: u64,
    /// A run that was ready for this long makes the next delay the initial one again. 60 s by
    /// default.
    pub reset_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Backoff {
    /// The default, for constants.
    pub const DEFAULT: Self = Self {
        initial: Duration::from_millis(200),
        growth_percent: 200,
        cap: Duration::from_secs(30),
        floor: Duration::from_millis(1),
        jitter: Jitter::Equal,
        seed: 0,
        reset_after: Duration::from_secs(60),
    };

    /// The same delay each time, nothing left to chance.
    #[must_use]
    pub const fn constant(delay: Duration) -> Self {
        let growth_percent = 100;
        Self { initial: delay, growth_percent, cap: delay, jitter: Jitter::None, ..Self::DEFAULT }
    }

    /// The delay before restart number `attempt`, counted from 0, without its jitter.
    ///
    /// It never shrinks as `attempt` grows.
    ///
    /// ```
    /// use core::time::Duration;
    /// use ringvisor::supervise::Backoff;
    ///
    /// let backoff = Backoff::default();
    /// assert_eq!(backoff.base(0), Duration::from_millis(200));
    /// assert_eq!(backoff.base(3), Duration::from_millis(1_600));
    /// assert_eq!(backoff.base(u32::MAX), Duration::from_secs(30));
    /// ```
    #[must_use]
    pub fn base(&self, attempt: u32) -> Duration {
        let (floor, cap) = (nanos(self.floor), nanos(self.cap));
        let mut delay = nanos(self.initial).min(cap);
        if self.growth_percent > 100 && delay > 0 {
            for _ in 0..attempt {
                if delay == cap {
                    break;
                }
                delay = self.grown(delay).min(cap);
            }
        }
        Duration::from_nanos(delay.max(floor))
    }

    /// The delay before restart number `attempt`, counted from 0; `salt` tells tasks and runs
    /// apart.
    ///
    /// The same arguments always give the same delay.
    #[must_use]
    pub fn delay(&self, attempt: u32, salt: u64) -> Duration {
        let base = nanos(self.base(attempt));
        let least = match self.jitter {
            Jitter::None => base,
            Jitter::Full => 0,
            Jitter::Equal => base - base / 2,
        };
        let drawn = least + below(mixed(self.seed, salt), base - least);
        Duration::from_nanos(drawn.max(nanos(self.floor)))
    }

    /// Rounded up: a delay of a few nanoseconds has to grow too.
    fn grown(&self, delay: u64) -> u64 {
        // Hundreds and the rest apart: no product needs more than 64 bits.
        let percent = u64::from(self.growth_percent);
        let rest = (delay % 100 * percent).div_ceil(100);
        (delay / 100).saturating_mul(percent).saturating_add(rest)
    }
}

/// A duration in nanoseconds; 584 years and more are `u64::MAX`.
#[inline(never)]
pub(super) fn nanos(duration: Duration) -> u64 {
    let whole = duration.as_secs().saturating_mul(1_000_000_000);
    whole.saturating_add(duration.subsec_nanos().into())
}

/// A number in `0..=most` out of 64 random bits.
fn below(random: u64, most: u64) -> u64 {
    let scaled = (u128::from(random) * (u128::from(most) + 1)) >> 64;
    u64::try_from(scaled).unwrap_or(most)
}

/// Two numbers made one in which every bit depends on every bit of both.
fn mixed(seed: u64, salt: u64) -> u64 {
    let mut bits = seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
    for multiplier in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        bits = (bits ^ (bits >> 33)).wrapping_mul(multiplier);
    }
    bits ^ (bits >> 33)
}

#[cfg(test)]
mod tests;
