//! What became of a task's runs.

use core::fmt;
use core::panic::Location;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::runs::outcome_word;
use crate::record::Time;
use crate::supervise::Outcome;

/// One run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Which run of the task it was, counted from 1.
    pub number: u32,
    /// When it was started.
    pub started: Time,
    /// When nothing of it was left.
    pub ended: Time,
    /// How it ended.
    pub outcome: Outcome,
    /// Its result, error or panic in a line; empty where there is nothing to say.
    pub detail: String,
}

/// How many runs ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Completed, or stopped when asked.
    pub ok: u64,
    /// Returned an error, or were aborted, too late or silent for too long.
    pub failed: u64,
    /// Panicked.
    pub panicked: u64,
}

impl RunRecord {
    /// How long it took.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        Duration::from_nanos(self.ended.mono_ns.saturating_sub(self.started.mono_ns))
    }

    /// How it ended, in a word: `ok` where that is how it should be.
    pub(super) const fn word(&self) -> &'static str {
        if self.outcome.is_failure() { outcome_word(self.outcome) } else { "ok" }
    }
}

impl RunCounts {
    /// Counts one more run.
    pub fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Panicked => &mut self.panicked,
            outcome if outcome.is_failure() => &mut self.failed,
            _ => &mut self.ok,
        };
        *count = count.saturating_add(1);
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.ok.saturating_add(self.failed).saturating_add(self.panicked)
    }
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It returned an error.
    Error(ErrorText),
    /// It panicked.
    Panic(PanicText),
    /// Something else, in words: `not ready in 5 s`.
    Other(Cow<'static, str>),
}

/// An error that is kept as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorText {
    /// Name of its type, as [`core::any::type_name`] has it; empty where that says nothing.
    pub class: Cow<'static, str>,
    /// The messages of the error and its sources, the outermost first.
    pub chain: Vec<String>,
}

/// A panic that is kept as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanicText {
    /// What was said.
    pub message: String,
    /// Where that was.
    pub place: Option<Place>,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: Cow<'static, str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 where it is not known.
    pub column: u32,
}

impl ErrorText {
    /// The error and up to 15 of its sources.
    ///
    /// ```
    /// use ringvisor::supervise::status::ErrorText;
    ///
    /// let text = ErrorText::of(&"x".parse::<u8>().unwrap_err());
    /// assert_eq!(text.short_class(), "ParseIntError");
    /// assert_eq!(text.chain, ["invalid digit found in string"]);
    /// ```
    #[must_use]
    pub fn of<E: core::error::Error + ?Sized>(error: &E) -> Self {
        /// A source that names itself as its source must not fill the memory.
        const LINKS: usize = 16;
        let mut chain = Vec::from([std::format!("{error}")]);
        let mut next = error.source();
        while let Some(error) = next.filter(|_| chain.len() < LINKS) {
            chain.push(std::format!("{error}"));
            next = error.source();
        }
        Self { class: core::any::type_name::<E>().into(), chain }
    }

    /// The type's name without its path; empty for a trait object, which says nothing.
    #[must_use]
    pub fn short_class(&self) -> &str {
        let path = self.class.split('<').next().unwrap_or_default();
        let is_dyn = self.class.starts_with("dyn ") || self.class.contains("<dyn ");
        if is_dyn { "" } else { path.rsplit("::").next().unwrap_or(path) }
    }
}

impl Failure {
    /// What kind of failure it is, in a word; empty where its text says it all.
    #[must_use]
    pub fn class(&self) -> &str {
        match self {
            Self::Error(error) => error.short_class(),
            Self::Panic(_) => "panic",
            Self::Other(_) => "",
        }
    }
}

/// The failure without its kind: the messages of an error, the outermost first, or of a panic.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = match self {
            Self::Error(error) => &error.chain,
            Self::Panic(panic) => return f.write_str(&panic.message),
            Self::Other(text) => return f.write_str(text),
        };
        for (at, link) in chain.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ": " })?;
            f.write_str(link)?;
        }
        Ok(())
    }
}

impl From<&'static Location<'static>> for Place {
    fn from(location: &'static Location<'static>) -> Self {
        Self { file: location.file().into(), line: location.line(), column: location.column() }
    }
}

/// `src/main.rs:61:13`, without a column that is not known.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column == 0 { Ok(()) } else { write!(f, ":{}", self.column) }
    }
}
