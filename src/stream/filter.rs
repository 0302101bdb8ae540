//! Which levels of which targets pass: the `RUST_LOG` grammar.
//!
//! A text is a list of directives between commas; blanks around every part are ignored.
//!
//! | directive | meaning |
//! |---|---|
//! | `info` | the default: what passes for targets that no other directive names |
//! | `hyper=warn` | the level of every target that begins with `hyper`, so `hyperlink` too |
//! | `hyper`, `hyper=` | everything of these targets, as `hyper=trace` |
//!
//! A level is `off`, `error`, `warn`, `info`, `debug` or `trace` in any letter case, or its number
//! from 0 (off) to 5 (trace). The longest name that a target begins with decides; of two
//! directives for the same name the later one holds. Without a default, other targets are off.
//!
//! This is what `env_logger` and tracing-subscriber's `EnvFilter` and `Targets` agree on. Where
//! they differ:
//!
//! | written | `env_logger` | `EnvFilter` | `Targets` | here |
//! |---|---|---|---|---|
//! | `3` | a name | level | level | level |
//! | `9` | a name | a name | a name | error |
//! | `hyper=3` | error | level | level | level |
//! | `hyper=` | everything | everything | errors only | everything |
//! | `=info` | the default | error | the default | error: most often an empty variable |
//! | ` hyper=warn` | as without blanks | error | part of the name | as without blanks |
//! | `hyper= warn` | as without blanks | error | error | as without blanks |
//! | `hyper =warn` | part of the name | part of the name | part of the name | as without blanks |
//! | `a,,b` | as `a,b` | as `a,b` | with `error` as default | as `a,b` |
//! | no directive | errors only | the builder's default | errors only | the caller's: [`is_empty`] |
//! | `+x=info` | a name | error | a name | a name |
//! | `a[span]=debug` | part of the name | supported | part of the name | error: not supported |
//! | `info/text` | supported | part of the name | part of the name | error: not supported |
//!
//! Nothing is ignored silently: [`Directives::parse`] refuses a text with a faulty directive and
//! shows it, [`Directives::parse_lossy`] keeps the sound ones and returns what is wrong with the
//! others.
//!
//! [`is_empty`]: Directives::is_empty

mod env;
mod error;
mod parse;

#[cfg(all(test, feature = "log", feature = "tracing"))]
mod tests;

use core::cmp::Reverse;
use core::fmt;
use core::str::FromStr;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::record::LevelFilter;

pub use error::{DirectiveError, DirectiveErrorKind, FromEnvError};

/// The levels as `RUST_LOG` is usually written, at the index that is their number.
const NAMES: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The level of every target, as a list of directives says it.
///
/// ```
/// use ringvisor::record::LevelFilter;
/// use ringvisor::stream::filter::Directives;
///
/// let mut levels = Directives::parse("info, orders::sync=trace, hyper=warn")?;
/// assert_eq!(levels.level_for("orders::sync::db"), LevelFilter::Trace);
/// assert_eq!(levels.level_for("orders"), LevelFilter::Info);
///
/// levels.set("orders", LevelFilter::Debug)?;
/// levels.remove("hyper");
/// assert_eq!(levels.to_string(), "info,orders=debug,orders::sync=trace");
/// # Ok::<(), ringvisor::stream::filter::DirectiveError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directives {
    /// The level of targets that no entry matches; `None` as long as nothing was said, which is
    /// as good as off.
    default: Option<LevelFilter>,
    /// Sorted by [`precedence`], no target twice: the first whose target is a prefix decides.
    targets: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    target: String,
    level: LevelFilter,
}

impl Directives {
    /// One level for every target.
    #[must_use]
    pub const fn at(level: LevelFilter) -> Self {
        Self { default: Some(level), targets: Vec::new() }
    }

