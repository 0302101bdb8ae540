//! Server-sent events: `id:` is a position in the log, so a reader that comes back misses nothing,
//! or learns how much it has lost.
//!
//! | event | data |
//! |---|---|
//! | `hello` | who answers |
//! | `restarted` | who answers; the position was of another run, so this one comes from its beginning |
//! | `log` | a record |
//! | `lost` | `{"lost":128}`, or the line that stands for it |

use core::fmt::Write;
use std::string::String;

use crate::stream::Position;

/// One event.
pub(super) struct Event<'a> {
    name: &'static str,
    data: &'a str,
}

impl<'a> Event<'a> {
    pub(super) const fn new(name: &'static str, data: &'a str) -> Self {
        Self { name, data }
    }

    /// A sign of life. It has no data, so nobody is told of it, but its id counts.
    pub(super) const fn beat() -> Self {
        Self { name: "", data: "" }
    }

    pub(super) fn of_line(line: &'a str) -> Self {
        Self { name: if Self::is_lost(line) { "lost" } else { "log" }, data: line }
    }

    /// Whether a line of our own renderers stands for lost records. No record's line begins so: JSON
    /// begins with the time, text with a date.
    pub(super) fn is_lost(line: &str) -> bool {
        line.starts_with("{\"lost\":")
            || line.strip_prefix("-- ").is_some_and(|rest| rest.ends_with(" lost --"))
    }

    /// Writes it, and where to go on behind it, where that can be said.
    pub(super) fn write(&self, position: Option<&Position>, out: &mut String) {
        // Writing to a string does not fail.
        if self.name.is_empty() {
            out.push_str(":\n");
        } else {
            _ = writeln!(out, "event: {}", self.name);
        }
        if let Some(position) = position {
            _ = writeln!(out, "id: {position}");
        }
        if !self.name.is_empty() {
            for line in self.data.split('\n') {
                _ = writeln!(out, "data: {line}");
            }
        }
        out.push('\n');
    }
}
