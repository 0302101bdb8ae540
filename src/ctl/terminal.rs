//! What the terminal can show.

use std::env;
use std::io::{self, IsTerminal};
use std::string::String;

use super::exit::Trouble;
use super::given::Given;
use crate::sink::ColorChoice;

#[cfg_attr(not(feature = "cli"), path = "terminal/unknown.rs")]
mod width;

/// What standard output can show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    pub(super) is_terminal: bool,
    pub(super) colours: bool,
    pub(super) ascii: bool,
    /// How many columns there are; `None` where lines may be as long as they like.
    pub(super) width: Option<usize>,
}

impl Terminal {
    /// What the user wants, else the environment, else the terminal itself.
    pub(super) fn find(given: &Given) -> Result<Self, Trouble> {
        let choice = match given.value("color") {
            None | Some("auto") => ColorChoice::Auto,
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            Some(other) => {
                let text = std::format!("--color={other}: it is auto, always or never");
                return Err(Trouble::usage(text));
            }
        };
        let is_terminal = io::stdout().is_terminal();
        let width = given.number("width")?;
        let found = || if is_terminal { width::columns() } else { None };
        Ok(Self {
            is_terminal,
            colours: choice.decide(is_terminal, |name| env::var_os(name)),
            ascii: !is_utf8(|name| env::var(name).ok()),
            width: width.or_else(found).filter(|_| !given.flag("no-trunc")),
        })
    }
}

/// Whether the locale knows more than ASCII: of the three variables the first that says something
/// decides.
pub(super) fn is_utf8(var: impl Fn(&str) -> Option<String>) -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(var).find(|v| !v.is_empty());
    said.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
