//! Why `grep` did not come to its end.

use core::convert::Infallible;
use core::fmt;

use crate::pattern::PatternError;

/// A search that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrepError {
    /// The pattern cannot be used; the error shows it and the place.
    Pattern(PatternError),
    /// The output took no more.
    Output(fmt::Error),
}

impl fmt::Display for GrepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(error) => error.fmt(f),
            Self::Output(_) => f.write_str("the output takes no more text"),
        }
    }
}

impl core::error::Error for GrepError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            // Its text is already that of this error.
            Self::Pattern(error) => error.source(),
            Self::Output(error) => Some(error),
        }
    }
}

impl From<PatternError> for GrepError {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}

impl From<fmt::Error> for GrepError {
    fn from(error: fmt::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Infallible> for GrepError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
