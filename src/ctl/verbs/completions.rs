//! `completions`: scripts for shells, which ask the running program for the names of its tasks.

use core::fmt::{self, Write};
use core::time::Duration;
use std::string::String;
use std::vec::Vec;

use crate::control::Ask;
use crate::control::api::Envelope;
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::table::{COMMON, Flag, VERBS, Verb};

/// Nobody waits longer for a completion.
const PATIENCE: Duration = Duration::from_millis(500);

pub(in crate::ctl) fn completions(call: &Call<'_>) -> Done {
    let mut script = String::new();
    let command = call.command.split_whitespace().next().unwrap_or(call.command);
    let call_it = call.command;
    // Writing to a string does not fail.
    _ = match call.given.operands.first().map(String::as_str) {
        Some("bash") => bash(command, call_it, &mut script),
        Some("zsh") => {
            script.push_str("autoload -U +X bashcompinit && bashcompinit\n");
            bash(command, call_it, &mut script)
        }
        Some("fish") => fish(command, call_it, &mut script),
        other => {
            let other = other.unwrap_or_default();
            return Err(Trouble::usage(std::format!("{other:?}: it is bash, zsh or fish")));
        }
    };
    let mut output = crate::ctl::output::Output::plain();
    std::io::Write::write_all(&mut output, script.as_bytes())?;
    output.finish()?;
    Ok(Exit::Ok)
}

/// Names that begin so, a line each; nothing where nobody answers, for a shell that waits.
pub(in crate::ctl) fn complete(call: &Call<'_>) -> Done {
    let begun = call.given.operands.first().map_or("", String::as_str);
    let Ok(client) = call.client() else { return Ok(Exit::Ok) };
    let client = client.patience(PATIENCE);
    let of = if call.given.flag("commands") { "commands" } else { "tasks" };
    let ask = Ask::path(&["v1", of]).some("limit", (of == "tasks").then_some(1_000));
    let named: Result<Envelope<Vec<Named>>, _> = client.get(ask);
    let Ok(named) = named else { return Ok(Exit::Ok) };
    let names = named.data.into_iter().map(|named| named.name);
    // A name is no code, whatever is in it.
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '@' | '_' | '-' | '.' | ':');
    let names = names.filter(|name| name.starts_with(begun) && name.chars().all(is_plain));
    let lines: String = names.map(|name| std::format!("{name}\n")).collect();
    let mut output = crate::ctl::output::Output::plain();
    std::io::Write::write_all(&mut output, lines.as_bytes())?;
    output.finish()?;
    Ok(Exit::Ok)
}

/// Whatever has a name.
#[derive(serde::Deserialize)]
struct Named {
    name: String,
}

/// What tells a shell the names that can follow a verb, if any can.
fn names_for(verb: &Verb, call_it: &str) -> Option<String> {
    let of_commands = verb.name() == "run";
    let flag = if of_commands { " --commands" } else { "" };
    (of_commands || verb.takes_tasks()).then(|| std::format!("{call_it} complete{flag}"))
}

fn words(flags: &[Flag]) -> String {
    let mut words = String::new();
    for Flag { short, long, .. } in flags {
        if let Some(short) = short {
            words.push_str(&std::format!("-{short} "));
        }
        words.push_str(&std::format!("--{long} "));
    }
    words
}

fn verbs() -> impl Iterator<Item = &'static Verb> {
    VERBS.iter().filter(|verb| !verb.examples.is_empty())
}

fn bash(command: &str, call_it: &str, out: &mut String) -> fmt::Result {
    let names: Vec<&str> = verbs().map(Verb::name).collect();
    let function = command.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let first = call_it.split_whitespace().count();
    writeln!(out, "_{function}() {{")?;
    writeln!(
        out,
        "    local word=\"${{COMP_WORDS[COMP_CWORD]}}\" verb=\"${{COMP_WORDS[{first}]}}\""
    )?;
    writeln!(out, "    local words='{}'", words(COMMON))?;
    writeln!(out, "    if (( COMP_CWORD == {first} )); then words+='{}'; fi", names.join(" "))?;
    writeln!(out, "    if (( COMP_CWORD > {first} )); then case \"$verb\" in")?;
    for verb in verbs() {
        let names = names_for(verb, call_it);
        let names = names.map(|ask| std::format!(" words+=\"$({ask} \"$word\" 2>/dev/null)\";"));
        writeln!(
            out,
            "        {}) words+='{}';{} ;;",
            verb.names.join("|"),
            words(verb.flags),
            names.unwrap_or_default()
        )?;
    }
    writeln!(out, "    esac; fi")?;
    writeln!(out, "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))")?;
    writeln!(out, "}}\ncomplete -F _{function} {command}")
}

fn fish(command: &str, call_it: &str, out: &mut String) -> fmt::Result {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    writeln!(out, "complete -c {command} -f")?;
    for verb in verbs() {
        let (name, about) = (verb.name(), quoted(verb.about));
        let here = std::format!("-n '__fish_seen_subcommand_from {}'", verb.names.join(" "));
        writeln!(out, "complete -c {command} -n __fish_use_subcommand -a {name} -d '{about}'")?;
        if let Some(ask) = names_for(verb, call_it) {
            writeln!(out, "complete -c {command} {here} -a '({ask} (commandline -ct))'")?;
        }
        for Flag { short, long, value, about } in verb.flags {
            let short = short.map(|short| std::format!(" -s {short}")).unwrap_or_default();
            let takes = if value.is_empty() { "" } else { " -r" };
            let about = quoted(about);
            writeln!(out, "complete -c {command} {here}{short} -l {long}{takes} -d '{about}'")?;
        }
    }
    Ok(())
}
