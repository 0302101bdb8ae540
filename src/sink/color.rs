//! Whether a terminal gets colours.

use std::ffi::OsString;

/// Whether lines are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// By the environment, then by the output: `NO_COLOR` forbids, `CLICOLOR_FORCE` demands,
    /// `CLICOLOR=0` and `TERM=dumb` forbid; otherwise terminals get colours and nothing else does.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Whether an output is coloured, given the environment.
    pub(crate) fn decide(self, is_terminal: bool, var: impl Fn(&str) -> Option<OsString>) -> bool {
        let is = |name, value: &str| var(name).is_some_and(|set| set == value);
        let is_set = |name| var(name).is_some_and(|set| !set.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
            Self::Auto => is_terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
        }
    }
}
