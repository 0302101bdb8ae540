//! When the time of a file is over: civil time in, next rotation out. Reads no clock.

use core::fmt;
use core::str::FromStr;

use crate::record::{Civil, Zone};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 1970-01-01 was a Thursday, three days after a Monday.
const FIRST_MONDAY: i64 = -3;

/// How long one file is written before the next is begun.
///
/// Files change at full seconds, minutes, hours, days or weeks of the calendar, not so and so long
/// after the program began: a program that is started again goes on with the file of that time. With
/// [`every`](Self::every) they change at each n-th of these, counted from 1970.
///
/// A day is a day of the calendar, also when clocks are changed: it then has 23 or 25 hours.
///
/// ```
/// use ringvisor::sink::Schedule;
///
/// let nightly: Schedule = "midnight".parse()?;
/// assert_eq!(nightly, Schedule::daily());
/// let mondays = "W0".parse::<Schedule>()?.at(3, 30);
/// assert_eq!(mondays.to_string(), "W0 at 03:30");
/// # Ok::<(), ringvisor::sink::ParseScheduleError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a schedule does nothing by itself"]
pub struct Schedule {
    unit: Unit,
    /// At least 1.
    every: u32,
    /// When a day begins, in seconds after midnight.
    at: u32,
    zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    /// Begins with that day, 0 for Monday.
    Week(u8),
}

/// The time of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// Seconds since 1970-01-01 UTC.
    pub(super) start: i64,
    /// The first second that belongs to the next file.
    pub(super) end: i64,
    /// The start as clocks on the wall showed it.
    pub(super) civil: Civil,
}

impl Schedule {
    /// A file for each second.
    pub const fn secondly() -> Self {
        Self::each(Unit::Second)
    }

    /// A file for each minute.
    pub const fn minutely() -> Self {
        Self::each(Unit::Minute)
    }

    /// A file for each hour.
    pub const fn hourly() -> Self {
        Self::each(Unit::Hour)
    }

    /// A file for each day.
    pub const fn daily() -> Self {
        Self::each(Unit::Day)
    }

    /// A file for each week that begins with `weekday`: 0 for Monday, 6 for Sunday; greater numbers
    /// count on into the next week.
    pub const fn weekly(weekday: u8) -> Self {
        Self::each(Unit::Week(weekday % 7))
    }

    const fn each(unit: Unit) -> Self {
        Self { unit, every: 1, at: 0, zone: Zone::Local }
    }

    /// Only each `count`-th time; 0 counts as 1.
    pub const fn every(mut self, count: u32) -> Self {
        self.every = if count == 0 { 1 } else { count };
        self
    }

    /// The time at which days and weeks begin, midnight unless called; greater numbers than a clock
    /// shows count as its last.
    pub const fn at(mut self, hour: u8, minute: u8) -> Self {
        let hour = if hour > 23 { 23 } else { hour };
        let minute = if minute > 59 { 59 } else { minute };
        self.at = hour as u32 * 3600 + minute as u32 * 60;
        self
    }

    /// Follows the calendar of UTC instead of the system's time zone.
    pub const fn utc(mut self) -> Self {
        self.zone = Zone::Utc;
        self
    }

    /// The zone whose calendar is followed.
    pub(super) const fn zone(&self) -> Zone {
        self.zone
    }

    /// The file's time that holds `second`; `offset` says what the zone adds to UTC at a second.
    pub(super) fn period(&self, second: i64, offset: impl Fn(i64) -> i32) -> Period {
        let now = i64::from(offset(second));
        let local = second.saturating_add(now);
        let (start, len) = self.local(local);
        let (begin, end) = match len {
            // Within an hour all clocks run alike; hours repeat and are left out.
            ..=HOUR => (second - (local - start), second - (local - start) + len),
            _ => {
                let end = universal(start.saturating_add(len), now, &offset);
                (universal(start, now, &offset).min(second), end)
            }
        };
        let end = if end > second { end } else { second.saturating_add(len) };
        Period { start: begin, end, civil: Civil::from_unix(start) }
    }

    /// Where the period of a local second begins, and how long it is by the calendar.
    fn local(&self, local: i64) -> (i64, i64) {
        let every = i64::from(self.every);
        let aligned = |len: i64| (local - local.rem_euclid(len), len);
        let at = i64::from(self.at);
        let day = (local - at).div_euclid(DAY);
        match self.unit {
            Unit::Second => aligned(every),
            Unit::Minute => aligned(every * MINUTE),
            Unit::Hour => aligned(every * HOUR),
            Unit::Day => ((day - day.rem_euclid(every)) * DAY + at, every * DAY),
            Unit::Week(weekday) => {
                let first = FIRST_MONDAY + i64::from(weekday);
                let past = (day - first).rem_euclid(7 * every);
                ((day - past) * DAY + at, 7 * every * DAY)
            }
        }
    }

    /// What a file of the period is called, as Python's handlers do it: `2027-03-28_14`.
    pub(super) fn write_stamp(&self, civil: Civil, out: &mut impl fmt::Write) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = civil;
        write!(out, "{year:04}-{month:02}-{day:02}")?;
        match self.unit {
            Unit::Second => write!(out, "_{hour:02}-{minute:02}-{second:02}"),
            Unit::Minute => write!(out, "_{hour:02}-{minute:02}"),
            Unit::Hour => write!(out, "_{hour:02}"),
            Unit::Day | Unit::Week(_) => Ok(()),
        }
    }
}

/// The second at which clocks show `local`, near a moment with the offset `now`. A time that is left
/// out when clocks go forward becomes the one that is as much later.
fn universal(local: i64, now: i64, offset: &impl Fn(i64) -> i32) -> i64 {
    let first = local.saturating_sub(now);
    let there = i64::from(offset(first));
    if there == now {
        return first;
    }
    let second = local.saturating_sub(there);
    if i64::from(offset(second)) == there { second } else { first.max(second) }
}

/// A text that names no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseScheduleError;

impl FromStr for Schedule {
    type Err = ParseScheduleError;

    /// Reads the names of Python's handlers: `S`, `M`, `H`, `D`, `midnight`, `W0` (Monday) to `W6`;
    /// capitals do not matter.
    fn from_str(text: &str) -> Result<Self, ParseScheduleError> {
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        match text.as_bytes() {
            [b'S' | b's'] => Ok(Self::secondly()),
            [b'M' | b'm'] => Ok(Self::minutely()),
            [b'H' | b'h'] => Ok(Self::hourly()),
            [b'D' | b'd'] => Ok(Self::daily()),
            [b'W' | b'w', day @ b'0'..=b'6'] => Ok(Self::weekly(day - b'0')),
            _ if is("midnight") => Ok(Self::daily()),
            _ => Err(ParseScheduleError),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Second => f.write_str("S")?,
            Unit::Minute => f.write_str("M")?,
            Unit::Hour => f.write_str("H")?,
            Unit::Day => f.write_str("midnight")?,
            Unit::Week(day) => write!(f, "W{day}")?,
        }
        if self.every > 1 {
            write!(f, " x {}", self.every)?;
        }
        if self.at > 0 {
            write!(f, " at {:02}:{:02}", self.at / 3600, self.at / 60 % 60)?;
        }
        if self.zone == Zone::Utc { f.write_str(" UTC") } else { Ok(()) }
    }
}

impl fmt::Display for ParseScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a schedule; write one of S, M, H, D, midnight, W0 (Monday) to W6")
    }
}

impl core::error::Error for ParseScheduleError {}
