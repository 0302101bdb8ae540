//! `man`: the manual page, made of the table.

use core::fmt::{self, Write};
use std::string::String;

use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};
use crate::ctl::table::{COMMON, Flag, VERBS};

pub(in crate::ctl) fn man(call: &Call<'_>) -> Done {
    let mut page = String::new();
    // Writing to a string does not fail.
    _ = write_page(call.command, &mut page);
    let mut output = crate::ctl::output::Output::plain();
    std::io::Write::write_all(&mut output, page.as_bytes())?;
    output.finish()?;
    Ok(Exit::Ok)
}

fn write_page(command: &str, out: &mut String) -> fmt::Result {
    let name = command.split_whitespace().next().unwrap_or(command);
    writeln!(
        out,
        ".TH {} 1 \"\" \"ringvisor {}\"",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(out, ".SH NAME\n{name} \\- asks a running program how it is")?;
    writeln!(out, ".SH SYNOPSIS\n.B {command}\n[\\-n NAME] COMMAND [FLAG...] [TASK...]")?;
    writeln!(out, ".SH COMMANDS")?;
    for verb in VERBS.iter().filter(|verb| !verb.examples.is_empty()) {
        let names = verb.names.join(", ");
        writeln!(out, ".SS {} {}\n{}.", names, roff(verb.operands), roff(verb.about))?;
        write_flags(verb.flags, out)?;
        for example in verb.examples {
            writeln!(out, ".PP\n.EX\n    {command} {}\n.EE", roff(example))?;
        }
    }
    writeln!(out, ".SH OPTIONS")?;
    write_flags(COMMON, out)?;
    writeln!(out, ".SH EXIT STATUS")?;
    for (code, text) in CODES {
        writeln!(out, ".TP\n.B {code}\n{text}")?;
    }
    writeln!(out, ".SH ENVIRONMENT")?;
    for (name, text) in VARIABLES {
        writeln!(out, ".TP\n.B {name}\n{}", roff(text))?;
    }
    Ok(())
}

const CODES: [(&str, &str); 8] = [
    ("0", "It is done."),
    ("1", "Nothing matched, something was found wrong, or it could not be done."),
    ("2", "The command cannot be understood, or several programs could be meant."),
    ("3", "A task that was asked about is not active."),
    ("4", "There is no such task."),
    ("5", "The program cannot be reached."),
    ("6", "It is not permitted."),
    ("130", "It was interrupted."),
];

const VARIABLES: [(&str, &str); 4] = [
    ("RINGVISOR_SOCKET", "The socket of the program that is meant."),
    ("RINGVISOR_OUTPUT", "In which form logs are shown."),
    ("RINGVISOR_PAGER, PAGER", "What long answers are read with; cat for nothing."),
    ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "Whether there are colours."),
];

fn write_flags(flags: &[Flag], out: &mut String) -> fmt::Result {
    for Flag { short, long, value, about } in flags {
        writeln!(out, ".TP")?;
        let short = short.map(|short| std::format!("\\-{short}, ")).unwrap_or_default();
        writeln!(out, ".B {short}\\-\\-{} {value}\n{}.", roff(long), roff(about))?;
    }
    Ok(())
}

/// A text that says the same to a typesetter.
fn roff(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('…', "...").replace('\'', "\\(aq")
}
