//! One task in one line, in the style of the house.

use core::fmt::{self, Display, Write};

use super::pen::{DOT, Paint};
use super::screen::Screen;
use super::snapshot::Snapshot;
use crate::record::{Elapsed, Time};
use crate::supervise::{Hold, Outcome, State, Wanted};

/// What a line says of a task.
enum Says {
    /// It is doing this, since then.
    Does(&'static str),
    /// It ended so.
    Was(&'static str),
    /// Its time will come; what it was before.
    Scheduled(Option<&'static str>),
}

impl<W: Write + ?Sized> Screen<'_, W> {
    /// One line, and one more where the task has a schedule.
    ///
    /// ```text
    /// ● blink: status: running since 2015-01-01 11:27:11; 38 s ago
    /// ● report: status: done @ 2015-01-01 11:28:33; 3 s ago --> result: 42
    /// ● b1: status: ERROR @ 2026-11-21 01:08:53; 0 s ago --> result: ParseIntError: invalid digit
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn line(&mut self, task: &Snapshot) -> fmt::Result {
        self.short(task)?;
        self.schedule(task, 4)
    }

    /// Log lines, and the ruler behind them.
    ///
    /// # Errors
    /// Those of the output.
    pub fn log(&mut self, lines: impl IntoIterator<Item = impl Display>) -> fmt::Result {
        for line in lines {
            write!(self.pen, "{line}")?;
            self.pen.end()?;
        }
        write!(self.pen, "<{:-<80}>", "")?;
        self.pen.end()
    }

    /// The line alone.
    pub(super) fn short(&mut self, task: &Snapshot) -> fmt::Result {
        self.dot(task)?;
        write!(self.pen, " {}: ", task.name)?;
        self.status(task)
    }

    pub(super) fn dot(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.painted_sign(dot_paint(task), DOT)
    }

    /// From `status:` to the end of the line.
    pub(super) fn status(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.write_str("status: ")?;
        match says(task) {
            Says::Does(word) => self.does(word, task),
            Says::Was(word) => {
                self.pen.painted(word_paint(word), word)?;
                self.was(task.ended.or(Some(task.since)), task.ended, task)
            }
            Says::Scheduled(before) => {
                self.pen.write_str("scheduled")?;
                if let Some(before) = before {
                    self.pen.write_str(" - ")?;
                    self.pen.painted(word_paint(before), before)?;
                }
                let next = task.schedule.as_ref().and_then(|schedule| schedule.next);
                self.was(task.ended.or(next), task.ended, task)
            }
        }
    }

    /// `(active) running`, as services say it.
    pub(super) fn active(&mut self, task: &Snapshot) -> fmt::Result {
        if task.state != State::Running {
            return self.status(task);
        }
        self.does("(active) running", task)
    }

    fn does(&mut self, word: &str, task: &Snapshot) -> fmt::Result {
        let paint = if task.state == State::Running { Paint::Green } else { Paint::None };
        self.pen.painted(paint, word)?;
        self.pen.write_str(" since ")?;
        self.date(task.since)?;
        let age = Elapsed::from(self.age(task.since));
        write!(self.pen, "; {age} ago")?;
        self.pen.end()
    }

    fn was(&mut self, at: Option<Time>, ended: Option<Time>, task: &Snapshot) -> fmt::Result {
        if let Some(at) = at {
            self.pen.write_str(" @ ")?;
            self.date(at)?;
        }
        if let Some(ended) = ended {
            let age = Elapsed::from(self.age(ended));
            write!(self.pen, "; {age} ago")?;
        }
        self.pen.write_str(" --> result: ")?;
        self.result(task)?;
        self.pen.end()
    }

    /// What came of the last run; nothing where nothing did.
    pub(super) fn result(&mut self, task: &Snapshot) -> fmt::Result {
        match (&task.failure, &task.result) {
            (Some(failure), _) => {
                if !failure.class().is_empty() {
                    self.pen.painted(Paint::Red, failure.class())?;
                    self.pen.write_str(": ")?;
                }
                write!(self.pen, "{failure}")
            }
            (None, Some(result)) => self.pen.write_str(result),
            (None, None) => Ok(()),
        }
    }
}

fn says(task: &Snapshot) -> Says {
    match task.state {
        State::Starting => Says::Does("starting"),
        State::Running => Says::Does("running"),
        State::Stopping => Says::Does("stopping"),
        State::Aborting => Says::Does("aborting"),
        State::Detached => Says::Does("detached"),
        State::Backoff => Says::Does("backoff"),
        // A failure is never hidden behind the next date.
        State::Waiting(Hold::Schedule) => match (end_word(task), &task.schedule) {
            (Some(failed @ ("ERROR" | "failed")), _) => Says::Was(failed),
            (before, Some(schedule)) if schedule.repeats => Says::Scheduled(before),
            _ => Says::Scheduled(None),
        },
        State::Waiting(_) => Says::Does("waiting"),
        State::Stopped if task.wanted == Wanted::Disabled => Says::Was("disabled"),
        State::Stopped => Says::Was("stopped"),
        State::Completed => Says::Was("done"),
        State::Failed => Says::Was(failed_word(task)),
        State::Dead => Says::Was("dead"),
    }
}

/// How the last run ended, in a word.
fn end_word(task: &Snapshot) -> Option<&'static str> {
    Some(match task.outcome? {
        Outcome::Completed => "done",
        Outcome::Stopped => "stopped",
        _ => failed_word(task),
    })
}

fn failed_word(task: &Snapshot) -> &'static str {
    if task.service.is_some() { "failed" } else { "ERROR" }
}

fn dot_paint(task: &Snapshot) -> Paint {
    match says(task) {
        Says::Does("running") => Paint::Lime,
        Says::Scheduled(_) => Paint::Cyan,
        Says::Was(word) => word_paint(word),
        Says::Does(_) => Paint::Yellow,
    }
}

fn word_paint(word: &str) -> Paint {
    match word {
        "stopped" | "disabled" => Paint::Yellow,
        "ERROR" | "failed" | "dead" => Paint::Red,
        _ => Paint::None,
    }
}
