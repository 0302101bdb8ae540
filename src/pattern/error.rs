//! Why a pattern was refused.

use core::fmt::{self, Write};
use std::string::String;

/// A pattern that cannot be used, with the place and the reason.
///
/// ```
/// use ringvisor::pattern::Pattern;
///
/// let error = Pattern::parse("/block=(\\d+/").unwrap_err();
/// assert_eq!(error.column(), 8);
/// assert_eq!(
///     error.to_string(),
///     "bad pattern \"/block=(\\d+/\" at column 8: unclosed group; \
///      put \\ before a character that stands for itself"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// As the caller wrote it, slashes included.
    pub(super) pattern: String,
    /// In characters of `pattern`, counted from 1.
    pub(super) column: usize,
    pub(super) reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Two slashes with nothing between them.
    Empty,
    /// What the parser of regular expressions said.
    Syntax(String),
    /// The compiled expression would need more than so many bytes.
    TooLarge(usize),
}

impl PatternError {
    /// The pattern as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Where the fault is: a position in [`pattern`](Self::pattern), in characters from 1 on.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad pattern \"")?;
        write_on_one_line(f, &self.pattern)?;
        write!(f, "\" at column {}: {}", self.column, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing stands between the slashes"),
            Self::Syntax(what) => {
                write!(f, "{what}; put \\ before a character that stands for itself")
            }
            Self::TooLarge(limit) => {
                write!(f, "it needs more than {limit} bytes when compiled; repeat fewer times")
            }
        }
    }
}

impl core::error::Error for PatternError {}

/// `Debug` would double every backslash, of which regular expressions are full; only what would
/// break the line is escaped.
fn write_on_one_line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        if c.is_control() {
            write!(f, "{}", c.escape_default())?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}
