//! Regular expressions: compiled, with the place of a fault and the literal they need.

use std::boxed::Box;
use std::string::{String, ToString};

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::error::{PatternError, Reason};

/// A compiled regular expression and what can be known of the lines it matches.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    compiled: Regex,
    /// Bytes that every matching line holds.
    required: Option<Box<[u8]>>,
}

/// What is to be compiled, and what to show if it cannot be.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The pattern as the caller wrote it.
    pub(super) written: &'a str,
    /// How many characters of `written` precede the expression.
    pub(super) offset: usize,
    /// The regular expression.
    pub(super) expression: &'a str,
    pub(super) ignore_case: bool,
}

impl Expression {
    pub(super) fn compile(source: Source<'_>) -> Result<Self, PatternError> {
        let parsed = ParserBuilder::new()
            .case_insensitive(source.ignore_case)
            .build()
            .parse(source.expression)
            .map_err(|error| source.syntax_error(&error))?;
        let compiled = RegexBuilder::new(source.expression)
            .case_insensitive(source.ignore_case)
            .build()
            .map_err(|error| source.compile_error(&error))?;
        Ok(Self { compiled, required: required_literal(&parsed).map(Box::from) })
    }

    pub(super) fn as_str(&self) -> &str {
        self.compiled.as_str()
    }

    pub(super) fn is_match(&self, line: &str) -> bool {
        self.compiled.is_match(line)
    }

    pub(super) fn required_literal(&self) -> Option<&[u8]> {
        self.required.as_deref()
    }
}

/// The longest byte string that stands in every match.
///
/// What a concatenation, a group or a repetition that happens at least once is made of is in the
/// match; of alternatives and optional parts nothing is certain.
fn required_literal(expression: &Hir) -> Option<&[u8]> {
    match expression.kind() {
        HirKind::Literal(literal) => Some(&literal.0),
        HirKind::Capture(group) => required_literal(&group.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => required_literal(&repeated.sub),
        HirKind::Concat(parts) => {
            parts.iter().filter_map(required_literal).max_by_key(|bytes| bytes.len())
        }
        _ => None,
    }
}

impl Source<'_> {
    fn syntax_error(&self, error: &regex_syntax::Error) -> PatternError {
        let (start, what) = match error {
            regex_syntax::Error::Parse(error) => {
                (error.span().start.offset, error.kind().to_string())
            }
            regex_syntax::Error::Translate(error) => {
                (error.span().start.offset, error.kind().to_string())
            }
            _ => (0, String::from("not a regular expression")),
        };
        let before = self.expression.get(..start).map_or(0, |text| text.chars().count());
        self.error(self.offset + before + 1, Reason::Syntax(what))
    }

    fn compile_error(&self, error: &regex::Error) -> PatternError {
        let reason = match error {
            regex::Error::CompiledTooBig(limit) => Reason::TooLarge(*limit),
            other => Reason::Syntax(other.to_string()),
        };
        self.error(self.offset + 1, reason)
    }

    fn error(&self, column: usize, reason: Reason) -> PatternError {
        PatternError { pattern: self.written.to_string(), column, reason }
    }
}
