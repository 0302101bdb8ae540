//! A program that is its own command: `orders ctl status`.

use std::env;
use std::ffi::OsString;

use super::{Builder, config};
use crate::control::place::VARIABLE;
use crate::ctl::{self, Exit};

/// The first argument of a program that is to ask a running one.
const WORD: &str = "ctl";

impl Builder {
    /// Whether the program was started as `orders ctl …`, to ask one that runs. Whoever calls
    /// [`ctl`](Self::ctl) then, before anything else is started, needs no other command installed.
    #[must_use]
    pub fn ctl_requested(&self) -> bool {
        env::args_os().nth(1).is_some_and(|word| word == WORD)
    }

    /// Asks the running program of this name what the arguments behind `ctl` say, writes its answer to
    /// standard output, and says how that went.
    ///
    /// ```
    /// let ringvisor = ringvisor::builder("orders");
    /// if ringvisor.ctl_requested() {
    ///     std::process::exit(ringvisor.ctl().code().into());
    /// }
    /// ```
    pub fn ctl(&self) -> Exit {
        let program = env::args_os().next().unwrap_or_default();
        let program = std::path::Path::new(&program).file_name().unwrap_or_default();
        let command = std::format!("{} {WORD}", program.to_string_lossy());
        // What the arguments say comes behind it, and counts.
        let socket = config::socket(self).filter(|_| env::var_os(VARIABLE).is_none());
        let socket = socket.into_iter().flat_map(|socket| [OsString::from("--socket"), socket]);
        ctl::run(&command, Some(&self.name), socket.chain(env::args_os().skip(2)))
    }
}
