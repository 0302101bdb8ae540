//! Colours.

use crate::record::Level;

/// What is written before and after the level of a line; for a terminal, its colour sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Before each level, the worst first.
    pub levels: [&'static str; 5],
    /// After the level.
    pub reset: &'static str,
}

impl Style {
    /// The colours that tracing's users know: red, yellow, green, blue, magenta.
    pub const ANSI: Self = Self {
        levels: ["\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[34m", "\x1b[35m"],
        reset: "\x1b[0m",
    };

    pub(super) const fn before(&self, level: Level) -> &'static str {
        self.levels[level as usize - 1]
    }
}
