//! How a command is called: its name, its arguments, and what was given for them.

use core::fmt;
use std::string::{String, ToString};
use std::vec::Vec;

use super::CommandError;
use super::handler::Param;
use crate::control::api::{CommandArg, CommandInfo};
use crate::supervise::Arg;

/// How a command is called.
#[derive(Clone, Debug)]
pub(super) struct Usage {
    pub(super) name: String,
    about: String,
    args: Vec<(String, Param)>,
}

impl Usage {
    /// `drain QUEUE LIMIT - empties a queue`, of a function with these parameters.
    pub(super) fn parse(text: &str, params: &[Param]) -> Result<Self, CommandError> {
        let (call, about) = text.split_once(" - ").unwrap_or((text, ""));
        let mut words = call.split_whitespace().map(name);
        let name = words.next().unwrap_or_else(|| name(""))?;
        let args = words.collect::<Result<Vec<_>, _>>()?;
        if args.len() != params.len() {
            let usage = text.to_string();
            return Err(CommandError::Count { usage, takes: params.len() });
        }
        let args = args.into_iter().zip(params.iter().copied()).collect();
        Ok(Self { name, about: about.trim().to_string(), args })
    }

    pub(super) fn info(&self) -> CommandInfo {
        let arg = |(name, param): &(String, Param)| CommandArg {
            name: name.clone(),
            kind: param.kind.to_string(),
            optional: param.is_optional,
        };
        CommandInfo {
            name: self.name.clone(),
            about: self.about.clone(),
            usage: self.to_string(),
            args: self.args.iter().map(arg).collect(),
        }
    }

    /// Reads what was given, one argument after the other.
    pub(super) fn reader<'a>(&'a self, texts: &'a [String]) -> Reader<'a> {
        Reader { usage: self, texts, at: 0 }
    }
}

/// `drain QUEUE [LIMIT]`.
impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (name, param) in &self.args {
            if param.is_optional { write!(f, " [{name}]") } else { write!(f, " {name}") }?;
        }
        Ok(())
    }
}

fn name(text: &str) -> Result<String, CommandError> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() || text.starts_with('-') || text.len() > 64 || !text.chars().all(is_plain) {
        return Err(CommandError::Name(text.to_string()));
    }
    Ok(text.to_string())
}

/// What was given for a command's arguments.
#[derive(Debug)]
pub struct Reader<'a> {
    usage: &'a Usage,
    texts: &'a [String],
    at: usize,
}

impl Reader<'_> {
    /// The next argument.
    pub(super) fn next<A: Arg>(&mut self) -> Result<A, WrongArgs> {
        let at = self.at;
        self.at += 1;
        let name = || self.usage.args.get(at).map_or("", |(name, _)| name).to_string();
        match self.texts.get(at) {
            Some(text) => A::parse(text).ok_or_else(|| {
                let (name, text) = (name(), text.clone());
                self.wrong(Reason::Kind { name, kind: A::KIND, text })
            }),
            None => A::absent().ok_or_else(|| self.wrong(Reason::Missing(name()))),
        }
    }

    /// Finds out whether anything is left.
    pub(super) fn finish(&self) -> Result<(), WrongArgs> {
        match self.texts.get(self.at) {
            None => Ok(()),
            Some(extra) => Err(self.wrong(Reason::Extra(extra.clone()))),
        }
    }

    fn wrong(&self, reason: Reason) -> WrongArgs {
        WrongArgs { usage: self.usage.to_string(), reason }
    }
}

/// Why a command cannot be run with what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongArgs {
    usage: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Missing(String),
    Extra(String),
    Kind { name: String, kind: &'static str, text: String },
}

impl fmt::Display for WrongArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Missing(name) => write!(f, "{name} is missing")?,
            Reason::Extra(text) => write!(f, "there is no argument for {text:?}")?,
            Reason::Kind { name, kind, text } => write!(f, "{name} is a {kind}, not {text:?}")?,
        }
        write!(f, "; usage: {}", self.usage)
    }
}

impl core::error::Error for WrongArgs {}
