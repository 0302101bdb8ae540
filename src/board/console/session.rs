//! What a console does between two keys: pure but for what it looks at, a line at a time.

use core::fmt::{self, Write};

use super::command::Command;
use super::line::{Key, Line};
use super::{Console, Output};
use crate::board::table;
use crate::clock::embassy::{nanos, ticks};
use crate::ring::Storage;
use crate::supervise;

/// How often `follow` looks for new records.
const FOLLOW_MS: u64 = 20;
/// How long a command to a task is given to show in its state.
const SETTLE_MS: u64 = 1;
/// How many records `log` shows unless it is told.
pub(super) const SHOWN: u32 = 20;

const HELP: &str = "status | log [n] | follow | level off..trace | start|stop|restart|kill TASK\r\n\
    hold|release TASK | last-boot | reset | help";
const NO_RESET: &str = "this program has not said how to reset";
const NO_TASK: &str = "there is no such task; `status` lists them";

pub(super) struct Session<'c, S: Storage, const N: usize> {
    console: &'c Console<S, N>,
    line: Line,
    /// Whether what was typed is not ended on the screen yet.
    is_open: bool,
    answer: Answer,
}

/// What is to be sent next.
#[derive(Clone, Copy)]
enum Answer {
    /// Nothing: it is the user's turn.
    Listen,
    Prompt,
    /// A key that was typed.
    Echo(u8),
    /// The key before it is taken away.
    Erase,
    Say(&'static str),
    /// The line that was typed makes no sense.
    Unknown,
    /// The table of tasks, once they have seen a command.
    Settle,
    /// Line number so much of the table of tasks.
    Table(usize),
    /// Records from one number to another.
    Records(u64, u64),
    /// Records from that number on, until a key is pressed.
    Follow(u64),
}

impl<'c, S: Storage, const N: usize> Session<'c, S, N> {
    pub(super) fn new(console: &'c Console<S, N>) -> Self {
        Self { console, line: Line::EMPTY, is_open: false, answer: Answer::Prompt }
    }

    /// How long to wait at most for the next key.
    pub(super) fn pause_ms(&self) -> Option<u64> {
        match self.answer {
            Answer::Settle => Some(SETTLE_MS),
            Answer::Follow(_) => Some(FOLLOW_MS),
            _ => None,
        }
    }

    /// The pause is over.
    pub(super) fn wake(&mut self) {
        if let Answer::Settle = self.answer {
            self.answer = Answer::Table(0);
        }
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: u8) {
        if !matches!(self.answer, Answer::Listen) {
            self.answer = Answer::Prompt;
            return;
        }
        let echoes = self.console.echoes;
        self.answer = match self.line.press(key) {
            Key::Echo(key) if echoes => Answer::Echo(key),
            Key::Erase if echoes => Answer::Erase,
            Key::Echo(_) | Key::Erase | Key::Nothing => Answer::Listen,
            Key::Enter => {
                self.is_open = echoes;
                self.obey()
            }
        };
    }

    /// Writes the next line to be sent; whether there was one.
    pub(super) fn produce(&mut self, out: &mut Output) -> bool {
        if core::mem::take(&mut self.is_open) {
            return say(out, "").is_ok();
        }
        let (ended, next) = match self.answer {
            Answer::Listen | Answer::Settle => return false,
            Answer::Prompt => {
                self.line.clear();
                (out.write_str("> "), Answer::Listen)
            }
            Answer::Echo(key) => {
                let text = core::str::from_utf8(core::slice::from_ref(&key));
                (out.write_str(text.unwrap_or_default()), Answer::Listen)
            }
            Answer::Erase => (out.write_str("\x08 \x08"), Answer::Listen),
            Answer::Say(text) => (say(out, text), Answer::Prompt),
            Answer::Unknown => {
                let typed = self.line.text();
                let said = ["`", typed, "` is no command; try `help`\r\n"];
                (said.iter().try_for_each(|part| out.write_str(part)), Answer::Prompt)
            }
            Answer::Table(row) => self.row(row, out),
            Answer::Records(from, end) => match self.record(from, end, out) {
                Some(next) => (Ok(()), Answer::Records(next, end)),
                None => (Ok(()), Answer::Prompt),
            },
            Answer::Follow(from) => match self.record(from, u64::MAX, out) {
                Some(next) => (Ok(()), Answer::Follow(next)),
                None => return false,
            },
        };
        // An error says that the line was cut.
        let _: fmt::Result = ended;
        self.answer = next;
        true
    }

    /// Does what the line says.
    fn obey(&mut self) -> Answer {
        let Console { log, tasks, reset, .. } = self.console;
        match Command::parse(self.line.text()) {
            Command::Nothing => Answer::Prompt,
            Command::Status => Answer::Table(0),
            Command::Log(count) => {
                let written = log.written();
                Answer::Records(written.saturating_sub(count.into()), written)
            }
            Command::LastBoot => {
                let end = log.boot();
                Answer::Records(end.saturating_sub(SHOWN.into()), end)
            }
            Command::Follow => Answer::Follow(log.written()),
            Command::Level(level) => {
                log.set_max_level(level);
                Answer::Say(level.as_str())
            }
            Command::Task(command, name) => told(tasks.get(name).map(|task| task.command(command))),
            Command::Hold(on, name) => told(tasks.get(name).map(|task| task.hold(on))),
            Command::Reset => reset.map_or(Answer::Say(NO_RESET), |reset| reset()),
            Command::Help => Answer::Say(HELP),
            Command::Unknown => Answer::Unknown,
        }
    }

    fn row(&self, row: usize, out: &mut Output) -> (fmt::Result, Answer) {
        if row == 0 {
            return (say(out, table::HEAD), Answer::Table(1));
        }
        let Some(task) = self.console.tasks.all().get(row - 1) else {
            return (Ok(()), Answer::Prompt);
        };
        let now_s = nanos(ticks()) / 1_000_000_000;
        let written = table::write_line(&task.vitals(), now_s, out);
        (written.and_then(|()| say(out, "")), Answer::Table(row + 1))
    }

    /// Writes record number `from`, if it is before `end`; returns the number of the next one.
    fn record(&self, from: u64, end: u64, out: &mut Output) -> Option<u64> {
        if from >= end {
            return None;
        }
        let Console { log, tasks, .. } = self.console;
        let name = |task| tasks.numbered(task).map(|task| task.name());
        let next = log.write_from(from, name, out)?;
        let _ = say(out, "");
        Some(next)
    }
}

fn told(told: Result<(), supervise::embassy::NoSuchTask>) -> Answer {
    if told.is_ok() { Answer::Settle } else { Answer::Say(NO_TASK) }
}

fn say(out: &mut Output, text: &str) -> fmt::Result {
    out.write_str(text)?;
    out.write_str("\r\n")
}
