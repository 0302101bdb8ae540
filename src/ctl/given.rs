//! From arguments to what is given: flags and operands, checked against the table.

use core::str::FromStr;
use std::ffi::OsString;
use std::string::String;
use std::vec::Vec;

use super::exit::Trouble;
use super::table::{COMMON, Flag, VERBS, Verb};
use super::words::{Word, Words};
use crate::pattern::typo;

/// What the user typed behind the verb, and the flags before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Long names of flags, each with its value.
    flags: Vec<(&'static str, String)>,
    pub(super) operands: Vec<String>,
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Parsed {
    Verb(&'static Verb, Given),
    Help(Option<&'static Verb>),
    Version,
}

impl Given {
    /// Takes arguments apart; those before the verb are about the program that is meant.
    pub(super) fn parse(
        command: &str,
        args: impl IntoIterator<Item = OsString>,
    ) -> Result<Parsed, Trouble> {
        let mut words = Words::new(args.into_iter());
        let (mut given, mut verb) = (Self::default(), None);
        while let Some(word) = words.next_word()? {
            let flag = match word {
                Word::Operand(word) => {
                    match verb {
                        None => verb = Some(Verb::find(&word).ok_or_else(|| unknown(&word))?),
                        Some(_) => given.operands.push(word),
                    }
                    continue;
                }
                Word::Long(name) if name == "help" => return Ok(Parsed::Help(verb)),
                Word::Short('h') => return Ok(Parsed::Help(verb)),
                Word::Long(name) if name == "version" => return Ok(Parsed::Version),
                Word::Short('V') => return Ok(Parsed::Version),
                Word::Long(name) => long(verb, &name)?,
                Word::Short(name) => short(verb, name)?,
            };
            let value = if flag.value.is_empty() { Some(String::new()) } else { words.value()? };
            let missing = || std::format!("--{} needs {}", flag.long, flag.value);
            let value = value.ok_or_else(|| Trouble::usage(missing()))?;
            given.flags.push((flag.long, value));
        }
        let Some(verb) = verb else { return Ok(Parsed::Help(None)) };
        given.check(command, verb).map(|()| Parsed::Verb(verb, given))
    }

    /// Whether there are as many operands as the verb takes.
    fn check(&self, command: &str, verb: &Verb) -> Result<(), Trouble> {
        let takes = verb.operands;
        let (count, name) = (self.operands.len(), verb.name());
        if count == 0 && !takes.is_empty() && !takes.starts_with('[') {
            let text = std::format!("{name} needs {takes}; see {command} {name} --help");
            return Err(Trouble::usage(text));
        }
        let most =
            if takes.contains('…') { usize::MAX } else { takes.split_whitespace().count() };
        match self.operands.get(most) {
            None => Ok(()),
            Some(extra) => Err(Trouble::usage(std::format!(
                "{name} takes no {extra:?}; see {command} {name} --help"
            ))),
        }
    }

    /// Whether a switch is given.
    pub(super) fn flag(&self, long: &str) -> bool {
        self.flags.iter().any(|(flag, _)| *flag == long)
    }

    /// The last value of a flag.
    pub(super) fn value<'a>(&'a self, long: &'a str) -> Option<&'a str> {
        self.values(long).last()
    }

    /// All values of a flag.
    pub(super) fn values<'a>(&'a self, long: &'a str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(flag, _)| *flag == long).map(|(_, value)| &**value)
    }

    /// A flag's value as a number.
    pub(super) fn number<T: FromStr>(&self, long: &str) -> Result<Option<T>, Trouble> {
        let Some(text) = self.value(long) else { return Ok(None) };
        let number = text.parse().map(Some);
        number.map_err(|_| Trouble::usage(std::format!("--{long}={text}: that is no number")))
    }
}

fn long(verb: Option<&Verb>, name: &str) -> Result<&'static Flag, Trouble> {
    let all = || flags(verb);
    all().find(|flag| flag.long == name).ok_or_else(|| {
        let near = typo::nearest(name, all().map(|flag| flag.long), 1).pop();
        let hint = near.map(|near| std::format!("; did you mean --{near}?")).unwrap_or_default();
        Trouble::usage(std::format!("there is no flag --{name}{hint}"))
    })
}

fn short(verb: Option<&Verb>, name: char) -> Result<&'static Flag, Trouble> {
    let found = flags(verb).find(|flag| flag.short == Some(name));
    found.ok_or_else(|| Trouble::usage(std::format!("there is no flag -{name}")))
}

/// The flags that can stand here; those of a verb come first.
fn flags(verb: Option<&Verb>) -> impl Iterator<Item = &'static Flag> + use<> {
    verb.map_or(&[][..], |verb| verb.flags).iter().chain(COMMON)
}

fn unknown(typed: &str) -> Trouble {
    let names = VERBS.iter().flat_map(|verb| verb.names).copied();
    let near = typo::nearest(typed, names, 1).pop();
    let hint = near.map_or_else(
        || String::from("--help lists what there is"),
        |near| std::format!("did you mean {near:?}?"),
    );
    Trouble::usage(std::format!("there is no command {typed:?}; {hint}"))
}
