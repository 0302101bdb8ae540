//! Why a level was not changed for a limited time.

use core::fmt;

use crate::stream::filter::DirectiveError;

/// Why a level was not changed for a limited time; it is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitedLevelError {
    /// No directive can name the target.
    Target(DirectiveError),
    /// The system gave no thread that would end the change.
    NoThread,
}

impl From<DirectiveError> for LimitedLevelError {
    fn from(error: DirectiveError) -> Self {
        Self::Target(error)
    }
}

impl fmt::Display for LimitedLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(error) => error.fmt(f),
            Self::NoThread => f.write_str(
                "no thread could be started that would end the change of level; raise the limit of \
                 threads, or set the level and reset it yourself",
            ),
        }
    }
}

impl core::error::Error for LimitedLevelError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Target(error) => Some(error),
            Self::NoThread => None,
        }
    }
}
