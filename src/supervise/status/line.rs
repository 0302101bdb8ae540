//! One task in one line, in the style of the house.

use core::fmt::{self, Display, Write};

use super::pen::{DOT, Paint};
use super::screen::Screen;
use super::snapshot::Snapshot;
use crate::record::{Elapsed, Time};
use crate::supervise::{Hold, Outcome, State, Wanted};

/// What a line says of a task.
#[derive(Clone, Copy)]
enum Says {
    /// It is doing this, since then.
    Does(&'static str),
    /// It ended so.
    Was(Word),
    /// Its time will come; how it ended before.
    Scheduled(Option<Word>),
}

/// How a task ended.
#[derive(Clone, Copy)]
struct Word {
    text: &'static str,
    paint: Paint,
}

const DONE: Word = Word { text: "done", paint: Paint::None };
const STOPPED: Word = Word { text: "stopped", paint: Paint::Yellow };
const DISABLED: Word = Word { text: "disabled", paint: Paint::Yellow };
const ERROR: Word = Word { text: "ERROR", paint: Paint::Red };
const FAILED: Word = Word { text: "failed", paint: Paint::Red };
const DEAD: Word = Word { text: "dead", paint: Paint::Red };

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

    /// What came of the last run, `report --> 42`.
    ///
    /// # Errors
    /// Those of the output.
    pub fn result(&mut self, task: &Snapshot) -> fmt::Result {
        write!(self.pen, "{} --> ", task.name)?;
        self.came_of(task)?;
        self.pen.end()
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
        let paint = match says(task) {
            Says::Does(_) if task.state == State::Running => Paint::Lime,
            Says::Does(_) => Paint::Yellow,
            Says::Was(word) => word.paint,
            Says::Scheduled(_) => Paint::Cyan,
        };
        self.pen.painted_sign(paint, DOT)
    }

    /// From `status:` to the end of the line.
    pub(super) fn status(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.write_str("status: ")?;
        match says(task) {
            Says::Does(word) => self.does(word, task),
            Says::Was(word) => {
                self.pen.painted(word.paint, word.text)?;
                let ended = task.ended.filter(|_| matches!(task.state, State::Waiting(_)));
                self.was(ended.unwrap_or(task.since), true, task)
            }
            Says::Scheduled(before) => {
                self.pen.write_str("scheduled")?;
                if let Some(before) = before {
                    self.pen.write_str(" - ")?;
                    self.pen.painted(before.paint, before.text)?;
                }
                let next = task.schedule.as_ref().and_then(|schedule| schedule.next);
                let at = task.ended.or(next).unwrap_or(task.since);
                self.was(at, task.ended.is_some(), task)
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
        if task.state == State::Backoff {
            self.pen.write_str(" --> result: ")?;
            self.came_of(task)?;
        }
        self.pen.end()
    }

    fn was(&mut self, at: Time, is_over: bool, task: &Snapshot) -> fmt::Result {
        self.pen.write_str(" @ ")?;
        self.date(at)?;
        if is_over {
            let age = Elapsed::from(self.age(at));
            write!(self.pen, "; {age} ago")?;
        }
        self.pen.write_str(" --> result: ")?;
        self.came_of(task)?;
        self.pen.end()
    }

    /// What came of the last run; nothing where nothing did.
    fn came_of(&mut self, task: &Snapshot) -> fmt::Result {
        match (&task.failure, &task.result) {
            (Some(failure), _) => {
                if !failure.class().is_empty() {
                    self.pen.painted(Paint::Red, failure.class())?;
                    self.pen.write_str(": ")?;
                }
                write!(self.pen, "{failure}")
            }
            (None, Some(result)) => self.pen.write_str(result),
            (None, None) => self.pen.write_str(task.mishap()),
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
        State::Waiting(Hold::Schedule) => match task.outcome {
            // A failure is never hidden behind the next date.
            Some(outcome) if outcome.is_failure() => Says::Was(failed(task)),
            outcome => Says::Scheduled(outcome.filter(|_| repeats(task)).map(ended)),
        },
        State::Waiting(_) => Says::Does("waiting"),
        State::Stopped if task.wanted == Wanted::Disabled => Says::Was(DISABLED),
        State::Stopped => Says::Was(STOPPED),
        State::Completed => Says::Was(DONE),
        State::Failed => Says::Was(failed(task)),
        State::Dead => Says::Was(DEAD),
    }
}

fn repeats(task: &Snapshot) -> bool {
    task.schedule.as_ref().is_some_and(|schedule| schedule.repeats)
}

const fn ended(outcome: Outcome) -> Word {
    if matches!(outcome, Outcome::Stopped) { STOPPED } else { DONE }
}

const fn failed(task: &Snapshot) -> Word {
    if task.service.is_some() { FAILED } else { ERROR }
}
