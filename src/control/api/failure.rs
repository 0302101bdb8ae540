//! Why a request was not granted.

use core::fmt;
use std::string::String;
use std::vec::Vec;

use serde::{Deserialize, Serialize};

/// What went wrong, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// For programs.
    pub code: Code,
    /// For people: the thing, the reason, the next step.
    pub message: String,
    /// Names that come near to one that does not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<String>,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The request cannot be understood.
    BadRequest,
    /// No token, or a wrong one.
    Unauthorized,
    /// Not from there: another user, or a foreign `Host` or `Origin`.
    Forbidden,
    /// This server changes nothing.
    ReadOnly,
    /// There is no such path.
    NotFound,
    /// There is no such task.
    NoSuchTask,
    /// The task has no such argument.
    NoSuchArgument,
    /// An argument is missing, or is not what belongs there.
    BadArgument,
    /// The program offers no such command.
    NoSuchCommand,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The request is longer than it may be.
    TooLarge,
    /// It was understood, and cannot have an effect now.
    Refused,
    /// As many are served as may be.
    Busy,
    /// The answer took too long.
    TimedOut,
    /// A code of a later version.
    #[serde(other)]
    Other,
}

impl Code {
    /// Its HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::NoSuchArgument | Self::BadArgument => 400,
            Self::Unauthorized => 401,
            Self::Forbidden | Self::ReadOnly => 403,
            Self::NotFound | Self::NoSuchTask | Self::NoSuchCommand => 404,
            Self::MethodNotAllowed => 405,
            Self::Refused => 409,
            Self::TooLarge => 413,
            Self::Other => 500,
            Self::Busy => 503,
            Self::TimedOut => 504,
        }
    }
}

impl Failure {
    /// A failure of that kind, in those words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), nearest: Vec::new() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Failure {}
