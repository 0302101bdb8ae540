//! The command: `rvctl`, and the same inside of every program as `myapp ctl`.
//!
//! It asks a running program through its control socket and shows what it answers. It knows nothing
//! that anybody else with a [`Client`](crate::control::Client) or `curl` could not know.
//!
//! ```text
//! $ rvctl status
//! ● demo - pid 48213, running since 2026-11-21 09:12:03; 14 min ago
//!     Tasks: 8 loaded: 5 running, 1 stuck?, 1 backoff, 1 scheduled   (runtime: 11 alive, 3 not supervised)
//!      Ring: 8.0 MiB, 61% full, 4711 records written, holds the last 12 min; 0 refused
//!    Health: not ready: flaky, lost
//! …
//! $ rvctl logs -u 'worker*' -p warn -S -10m -n 3
//! 09:20:40.118 ERROR worker@2  pool exhausted after=5.0s waiting=17  orders::db src/db.rs:88
//! ```
//!
//! What is asked for goes to standard output, what is said about it to standard error. The exit code
//! is an [`Exit`]. Verbs and flags stand in one table, from which the parser, the help, the
//! completions and the manual page are made; a verb is a file below `ctl/verbs/`.

#[cfg_attr(not(target_has_atomic = "64"), path = "ctl/boxes/absent.rs")]
mod boxes;
mod call;
mod exit;
mod follow;
mod given;
mod harmless;
mod output;
mod progress;
mod table;
mod terminal;
mod verbs;
mod words;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io::{self, Write};

use call::Call;
use given::{Given, Parsed};
use harmless::Harmless;

pub use exit::Exit;

/// Carries out a command and says how it went; `command` is what the user types for it, `rvctl`.
///
/// `name` is the program that is meant unless the arguments name another one; `None` is the only one
/// that can be reached.
pub fn run(command: &str, name: Option<&str>, args: impl IntoIterator<Item = OsString>) -> Exit {
    match carry_out(command, name, args) {
        Ok(exit) => exit,
        Err(trouble) => {
            if !trouble.text.is_empty() {
                // Without a standard error there is nobody to tell.
                _ = writeln!(io::stderr(), "{command}: {}", Harmless(&trouble.text));
            }
            trouble.exit
        }
    }
}

fn carry_out(
    command: &str,
    name: Option<&str>,
    args: impl IntoIterator<Item = OsString>,
) -> exit::Done {
    match Given::parse(command, args)? {
        Parsed::Help(verb) => verbs::help(command, verb),
        Parsed::Version => verbs::own_version(command),
        Parsed::Verb(verb, given) => (verb.run)(&Call::new(command, name, given)?),
    }
}
