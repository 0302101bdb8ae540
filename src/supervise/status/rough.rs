//! Spans of time for somebody who looks in passing.

use core::fmt;
use core::time::Duration;

/// A span of time in the two units that matter: `41 ms`, `2.1 s`, `37 s`, `5 min 22 s`, `14 min`,
/// `6 h 3 min`, `2 days 4 h`. With `{:#}` as short as can be: `41ms`, `5m22s`, `14m`, `6h3m`, `2d4h`.
///
/// What does not show is dropped, not rounded.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::supervise::status::Rough;
///
/// let rough = |ms| Rough(Duration::from_millis(ms));
/// assert_eq!(rough(2_199).to_string(), "2.1 s");
/// assert_eq!(rough(322_000).to_string(), "5 min 22 s");
/// assert_eq!(format!("{:#}", rough(322_000)), "5m22s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rough(pub Duration);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl fmt::Display for Rough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0 => unit(f, self.0.subsec_millis().into(), "ms", "ms"),
            1..MINUTE => self.write_seconds(f),
            // From ten minutes on, seconds are of no use.
            MINUTE..600 => two(f, seconds, (MINUTE, "min", "m"), (1, "s", "s")),
            600..HOUR => unit(f, seconds / MINUTE, "min", "m"),
            HOUR..DAY => two(f, seconds, (HOUR, "h", "h"), (MINUTE, "min", "m")),
            DAY.. => {
                let days = if seconds < 2 * DAY { "day" } else { "days" };
                two(f, seconds, (DAY, days, "d"), (HOUR, "h", "h"))
            }
        }
    }
}

impl Rough {
    fn write_seconds(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.subsec_millis() / 100;
        if tenths > 0 && !f.alternate() {
            return write!(f, "{}.{tenths} s", self.0.as_secs());
        }
        unit(f, self.0.as_secs(), "s", "s")
    }
}

/// A number of seconds and its names, the short one last.
type Unit = (u64, &'static str, &'static str);

fn two(f: &mut fmt::Formatter<'_>, seconds: u64, large: Unit, small: Unit) -> fmt::Result {
    unit(f, seconds / large.0, large.1, large.2)?;
    let rest = seconds % large.0 / small.0;
    if rest == 0 {
        return Ok(());
    }
    f.write_str(if f.alternate() { "" } else { " " })?;
    unit(f, rest, small.1, small.2)
}

fn unit(f: &mut fmt::Formatter<'_>, number: u64, long: &str, short: &str) -> fmt::Result {
    if f.alternate() { write!(f, "{number}{short}") } else { write!(f, "{number} {long}") }
}
