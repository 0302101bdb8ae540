//! The owned pattern: every kind, made ready once and matched many times.

use core::str::FromStr;
use std::string::{String, ToString};
use std::vec::Vec;

use memchr::memmem::Finder;

use super::Glob;
use super::error::{PatternError, Reason};
use super::expression::{Expression, Source};

/// A pattern ready to be matched against many lines.
///
/// ```
/// use ringvisor::pattern::Pattern;
///
/// let slow = Pattern::parse("*took=?s*")?;
/// let failed = Pattern::parse("/panicked|failed/")?.ignore_case()?;
/// let either = Pattern::any_of([slow, failed]);
/// assert!(either.matches("query took=3s rows=2"));
/// assert!(either.matches("task b FAILED"));
/// assert!(either.invert().matches("all is well"));
/// # Ok::<(), ringvisor::pattern::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    matcher: Matcher,
    inverted: bool,
}

#[derive(Clone, Debug)]
enum Matcher {
    Literal { text: String, finder: Finder<'static> },
    Glob { text: String, longest_run: Option<Finder<'static>> },
    Expression(Expression),
    AnyOf(Vec<Pattern>),
}

impl Pattern {
    /// Reads `text` as people write it: `/…/` is a regular expression, a text with `*` or `?` a
    /// glob for the whole line, anything else a substring.
    ///
    /// ```
    /// use ringvisor::pattern::Pattern;
    ///
    /// assert!(Pattern::parse("[hello.service]")?.matches("[INFO] [hello.service] LED 3"));
    /// assert!(!Pattern::parse("hello*")?.matches("[INFO] [hello.service] LED 3"));
    /// assert!(Pattern::parse("/LED [0-9]$/")?.matches("[INFO] [hello.service] LED 3"));
    /// # Ok::<(), ringvisor::pattern::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// The text between the slashes is no regular expression, or is empty.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        match text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Some("") => {
                Err(PatternError { pattern: text.to_string(), column: 2, reason: Reason::Empty })
            }
            Some(expression) => {
                let source = Source { written: text, offset: 1, expression, ignore_case: false };
                Expression::compile(source).map(|e| Matcher::Expression(e).into())
            }
            None if Glob::has_wildcard(text) => Ok(Self::glob(text)),
            None => Ok(Self::literal(text)),
        }
    }

    /// Selects lines that hold `text`, in which no character is special.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Matcher::Literal { text: text.to_string(), finder: owned_finder(text) }.into()
    }

    /// Selects lines that fit `text` as a whole, see [`Glob`]; without a wildcard, equal lines.
    #[must_use]
    pub fn glob(text: &str) -> Self {
        let longest_run = Glob::new(text).required_literal().map(owned_finder);
        Matcher::Glob { text: text.to_string(), longest_run }.into()
    }

    /// Selects lines in which `expression` matches somewhere; the syntax is that of the `regex`
    /// crate, and so is the guarantee of linear time.
    ///
    /// # Errors
    /// It is no regular expression, or needs too much memory when compiled.
    pub fn regex(expression: &str) -> Result<Self, PatternError> {
        let source = Source { written: expression, offset: 0, expression, ignore_case: false };
        Expression::compile(source).map(|e| Matcher::Expression(e).into())
    }

    /// Selects lines that at least one of `patterns` selects; an empty list asks for nothing in
    /// particular and selects all.
    #[must_use]
    pub fn any_of(patterns: impl IntoIterator<Item = Self>) -> Self {
        let mut patterns: Vec<Self> = patterns.into_iter().collect();
        match patterns.pop() {
            None => Self::literal(""),
            Some(only) if patterns.is_empty() => only,
            Some(last) => {
                patterns.push(last);
                Matcher::AnyOf(patterns).into()
            }
        }
    }

    /// Lets a letter match in both cases, by Unicode's simple case folding.
    ///
    /// # Errors
    /// A very long pattern may need too much memory when compiled.
    pub fn ignore_case(self) -> Result<Self, PatternError> {
        let Self { matcher, inverted } = self;
        let matcher = match matcher {
            Matcher::Literal { text, .. } => fold_case(&text, &regex::escape(&text))?,
            Matcher::Glob { text, .. } => fold_case(&text, &expression_of_glob(&text))?,
            Matcher::Expression(it) => fold_case(it.as_str(), it.as_str())?,
            Matcher::AnyOf(patterns) => Matcher::AnyOf(
                patterns.into_iter().map(Self::ignore_case).collect::<Result<_, _>>()?,
            ),
        };
        Ok(Self { matcher, inverted })
    }

    /// Selects exactly the lines that it did not select before.
    #[must_use]
    pub fn invert(mut self) -> Self {
        self.inverted = !self.inverted;
        self
    }

    /// Whether `line` is selected; it may hold line breaks, which `*` and `?` match too.
    #[must_use]
    pub fn matches(&self, line: &str) -> bool {
        self.matcher.is_match(line) != self.inverted
    }

    /// Bytes that every selected line holds, if such are known: who has not rendered the line yet
    /// may look for them first and skip the record without them.
    ///
    /// The whole of a literal, the longest run of a glob, a literal part of a regular expression;
    /// `None` for an inverted pattern and a list.
    ///
    /// ```
    /// use ringvisor::pattern::Pattern;
    ///
    /// let pattern = Pattern::parse("/id=[0-9]+ (took|lost)+ by worker/")?;
    /// assert_eq!(pattern.required_literal(), Some(&b" by worker"[..]));
    /// assert_eq!(pattern.invert().required_literal(), None);
    /// # Ok::<(), ringvisor::pattern::PatternError>(())
    /// ```
    #[must_use]
    pub fn required_literal(&self) -> Option<&[u8]> {
        if self.inverted {
            return None;
        }
        match &self.matcher {
            Matcher::Literal { finder, .. } => Some(finder.needle()).filter(|it| !it.is_empty()),
            Matcher::Glob { longest_run, .. } => longest_run.as_ref().map(|run| run.needle()),
            Matcher::Expression(expression) => expression.required_literal(),
            Matcher::AnyOf(_) => None,
        }
    }
}

