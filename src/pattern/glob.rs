//! Whole-line globs.

use core::str::Chars;

const WILDCARDS: [char; 2] = ['*', '?'];

/// A pattern for a whole line or name: `*` is any text, also none, `?` is exactly one character
/// (not one byte), every other character stands for itself.
///
/// ```
/// use ringvisor::pattern::Glob;
///
/// assert!(Glob::new("net/*").is_match("net/listener"));
/// assert!(!Glob::new("net/*").is_match("a net/listener"));
/// assert!(Glob::new("[?]").is_match("[é]"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Glob<'a>(&'a str);

impl<'a> Glob<'a> {
    /// Reads `text` as a glob; every text is one.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Whether `text` holds a `*` or a `?`, so that it means more than itself.
    #[must_use]
    pub fn has_wildcard(text: &str) -> bool {
        text.contains(WILDCARDS)
    }

    /// The glob as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether all of `line` fits, from its first character to its last.
    ///
    /// Takes no more steps than the product of both lengths, and constant space: only the last
    /// `*` met is ever reconsidered, because an earlier one that took more text could not let the
    /// rest fit better.
    #[must_use]
    pub fn is_match(&self, line: &str) -> bool {
        let mut at = State { pattern: self.0.chars(), line: line.chars() };
        let mut retry: Option<State<'_>> = None;
        loop {
            let mut next = at.clone();
            match (next.pattern.next(), next.line.next()) {
                (Some('*'), _) => {
                    at.pattern = next.pattern;
                    retry = Some(at.clone());
                }
                (Some(want), Some(have)) if want == '?' || want == have => at = next,
                (None, None) => return true,
                // A longer `*` would leave the rest of the pattern even less of the line.
                (Some(_), None) => return false,
                (_, Some(_)) => {
                    let Some(star) = &mut retry else { return false };
                    star.line.next();
                    at = star.clone();
                }
            }
        }
    }

    /// The longest text that every matching line holds, unless the glob is all wildcards.
    #[must_use]
    pub fn required_literal(&self) -> Option<&'a str> {
        let longest = self.0.split(WILDCARDS).max_by_key(|run| run.len())?;
        (!longest.is_empty()).then_some(longest)
    }
}

/// How far pattern and line have been consumed.
#[derive(Clone)]
struct State<'a> {
    pattern: Chars<'a>,
    line: Chars<'a>,
}
