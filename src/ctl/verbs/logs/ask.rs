//! From flags to what is asked of the program.

use std::string::{String, ToString};

use crate::control;
use crate::ctl::call::Call;
use crate::ctl::exit::Trouble;

/// How many records are shown at first by who follows, and by who begins at the end.
const FOLLOWED: usize = 10;
const AT_END: usize = 1_000;
/// The most records that the program sends at once.
const PAGE: usize = 10_000;

/// What is wanted of the log.
#[derive(Clone, Debug)]
pub(in crate::ctl) struct Ask {
    /// Which records.
    which: control::Ask,
    /// How many of them; `None` for all.
    pub(in crate::ctl) last: Option<usize>,
    /// Behind which position.
    pub(in crate::ctl) cursor: Option<String>,
    has_end: bool,
}

impl Ask {
    pub(in crate::ctl) fn of(call: &Call<'_>) -> Result<Self, Trouble> {
        let given = &call.given;
        let mut which = control::Ask::path(&["v1", "logs"]);
        for task in given.values("unit").chain(given.operands.iter().map(String::as_str)) {
            which = which.query("task", task);
        }
        let patterns: std::vec::Vec<String> = given
            .values("grep")
            .map(regex)
            .chain(given.values("match").map(str::to_string))
            .collect();
        for pattern in &patterns {
            which = which.query("grep", pattern);
        }
        // As with journalctl: who types no capitals means both.
        if !patterns.is_empty() && !patterns.iter().any(|p| p.contains(char::is_uppercase)) {
            which = which.query("ignore_case", 1);
        }
        if given.flag("invert") {
            which = which.query("invert", 1);
        }
        let which = which
            .some("level", given.value("priority"))
            .some("target", given.value("target"))
            .some("since", given.value("since"))
            .some("until", given.value("until"))
            .some("context", given.number::<usize>("context")?);
        let previous = given.flag("previous").then_some(-1);
        let which = which.some("run", given.number::<i64>("run")?.or(previous));
        let follows = given.flag("follow") || given.flag("follow-name");
        let usual = match () {
            () if follows => Some(FOLLOWED),
            () if given.flag("pager-end") => Some(AT_END),
            () => None,
        };
        Ok(Self {
            which,
            last: given.number("lines")?.or(usual),
            cursor: given.value("cursor").map(str::to_string),
            has_end: given.value("until").is_some(),
        })
    }

    /// The last records of one task.
    pub(in crate::ctl) fn last_of(task: &str, lines: usize) -> Self {
        let which = control::Ask::path(&["v1", "logs"]).query("task", task);
        Self { which, last: Some(lines), cursor: None, has_end: false }
    }

    /// For the first page.
    pub(super) fn first(&self) -> control::Ask {
        let last = self.last.filter(|_| self.cursor.is_none());
        let ask = self.which.clone().some("cursor", self.cursor.as_deref()).some("last", last);
        ask.query("limit", PAGE)
    }

    /// For the page behind `position`, of what was there at the time of the first one.
    pub(super) fn behind(&self, position: &str, now: &str) -> control::Ask {
        let ask = self.which.clone().query("cursor", position).query("limit", PAGE);
        if self.has_end { ask } else { ask.query("until", now) }
    }

    /// For what comes.
    pub(in crate::ctl) fn followed(&self) -> control::Ask {
        self.which.clone().query("follow", 1)
    }
}

/// The pattern that says: a regular expression.
fn regex(text: &str) -> String {
    let is_one = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
    if is_one { text.to_string() } else { std::format!("/{text}/") }
}
