//! What is wrong with a template, and where.

use core::fmt;
use std::string::String;

/// A template that cannot be read. Shows the template with a mark below the place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateError {
    /// The text of the template.
    pub template: String,
    /// Where it is wrong, in bytes.
    pub at: usize,
    /// What is wrong there.
    pub reason: TemplateReason,
}

/// Why a template cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateReason {
    /// A `{` has no `}`.
    Unclosed,
    /// A `}` has no `{`.
    Unopened,
    /// No placeholder has this name.
    UnknownName,
    /// The format of a time is not one of chrono's.
    Time,
    /// A width is not a sign and a number up to 255.
    Width,
}

impl TemplateReason {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Unclosed => "this { has no }; write {{ for a brace",
            Self::Unopened => "this } has no {; write }} for a brace",
            Self::UnknownName => {
                "no placeholder has this name; there are time, level, target, module, task, run, \
                 file, line, thread, pid, process, host, ip, name, message, fields, spans, seq"
            }
            Self::Time => "this is no format of a time; write one like %Y-%m-%d %H:%M:%S%.3f",
            Self::Width => "this is no width; write one like 5, <5, ^5, >5 or *>5, at most 255",
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "bad template: {}", self.reason.sentence())?;
        f.write_str("  ")?;
        // A line feed or a tab would move the mark away from its place.
        for char in self.template.chars() {
            fmt::Write::write_char(f, if char.is_control() { ' ' } else { char })?;
        }
        let before = self.template.get(..self.at).unwrap_or(&self.template);
        write!(f, "\n  {:width$}^", "", width = before.chars().count())
    }
}

impl core::error::Error for TemplateError {}
