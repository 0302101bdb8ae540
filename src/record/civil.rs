//! Date and time of day as people write them.

#[cfg(feature = "std")]
mod local;
#[cfg(not(feature = "std"))]
#[path = "civil/no_local.rs"]
mod local;

use core::fmt;

use arrayvec::ArrayString;

use super::Time;
use super::render::digits::{pair, write_padded};

const NS_PER_S: i64 = 1_000_000_000;
const S_PER_DAY: i64 = 86_400;

/// In which time zone times are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Zone {
    /// The time zone of the system; UTC without `std`, where nobody knows it.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
}

#[cfg(feature = "std")]
impl Zone {
    /// What the zone adds to UTC at that second since 1970, in seconds.
    pub(crate) fn offset_s(self, second: i64) -> i32 {
        match self {
            Self::Local => local::offset_s(second),
            Self::Utc => 0,
        }
    }
}

/// A moment in the calendar. Years 1677 to 2262, which is what 64 bits of nanoseconds reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: u16,
    /// The month, `1..=12`.
    pub month: u8,
    /// The day of the month, `1..=31`.
    pub day: u8,
    /// The hour, `0..=23`.
    pub hour: u8,
    /// The minute, `0..=59`.
    pub minute: u8,
    /// The second, `0..=59`.
    pub second: u8,
}

impl Civil {
    /// The moment that many seconds after 1970-01-01 00:00:00.
    ///
    /// ```
    /// use ringvisor::record::Civil;
    ///
    /// let leap_day = Civil::from_unix(951_782_400);
    /// assert_eq!((leap_day.year, leap_day.month, leap_day.day), (2000, 2, 29));
    /// ```
    pub fn from_unix(seconds: i64) -> Self {
        let (year, month, day) = date(seconds.div_euclid(S_PER_DAY));
        let of_day = seconds.rem_euclid(S_PER_DAY);
        Self {
            year,
            month,
            day,
            hour: small(of_day / 3600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
        }
    }
}

/// Year, month and day of a day counted from 1970-01-01, after the algorithm `civil_from_days` in
/// Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that
/// the leap day comes last and the lengths of months follow a line.
fn date(days: i64) -> (u16, u8, u8) {
    /// Days from 0000-03-01 to 1970-01-01.
    const EPOCH: i64 = 719_468;
    /// Days of 400 years, after which the calendar repeats.
    const ERA: i64 = 146_097;
    let days = days.saturating_add(EPOCH);
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    (u16::try_from(year).unwrap_or(0), small(month), small(day))
}

fn small(number: i64) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

/// Writes times, and remembers the last second and the last offset of the zone: records come in
/// order, so nearly all of them take the text of the one before.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    zone: Zone,
    /// The second of `text`, since 1970; `i64::MIN` for none.
    second: i64,
    /// `2023-03-29 12:16:30`.
    text: ArrayString<19>,
    /// The minute for which `offset_s` was asked, since 1970.
    minute: i64,
    /// What the zone adds to UTC, in seconds.
    offset_s: i32,
}

impl Calendar {
    pub(crate) const fn new(zone: Zone) -> Self {
        let text = ArrayString::new_const();
        Self { zone, second: i64::MIN, text, minute: i64::MIN, offset_s: 0 }
    }

    /// Date and time of day up to the second, `2023-03-29 12:16:30`.
    #[inline]
    pub(crate) fn second_text(&mut self, wall_ns: i64) -> &str {
        let second = wall_ns.div_euclid(NS_PER_S);
        if second != self.second {
            self.turn(second);
        }
        &self.text
    }

    /// The same, or `[   12.345]`, the seconds of the process's own clock, for a record without
    /// wall time.
    #[inline]
    pub(crate) fn write<W: fmt::Write + ?Sized>(&mut self, time: Time, out: &mut W) -> fmt::Result {
        if time.wall_ns == 0 {
            return write_uptime(time.mono_ns, out);
        }
        out.write_str(self.second_text(time.wall_ns))
    }

    /// What the zone adds to UTC then, in seconds.
    pub(super) fn offset_s(&mut self, second: i64) -> i32 {
        let minute = second.div_euclid(60);
        if self.zone == Zone::Local && minute != self.minute {
            // Zones change their offset at full minutes only.
            self.minute = minute;
            self.offset_s = local::offset_s(second);
        }
        self.offset_s
    }

    #[cold]
    fn turn(&mut self, second: i64) {
        self.second = second;
        let civil = Civil::from_unix(second.saturating_add(self.offset_s(second).into()));
        self.text.clear();
        let (century, year) = (civil.year / 100, civil.year % 100);
        let year = u8::try_from(year).unwrap_or(0);
        let century = u8::try_from(century).unwrap_or(0);
        let parts = [
            (century, ""),
            (year, ""),
            (civil.month, "-"),
            (civil.day, "-"),
            (civil.hour, " "),
            (civil.minute, ":"),
            (civil.second, ":"),
        ];
        for (number, before) in parts {
            let _ = self.text.try_push_str(before);
            let _ = self.text.try_push_str(pair(number));
        }
    }
}

/// Seconds and milliseconds of a clock that began with the process, `[   12.345]`.
#[cold]
fn write_uptime<W: fmt::Write + ?Sized>(mono_ns: u64, out: &mut W) -> fmt::Result {
    let ms = mono_ns / 1_000_000;
    out.write_str("[")?;
    write_padded(ms / 1000, 5, " ", out)?;
    out.write_str(".")?;
    write_padded(ms % 1000, 3, "0", out)?;
    out.write_str("]")
}

/// The nanoseconds of a time within its second.
#[inline]
pub(super) fn nanos(wall_ns: i64) -> u32 {
    u32::try_from(wall_ns.rem_euclid(NS_PER_S)).unwrap_or(0)
}

/// The second of a time since 1970.
#[cfg(feature = "std")]
pub(super) const fn second(wall_ns: i64) -> i64 {
    wall_ns.div_euclid(NS_PER_S)
}
