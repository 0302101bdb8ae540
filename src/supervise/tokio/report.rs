//! What a run leaves behind: its value, its error, its panic.

use core::any::Any;
use core::error::Error;
use core::fmt::{self, Write};
use core::panic::AssertUnwindSafe;
use std::boxed::Box;
use std::panic::catch_unwind;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use super::traced::{self, Noted};
use crate::supervise::Outcome;

/// How much of a text of the user's is kept, in bytes.
const MAX_TEXT: usize = 1_024;

/// How much of an error's backtrace is kept, in bytes.
const MAX_BACKTRACE: usize = 16 << 10;

/// How many errors of a chain are kept.
const MAX_CHAIN: usize = 16;

/// An error as any other crate may hand it over.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// An error that a run returned, as text: the value itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorReport {
    /// Name of its type, as [`core::any::type_name`] has it.
    pub class: &'static str,
    /// The error's own words.
    pub message: String,
    /// The words of its source, of the source of that, and so on.
    pub sources: Vec<String>,
    /// Its `Debug` text, cut after 1 KiB.
    pub debug: String,
    /// Its backtrace in the long form of `std`; empty where it has none, see
    /// [`Output::backtrace`](super::Output::backtrace).
    pub backtrace: String,
}

impl ErrorReport {
    pub(super) fn of(class: &'static str, error: &(dyn Error + 'static)) -> Self {
        let sources = core::iter::successors(error.source(), |error| (*error).source());
        Self {
            class,
            message: bounded(format_args!("{error}")),
            sources: sources
                .take(MAX_CHAIN)
                .map(|error| bounded(format_args!("{error}")))
                .collect(),
            debug: bounded(format_args!("{error:?}")),
            backtrace: String::new(),
        }
    }

    pub(super) fn with_backtrace(mut self, backtrace: Option<String>) -> Self {
        self.backtrace = backtrace.unwrap_or_default();
        self.backtrace.truncate(self.backtrace.floor_char_boundary_of(MAX_BACKTRACE));
        self
    }
}

impl fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.sources.iter().try_for_each(|source| write!(f, ": {source}"))
    }
}

/// A panic that ended a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PanicReport {
    /// What it said; empty if that was no text.
    pub message: String,
    /// `file:line:column` of where it was, if the panic hook saw it.
    pub location: Option<String>,
    pub(super) noted: Noted,
}

impl PanicReport {
    /// The report of a caught panic. The payload's own `Drop` may panic; that one is swallowed.
    pub(super) fn of(payload: Box<dyn Any + Send>) -> Self {
        let noted = traced::noted(&*payload);
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            // Dropping this one too may go on for ever.
            core::mem::forget(next);
        }
        let location = traced::location(&noted);
        Self { message: bounded(format_args!("{text}")), location, noted }
    }
}

impl fmt::Display for PanicReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("panicked")?;
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

/// What a run left beyond its outcome.
#[derive(Clone, Debug, Default)]
pub(super) enum Cause {
    #[default]
    None,
    /// The `Debug` text of its value.
    Value(Arc<str>),
    Error(Arc<ErrorReport>),
    Panic(Arc<PanicReport>),
}

/// A run that is over.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) run: u32,
    pub(super) outcome: Outcome,
    /// In ticks.
    pub(super) started: u64,
    /// In ticks.
    pub(super) ended: u64,
    pub(super) cause: Cause,
}

/// A text of the user's, cut between characters; a `Display` that fails or panics yields what it
/// had written.
pub(super) fn bounded(text: fmt::Arguments<'_>) -> String {
    struct Cut(String);
    impl Write for Cut {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = MAX_TEXT - self.0.len();
            let end = text.floor_char_boundary_of(room);
            self.0.push_str(&text[..end]);
            if end < text.len() { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut cut = Cut(String::new());
    let written = super::caught(|| cut.write_fmt(text));
    if !matches!(written, Ok(Ok(()))) {
        cut.0.push('…');
    }
    cut.0
}

/// A stand-in for `str::floor_char_boundary`, which is newer than the oldest compiler supported.
pub(super) trait FloorCharBoundary {
    fn floor_char_boundary_of(&self, most: usize) -> usize;
}

impl FloorCharBoundary for str {
    fn floor_char_boundary_of(&self, most: usize) -> usize {
        let most = most.min(self.len());
        (0..=most).rev().find(|end| self.is_char_boundary(*end)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
