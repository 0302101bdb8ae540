//! Order statistics over samples.

#[cfg(test)]
mod tests;

/// What is reported of a set of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub median: f64,
    pub p10: f64,
    pub p90: f64,
}

impl Summary {
    /// Nothing for no samples.
    pub fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Some(Self {
            median: quantile(&sorted, 0.5)?,
            p10: quantile(&sorted, 0.1)?,
            p90: quantile(&sorted, 0.9)?,
        })
    }

    /// Distance from p10 to p90 in percent of the median.
    pub fn spread_percent(&self) -> f64 {
        100.0 * (self.p90 - self.p10) / self.median
    }
}

/// Nearest rank in a sorted slice; `q` in 0..=1.
pub fn quantile<T: Copy>(sorted: &[T], q: f64) -> Option<T> {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// The quantile of values that a clock of coarse steps has rounded: equal values are taken to lie
/// evenly within one step around what was read, so that the result is finer than the step.
pub fn grouped_quantile(sorted: &[u32], step: u32, q: f64) -> Option<f64> {
    let value = quantile(sorted, q)?;
    let below = sorted.partition_point(|&other| other < value);
    let equal = sorted.partition_point(|&other| other <= value) - below;
    let within = (q * sorted.len() as f64 - below as f64) / equal as f64;
    Some(f64::from(value) + f64::from(step) * (within - 0.5))
}
