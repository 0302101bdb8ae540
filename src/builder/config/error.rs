//! What is wrong with what an operator wants, and where it stands.

use core::fmt;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};

use super::knobs::Knob;

/// Why a program is not as its operator wants it: a place and a reason.
#[derive(Debug)]
pub struct ConfigError {
    place: ConfigPlace,
    reason: ConfigReason,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigPlace {
    /// In a file as a whole.
    File(PathBuf),
    /// At a place in a file.
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The character in that line, from 1.
        column: usize,
    },
    /// In a variable of the environment.
    Variable {
        /// Its name.
        name: &'static str,
        /// What it is set to, with U+FFFD for what is not UTF-8.
        value: String,
    },
}

/// What is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigReason {
    /// The file cannot be read.
    Io(io::Error),
    /// The file is longer than this, in bytes.
    TooLong(u64),
    /// The file is not UTF-8 or no TOML; a sentence says why.
    Syntax(String),
    /// No key has this name.
    UnknownKey {
        /// The key with the tables around it: `ring.bits`.
        key: String,
        /// The key that comes nearest to it, if one is near.
        nearest: Option<&'static str>,
    },
    /// A value makes no sense for its key.
    Value {
        /// The key: `ring.bytes`.
        key: String,
        /// A sentence that says why.
        why: String,
    },
}

impl ConfigError {
    pub(super) fn file(path: &Path, reason: ConfigReason) -> Self {
        Self { place: ConfigPlace::File(path.into()), reason }
    }

    pub(super) const fn at(place: ConfigPlace, reason: ConfigReason) -> Self {
        Self { place, reason }
    }

    pub(super) fn variable(knob: &Knob, value: &OsStr, why: String) -> Self {
        let (name, value) = (knob.variable.unwrap_or_default(), value.to_string_lossy());
        let place = ConfigPlace::Variable { name, value: value.into_owned() };
        Self { place, reason: ConfigReason::Value { key: knob.key.to_string(), why } }
    }

    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> &ConfigPlace {
        &self.place
    }

    /// What is wrong.
    #[must_use]
    pub const fn reason(&self) -> &ConfigReason {
        &self.reason
    }
}

/// `orders.toml:3:1: there is no key ring.bits; did you mean ring.bytes?`
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            ConfigPlace::File(path) => write!(f, "{}: ", path.display())?,
            ConfigPlace::Line { path, line, column } => {
                write!(f, "{}:{line}:{column}: ", path.display())?;
            }
            ConfigPlace::Variable { name, value } => write!(f, "{name}={value:?}: ")?,
        }
        match &self.reason {
            ConfigReason::Io(error) => error.fmt(f),
            ConfigReason::TooLong(most) => write!(f, "it may have no more than {most} bytes"),
            ConfigReason::Syntax(why) => f.write_str(why),
            ConfigReason::UnknownKey { key, nearest } => {
                write!(f, "there is no key {key}")?;
                nearest.map_or(Ok(()), |near| write!(f, "; did you mean {near}?"))
            }
            ConfigReason::Value { key, why } => write!(f, "{key}: {why}"),
        }
    }
}

impl core::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        if let ConfigReason::Io(error) = &self.reason { Some(error) } else { None }
    }
}
