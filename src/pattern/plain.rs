//! Patterns that need no compiler: text, and text or glob.

use super::Glob;

/// A text that a line holds somewhere, in the same letter case.
///
/// ```
/// use ringvisor::pattern::Substring;
///
/// assert!(Substring::new("[net*]").is_match("12:16:30 [net*] accepted"));
/// assert!(!Substring::new("[net*]").is_match("12:16:30 [NET*] accepted"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Substring<'a>(&'a str);

/// What a text without slashes means: a [`Glob`] if it holds a wildcard, else a [`Substring`].
///
/// ```
/// use ringvisor::pattern::Plain;
///
/// assert!(Plain::new("panicked").is_match("task b panicked at 61"));
/// assert!(Plain::new("task ? *").is_match("task b panicked at 61"));
/// assert!(!Plain::new("panicked*").is_match("task b panicked at 61"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plain<'a> {
    /// The line holds this text.
    Substring(Substring<'a>),
    /// The line as a whole fits this glob.
    Glob(Glob<'a>),
}

impl<'a> Substring<'a> {
    /// Looks for `text`; the empty text is in every line.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text that is looked for.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether `line` holds the text; takes time linear in both.
    #[must_use]
    pub fn is_match(&self, line: &str) -> bool {
        line.contains(self.0)
    }

    /// The text itself, unless it is empty.
    #[must_use]
    pub fn required_literal(&self) -> Option<&'a str> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

impl<'a> Plain<'a> {
    /// Reads `text` as a glob if it holds `*` or `?`, else as a substring; every text is valid.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if Glob::has_wildcard(text) {
            Self::Glob(Glob::new(text))
        } else {
            Self::Substring(Substring::new(text))
        }
    }

    /// Whether `line` is selected.
    #[must_use]
    pub fn is_match(&self, line: &str) -> bool {
        match self {
            Self::Substring(text) => text.is_match(line),
            Self::Glob(glob) => glob.is_match(line),
        }
    }

    /// A text that every selected line holds, if there is one.
    #[must_use]
    pub fn required_literal(&self) -> Option<&'a str> {
        match self {
            Self::Substring(text) => text.required_literal(),
            Self::Glob(glob) => glob.required_literal(),
        }
    }
}
