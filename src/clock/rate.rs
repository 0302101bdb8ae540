//! Nanoseconds per tick, in integers.

/// Nanoseconds per tick as a multiplier and a shift: `ns = ticks * mult >> shift`.
///
/// The multiplier keeps at least 62 significant bits, so the product is exact to a nanosecond over
/// 70 years. It is rounded up, so that a whole number of nanoseconds does not come out as one less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    mult: u64,
    /// In `0..=126`.
    shift: u32,
}

impl Rate {
    /// Time stands still.
    pub(super) const ZERO: Self = Self { mult: 0, shift: 0 };

    /// The rate at which `ns` nanoseconds pass in `ticks` ticks; `ZERO` if there are no ticks.
    pub(super) fn new(ns: u64, ticks: u64) -> Self {
        if ns == 0 || ticks == 0 {
            return Self::ZERO;
        }
        // The largest shift for which the quotient is sure to fit 64 bits. It lies in 0..=126, and
        // the shifted dividend below 2^127.
        let shift = 63 + ns.leading_zeros() - ticks.leading_zeros();
        let mult = (u128::from(ns) << shift).div_ceil(u128::from(ticks));
        Self { mult: saturate(mult), shift }
    }

    /// Nanoseconds in `ticks` ticks, rounded down.
    #[inline]
    pub(super) fn ns(self, ticks: u64) -> u64 {
        saturate((u128::from(ticks) * u128::from(self.mult)) >> self.shift)
    }
}

/// `value * numerator / denominator`, rounded down; 0 if the denominator is 0.
pub(super) fn scale(value: u64, numerator: u64, denominator: u64) -> u64 {
    let product = u128::from(value) * u128::from(numerator);
    product.checked_div(u128::from(denominator)).map_or(0, saturate)
}

#[inline]
fn saturate(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
