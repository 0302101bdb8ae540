//! What can be wrong with a list of directives.

use core::fmt;
use core::ops::Range;
use std::string::String;

/// A directive that was refused, with the place and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveError {
    /// The whole list.
    pub(super) text: String,
    /// The directive, in bytes of `text`.
    pub(super) directive: Range<usize>,
    /// Where the fault begins, in characters of `text`, counted from 1.
    pub(super) column: usize,
    pub(super) kind: DirectiveErrorKind,
}

/// What is wrong with a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DirectiveErrorKind {
    /// No level has this name or number.
    NotALevel,
    /// Nothing stands before the `=`, or the target is the empty string.
    NoTarget,
    /// The target has a blank at an end or holds a character of the grammar.
    NotATarget,
    /// A directive has one `=` at most.
    SecondEquals,
    /// `EnvFilter`'s filters by span and field are not supported.
    SpanOrField,
    /// `env_logger`'s filter by message is not supported.
    MessageFilter,
}

/// Why an environment variable gave no directives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FromEnvError {
    /// The variable's value is not UTF-8.
    NotUnicode {
        /// Name of the variable.
        var: String,
        /// Its value, with U+FFFD for what is not UTF-8.
        value: String,
    },
    /// A directive is faulty.
    Directive {
        /// Name of the variable.
        var: String,
        /// Which directive, and why.
        error: DirectiveError,
    },
}

impl DirectiveError {
    /// The whole list of directives as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The faulty directive.
    #[must_use]
    pub fn directive(&self) -> &str {
        &self.text[self.directive.clone()]
    }

    /// Where the fault begins: a position in [`text`](Self::text), in characters from 1 on.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> DirectiveErrorKind {
        self.kind
    }
}

impl fmt::Display for DirectiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "bad directive {:?} at column {} of {:?}: {}",
            self.directive(),
            self.column,
            self.text,
            self.kind
        )
    }
}

impl fmt::Display for DirectiveErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotALevel => {
                "not a level; write one of off, error, warn, info, debug, trace or a number \
                 from 0 to 5"
            }
            Self::NoTarget => "no target; write target=level, or the level alone for all targets",
            Self::NotATarget => {
                "not a target; a target has no blank at an end and none of , = / [ ] { }"
            }
            Self::SecondEquals => "a second =; write target=level, with a comma between directives",
            Self::SpanOrField => {
                "filters by span or field are not supported; write target=level and filter what \
                 you read"
            }
            Self::MessageFilter => {
                "filters by message (/text) are not supported; grep what you read instead"
            }
        })
    }
}

impl fmt::Display for FromEnvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnicode { var, value } => {
                write!(f, "{var}={value:?} is not UTF-8; write directives such as info,hyper=warn")
            }
            Self::Directive { var, error } => write!(f, "{var}: {error}"),
        }
    }
}

impl core::error::Error for DirectiveError {}

impl core::error::Error for FromEnvError {}