impl Matcher {
    fn is_match(&self, line: &str) -> bool {
        match self {
            Self::Literal { finder, .. } => finder.find(line.as_bytes()).is_some(),
            // Most lines of a log lack the run, and looking for it costs a fraction of the glob.
            Self::Glob { text, longest_run } => {
                longest_run.as_ref().is_none_or(|run| run.find(line.as_bytes()).is_some())
                    && Glob::new(text).is_match(line)
            }
            Self::Expression(expression) => expression.is_match(line),
            Self::AnyOf(patterns) => patterns.iter().any(|pattern| pattern.matches(line)),
        }
    }
}

impl From<Matcher> for Pattern {
    fn from(matcher: Matcher) -> Self {
        Self { matcher, inverted: false }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Pattern {
    type Error = PatternError;

    fn try_from(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

/// Any of several: see [`Pattern::any_of`].
impl<const N: usize> TryFrom<[&str; N]> for Pattern {
    type Error = PatternError;

    fn try_from(texts: [&str; N]) -> Result<Self, PatternError> {
        let patterns: Result<Vec<Self>, _> = texts.into_iter().map(Self::parse).collect();
        patterns.map(Self::any_of)
    }
}

fn owned_finder(text: &str) -> Finder<'static> {
    Finder::new(text).into_owned()
}

/// Case folding is left to the regex crate for every kind of pattern, so that all fold alike.
fn fold_case(written: &str, expression: &str) -> Result<Matcher, PatternError> {
    Expression::compile(Source { written, offset: 0, expression, ignore_case: true })
        .map(Matcher::Expression)
}

fn expression_of_glob(glob: &str) -> String {
    let mut expression = String::from(r"(?s)\A");
    let mut literal = [0; 4];
    for c in glob.chars() {
        match c {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            other => expression.push_str(&regex::escape(other.encode_utf8(&mut literal))),
        }
    }
    expression.push_str(r"\z");
    expression
}
