//! How long ago, as status lines say it.

use core::fmt;
use core::time::Duration;

use super::render::digits::{pair, write_u64};

/// A span of time in whole seconds that shows as `4 s`, `00:01:22` or `1 days, 00:00:00`, and as
/// `the past by 2 s` when it is negative. Fractions of a second are dropped.
///
/// ```
/// use ringvisor::record::Elapsed;
///
/// assert_eq!(Elapsed::from_secs(59).to_string(), "59 s");
/// assert_eq!(Elapsed::from_secs(82).to_string(), "00:01:22");
/// assert_eq!(Elapsed::from_secs(3 * 86_400 + 5).to_string(), "3 days, 00:00:05");
/// assert_eq!(Elapsed::from_secs(-2).to_string(), "the past by 2 s");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elapsed {
    seconds: u64,
    past: bool,
}

impl Elapsed {
    /// That many seconds; negative ones lie in the past.
    pub const fn from_secs(seconds: i64) -> Self {
        Self { seconds: seconds.unsigned_abs(), past: seconds < 0 }
    }
}

impl From<Duration> for Elapsed {
    fn from(duration: Duration) -> Self {
        Self { seconds: duration.as_secs(), past: false }
    }
}

impl Elapsed {
    /// Writes it as it shows, without a formatter.
    pub(crate) fn write<W: fmt::Write + ?Sized>(self, out: &mut W) -> fmt::Result {
        if self.past {
            out.write_str("the past by ")?;
        }
        let (days, of_day) = (self.seconds / 86_400, (self.seconds % 86_400) as u32);
        if self.seconds < 60 {
            write_u64(self.seconds, out)?;
            return out.write_str(" s");
        }
        if days > 0 {
            write_u64(days, out)?;
            out.write_str(" days, ")?;
        }
        for (unit, before) in [(3600, ""), (60, ":"), (1, ":")] {
            out.write_str(before)?;
            out.write_str(pair((of_day / unit % 60) as u8))?;
        }
        Ok(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}
