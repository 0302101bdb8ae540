//! How bad a record is, and how much of that passes a filter.

use core::fmt;
use core::str::FromStr;

/// The severity of one record; the order is the verbosity, as in `log`: `Error < Trace`.
///
/// ```
/// use ringvisor::record::{Level, LevelFilter};
///
/// assert!(Level::Warn < Level::Info);
/// assert!(Level::Warn <= LevelFilter::Info);
/// assert_eq!("warn".parse(), Ok(Level::Warn));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Something failed.
    Error = 1,
    /// Something is odd and may fail soon.
    Warn,
    /// What an operator wants to know while all is well.
    Info,
    /// What a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

/// The most verbose level that passes; `Off` lets nothing pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum LevelFilter {
    /// Nothing passes.
    #[default]
    Off = 0,
    /// Only errors.
    Error,
    /// Warnings and worse.
    Warn,
    /// Information and worse.
    Info,
    /// Debug messages and worse.
    Debug,
    /// Everything passes.
    Trace,
}

/// A word that names no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLevelError;

const NAMES: [&str; 6] = ["OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
const FILTERS: [LevelFilter; 6] = [
    LevelFilter::Off,
    LevelFilter::Error,
    LevelFilter::Warn,
    LevelFilter::Info,
    LevelFilter::Debug,
    LevelFilter::Trace,
];

impl Level {
    /// All levels, the worst first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// The level's name in capitals, as it stands in a line: `INFO`.
    pub const fn as_str(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The level with number `1..=5`, as it is stored in a record.
    pub(crate) const fn from_u8(number: u8) -> Option<Self> {
        match number {
            1..=5 => Some(Self::ALL[number as usize - 1]),
            _ => None,
        }
    }
}

impl LevelFilter {
    /// The filter's name in capitals: `OFF`, `ERROR` … `TRACE`.
    pub const fn as_str(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The filter with number `0..=5`; a larger number lets everything pass.
    pub(crate) const fn from_u8(number: u8) -> Self {
        if number < 5 { FILTERS[number as usize] } else { Self::Trace }
    }
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        FILTERS[level as usize]
    }
}

impl PartialEq<LevelFilter> for Level {
    fn eq(&self, other: &LevelFilter) -> bool {
        *self as u8 == *other as u8
    }
}

impl PartialOrd<LevelFilter> for Level {
    fn partial_cmp(&self, other: &LevelFilter) -> Option<core::cmp::Ordering> {
        (*self as u8).partial_cmp(&(*other as u8))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for LevelFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for LevelFilter {
    type Err = ParseLevelError;

    fn from_str(text: &str) -> Result<Self, ParseLevelError> {
        let index = NAMES.iter().position(|name| name.eq_ignore_ascii_case(text));
        index.map(|i| FILTERS[i]).ok_or(ParseLevelError)
    }
}

impl FromStr for Level {
    type Err = ParseLevelError;

    fn from_str(text: &str) -> Result<Self, ParseLevelError> {
        let filter: LevelFilter = text.parse()?;
        Self::from_u8(filter as u8).ok_or(ParseLevelError)
    }
}

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a level; write one of off, error, warn, info, debug, trace")
    }
}

impl core::error::Error for ParseLevelError {}
