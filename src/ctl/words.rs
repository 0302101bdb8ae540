//! Arguments taken apart; knows no flag.

use std::ffi::OsString;
use std::string::String;

use super::exit::Trouble;

/// A part of what was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// `--follow`.
    Long(String),
    /// `-f`, also as a part of `-fn3`.
    Short(char),
    /// Anything else, and everything behind `--`.
    Operand(String),
}

/// What was typed, part by part.
#[derive(Debug)]
pub(super) struct Words<I> {
    args: I,
    /// What follows a letter in the same argument: more letters, or its value.
    cluster: String,
    /// What `=` attached to the last long flag.
    attached: Option<String>,
    /// Whether `--` came by.
    has_ended: bool,
}

impl<I: Iterator<Item = OsString>> Words<I> {
    pub(super) const fn new(args: I) -> Self {
        Self { args, cluster: String::new(), attached: None, has_ended: false }
    }

    /// The next part; `None` at the end.
    pub(super) fn next_word(&mut self) -> Result<Option<Word>, Trouble> {
        if let Some(value) = self.attached.take().or_else(|| self.strip_equals()) {
            return Err(Trouble::usage(std::format!("that flag takes no value, so no {value:?}")));
        }
        if let Some(letter) = self.take_letter() {
            return Ok(Some(Word::Short(letter)));
        }
        let Some(arg) = self.argument()? else { return Ok(None) };
        if self.has_ended || arg == "-" || !arg.starts_with('-') {
            return Ok(Some(Word::Operand(arg)));
        }
        let Some(long) = arg.strip_prefix("--") else {
            self.cluster = String::from(&arg[1..]);
            return Ok(self.take_letter().map(Word::Short));
        };
        if long.is_empty() {
            self.has_ended = true;
            return self.next_word();
        }
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(String::from(value))),
            None => (long, None),
        };
        self.attached = value;
        Ok(Some(Word::Long(String::from(name))))
    }

    /// The value of the flag that came last: attached to it, or the next argument.
    pub(super) fn value(&mut self) -> Result<Option<String>, Trouble> {
        if let Some(value) = self.attached.take().or_else(|| self.strip_equals()) {
            return Ok(Some(value));
        }
        if !self.cluster.is_empty() {
            return Ok(Some(core::mem::take(&mut self.cluster)));
        }
        self.argument()
    }

    /// `json` of `-o=json`.
    fn strip_equals(&mut self) -> Option<String> {
        let value = self.cluster.strip_prefix('=').map(String::from)?;
        self.cluster.clear();
        Some(value)
    }

    fn take_letter(&mut self) -> Option<char> {
        let mut letters = self.cluster.chars();
        let letter = letters.next()?;
        self.cluster = String::from(letters.as_str());
        Some(letter)
    }

    fn argument(&mut self) -> Result<Option<String>, Trouble> {
        let Some(arg) = self.args.next() else { return Ok(None) };
        let text = arg.into_string().map(Some);
        text.map_err(|arg| Trouble::usage(std::format!("{arg:?} is no UTF-8")))
    }
}