    /// Reads a list of directives; a text without any gives an [empty](Self::is_empty) list.
    ///
    /// # Errors
    /// The first faulty directive, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, DirectiveError> {
        let (directives, errors) = Self::parse_lossy(text);
        errors.into_iter().next().map_or(Ok(directives), Err)
    }

    /// Reads a list of directives and leaves out the faulty ones, which come back as errors.
    ///
    /// ```
    /// use ringvisor::stream::filter::Directives;
    ///
    /// let (levels, errors) = Directives::parse_lossy("info,hyper=loud");
    /// assert_eq!(levels.to_string(), "info");
    /// assert_eq!(
    ///     errors[0].to_string(),
    ///     "bad directive \"hyper=loud\" at column 12 of \"info,hyper=loud\": not a level; \
    ///      write one of off, error, warn, info, debug, trace or a number from 0 to 5"
    /// );
    /// ```
    #[must_use]
    pub fn parse_lossy(text: &str) -> (Self, Vec<DirectiveError>) {
        parse::parse(text)
    }

    /// The most verbose level that passes for `target`.
    #[must_use]
    pub fn level_for(&self, target: &str) -> LevelFilter {
        let entry = self.targets.iter().find(|entry| target.starts_with(&entry.target));
        entry.map_or_else(|| self.default.unwrap_or_default(), |entry| entry.level)
    }

    /// The most verbose level that any directive names: what is beyond it passes for no target.
    #[must_use]
    pub fn max_level(&self) -> LevelFilter {
        self.iter().map(|(_, level)| level).max().unwrap_or_default()
    }

    /// Whether there is no directive, so that everything is off because nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.default.is_none() && self.targets.is_empty()
    }

    /// Sets the level of targets that begin with `target` and with no longer name of the list.
    ///
    /// # Errors
    /// `target` is empty, has a blank at an end, or holds a character of the grammar
    /// (`,` `=` `/` `[` `]` `{` `}`), so that no directive could name it.
    pub fn set(&mut self, target: &str, level: LevelFilter) -> Result<(), DirectiveError> {
        parse::check_target(target)?;
        self.insert(target, level);
        Ok(())
    }

    /// Sets the level of targets that no directive names.
    pub fn set_default(&mut self, level: LevelFilter) {
        self.default = Some(level);
    }

    /// Takes the directive for exactly `target` out and returns its level.
    pub fn remove(&mut self, target: &str) -> Option<LevelFilter> {
        let index = self.search(target).ok()?;
        Some(self.targets.remove(index).level)
    }

    /// All directives, the default (`None`) first, then the less specific before the more
    /// specific.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, LevelFilter)> {
        let default = self.default.map(|level| (None, level));
        let targets = self.targets.iter().rev();
        default.into_iter().chain(targets.map(|e| (Some(e.target.as_str()), e.level)))
    }

    /// Adds a target that the grammar can write, or replaces its level.
    fn insert(&mut self, target: &str, level: LevelFilter) {
        match self.search(target) {
            Ok(index) => self.targets[index].level = level,
            Err(index) => self.targets.insert(index, Entry { target: target.to_string(), level }),
        }
    }

    fn search(&self, target: &str) -> Result<usize, usize> {
        let wanted = precedence(target);
        self.targets.binary_search_by(|entry| precedence(&entry.target).cmp(&wanted))
    }
}

/// Longer targets come first; the name only makes the order of a list independent of its history.
fn precedence(target: &str) -> (Reverse<usize>, Reverse<&str>) {
    (Reverse(target.len()), Reverse(target))
}

/// Writes a list that [`Directives::parse`] reads back as the same directives.
impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (target, level)) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            if let Some(target) = target {
                write!(f, "{target}=")?;
            }
            f.write_str(NAMES[level as usize])?;
        }
        Ok(())
    }
}

impl From<LevelFilter> for Directives {
    fn from(level: LevelFilter) -> Self {
        Self::at(level)
    }
}

impl FromStr for Directives {
    type Err = DirectiveError;

    fn from_str(text: &str) -> Result<Self, DirectiveError> {
        Self::parse(text)
    }
}
