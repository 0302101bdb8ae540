//! `help`: what there is, and how it is used; examples come first.

use core::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::string::String;

use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::table::{COMMON, Flag, VERBS, Verb};
use crate::pattern::typo;

const CODES: &str = "0 done · 1 nothing matched, or it failed · 2 usage · 3 not active · \
                     4 no such task · 5 cannot connect · 6 not permitted";

pub(in crate::ctl) fn help_on(call: &Call<'_>) -> Done {
    let Some(name) = call.given.operands.first() else { return help(call.command, None) };
    let Some(verb) = Verb::find(name) else {
        let near = typo::nearest(name, VERBS.iter().map(Verb::name), 1).pop();
        let hint = near.map(|near| std::format!("; did you mean {near:?}?")).unwrap_or_default();
        return Err(Trouble::usage(std::format!("there is no command {name:?}{hint}")));
    };
    help(call.command, Some(verb))
}

pub(in crate::ctl) fn help(command: &str, verb: Option<&Verb>) -> Done {
    let mut text = String::new();
    // Writing to a string does not fail.
    _ = match verb {
        None => all(command, &mut text),
        Some(verb) => one(command, verb, &mut text),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn all(command: &str, out: &mut String) -> fmt::Result {
    writeln!(out, "Asks a running program how it is, reads its log, and changes its tasks.\n")?;
    for example in ["status", "logs -f", "ps --sort busy", "trace flaky"] {
        writeln!(out, "    {command} {example}")?;
    }
    writeln!(out, "\nUsage: {command} [-n NAME] COMMAND [FLAG…] [TASK…]\n")?;
    for verb in VERBS.iter().filter(|verb| !verb.examples.is_empty()) {
        writeln!(out, "    {:<12} {}", verb.name(), verb.about)?;
    }
    writeln!(out, "\nFlags of all commands:")?;
    flags(COMMON, out)?;
    writeln!(out, "\nExit codes: {CODES}")
}

fn one(command: &str, verb: &Verb, out: &mut String) -> fmt::Result {
    for example in verb.examples {
        writeln!(out, "    {command} {example}")?;
    }
    let operands = verb.operands;
    let space = if operands.is_empty() { "" } else { " " };
    writeln!(out, "\n{}: {}", verb.name(), verb.about)?;
    writeln!(out, "\nUsage: {command} {} [FLAG…]{space}{operands}", verb.name())?;
    if verb.names.len() > 1 {
        writeln!(out, "Also called: {}", verb.names[1..].join(", "))?;
    }
    if !verb.flags.is_empty() {
        writeln!(out, "\nFlags:")?;
        flags(verb.flags, out)?;
    }
    writeln!(out, "\nFlags of all commands: {command} --help")
}

fn flags(flags: &[Flag], out: &mut String) -> fmt::Result {
    for Flag { short, long, value, about } in flags {
        let short = short.map_or_else(|| String::from("   "), |short| std::format!("-{short},"));
        let long = std::format!("--{long} {value}");
        writeln!(out, "    {short} {long:<20} {about}")?;
    }
    Ok(())
}
