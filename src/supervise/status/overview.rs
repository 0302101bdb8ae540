//! The process and its tasks, as `status` shows them.

use core::fmt::{self, Write};
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;

use super::condition::{Condition, Tally};
use super::pen::{DOT, Paint, Sign};
use super::rough::Rough;
use super::run::Failure;
use super::screen::Screen;
use super::snapshot::{Health, Kind, Snapshot};
use crate::record::Time;
use crate::supervise::{Hold, State};

/// What stands above the tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The program.
    pub name: Cow<'static, str>,
    /// Its process; 0 where there is none.
    pub pid: u32,
    /// When it began.
    pub started: Time,
    /// Its tasks.
    pub tally: Tally,
    /// Its runtime, where that is known.
    pub runtime: Option<Runtime>,
    /// The log, in words; empty where there is none.
    pub ring: String,
    /// How all is, in words; empty where nobody says.
    pub health: String,
}

/// What a runtime knows of its tasks, those of others included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runtime {
    /// How many are alive.
    pub alive: u64,
    /// How many of those are not supervised.
    pub unsupervised: u64,
}

/// Where a task stands in the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Twig {
    /// How many groups it is in; 0 at the top.
    pub depth: u8,
    /// Whether nothing more comes of its group.
    pub is_last: bool,
}

const FORK: Sign = Sign { utf8: "┣━", ascii: "|-" };
const END: Sign = Sign { utf8: "┗━", ascii: "\\-" };
const TRUNK: Sign = Sign { utf8: "┃ ", ascii: "| " };
const LEAF_FORK: Sign = Sign { utf8: "┣━► ", ascii: "|-> " };
const LEAF_END: Sign = Sign { utf8: "┗━► ", ascii: "\\_> " };

impl<W: Write + ?Sized> Screen<'_, W> {
    /// The process in a few lines.
    ///
    /// ```text
    /// ● demo - pid 48213, running since 2026-11-21 09:12:03; 14 min ago
    ///     Tasks: 8 loaded: 5 running, 1 backoff, 2 scheduled   (runtime: 11 alive, 3 not supervised)
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn header(&mut self, header: &Header) -> fmt::Result {
        self.pen.painted_sign(Paint::Lime, DOT)?;
        write!(self.pen, " {} - ", header.name)?;
        if header.pid != 0 {
            write!(self.pen, "pid {}, ", header.pid)?;
        }
        self.pen.write_str("running since ")?;
        self.date(header.started)?;
        write!(self.pen, "; {} ago", Rough(self.age(header.started)))?;
        self.pen.end()?;
        write!(self.pen, "    Tasks: {}", header.tally)?;
        if let Some(Runtime { alive, unsupervised }) = header.runtime {
            write!(self.pen, "   (runtime: {alive} alive, {unsupervised} not supervised)")?;
        }
        self.pen.end()?;
        for (label, text) in [("Ring", &header.ring), ("Health", &header.health)] {
            if !text.is_empty() {
                write!(self.pen, "{label:>9}: {text}")?;
                self.pen.end()?;
            }
        }
        Ok(())
    }

    /// A task in the tree, and what it waits for. Members are to follow their group.
    ///
    /// ```text
    /// ● worker.service: running 3/3
    /// ┣━● worker@1: running since 09:12:03; 14 min ago - idle, queue 0
    /// ┗━● worker@2: running since 09:20:41; 5 min 22 s ago - restart 1
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn row(&mut self, task: &Snapshot, twig: Twig) -> fmt::Result {
        let depth = usize::from(twig.depth).min(63);
        self.trunks(depth.saturating_sub(1))?;
        if depth > 0 {
            self.pen.sign(if twig.is_last { END } else { FORK })?;
            let bit = 1 << (depth - 1);
            self.open = if twig.is_last { self.open & !bit } else { self.open | bit };
        }
        self.sentence(task)?;
        self.pen.end()?;
        self.leaves(task, depth)
    }

    fn trunks(&mut self, depth: usize) -> fmt::Result {
        for at in 0..depth {
            match self.open >> at & 1 {
                0 => self.pen.indent(2)?,
                _ => self.pen.sign(TRUNK)?,
            }
        }
        Ok(())
    }

    /// The task in one line, from its sign on.
    pub(super) fn sentence(&mut self, task: &Snapshot) -> fmt::Result {
        let condition = Condition::of(task);
        self.pen.painted_sign(condition.paint(), condition.sign())?;
        write!(self.pen, " {}: ", task.name)?;
        self.words(condition, task)?;
        self.remarks(condition, task)
    }

    /// What it does, since when, and what comes next.
    fn words(&mut self, condition: Condition, task: &Snapshot) -> fmt::Result {
        match condition {
            Condition::Running if task.kind == Kind::Group => {
                let members = task.members;
                write!(self.pen, "running {}/{}", members.running, members.count)
            }
            Condition::Stuck => self.stuck(task),
            Condition::Backoff => self.backoff(task),
            Condition::Scheduled => self.pen.write_str("scheduled"),
            Condition::Waiting => {
                self.pen.write_str(match task.state {
                    State::Waiting(Hold::Group) => "waiting for its group",
                    State::Waiting(Hold::Dependency) => "waiting for what it needs",
                    State::Waiting(Hold::Condition) => "waiting for its condition",
                    _ => "waiting",
                })?;
                self.since(task.since)
            }
            Condition::Degraded | Condition::Late => {
                write!(self.pen, "running, {condition}")?;
                self.since(task.since)
            }
            _ => {
                self.pen.write_str(condition.word())?;
                self.since(task.since)
            }
        }
    }

    pub(super) fn since(&mut self, since: Time) -> fmt::Result {
        self.pen.write_str(" since ")?;
        self.moment(since)?;
        write!(self.pen, "; {} ago", Rough(self.age(since)))
    }

    fn stuck(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.write_str("running")?;
        match (&task.health, task.last_wake) {
            (Health::NoWaker, _) => self.pen.write_str(", waiting with nobody to wake it")?,
            (_, Some(age)) => write!(self.pen, ", not woken for {}", Rough(age))?,
            (_, None) => self.since(task.since)?,
        }
        self.pen.write_str(" - stuck?")
    }

    fn backoff(&mut self, task: &Snapshot) -> fmt::Result {
        write!(self.pen, "backoff, restart {}", task.next_restart())?;
        if let Some(budget) = task.budget {
            write!(self.pen, "/{}", budget.restarts)?;
        }
        let Some(due) = task.due else { return Ok(()) };
        let left = Duration::from_nanos(due.saturating_sub(self.look.now.mono_ns));
        write!(self.pen, " in {}", Rough(left))
    }

    /// What else there is to say, behind a dash.
    fn remarks(&mut self, condition: Condition, task: &Snapshot) -> fmt::Result {
        let mut before = " - ";
        if let Health::Degraded(text) = &task.health {
            write!(self.pen, "{before}{text}")?;
            before = ", ";
        }
        if condition == Condition::Running && task.attempt > 0 {
            write!(self.pen, "{before}restart {}", task.attempt)?;
            before = ", ";
        }
        if task.state.is_alive() && task.says_something() {
            self.pen.write_str(before)?;
            return self.saying(task);
        }
        if !task.state.is_alive() && task.has_exit() {
            self.pen.write_str(before)?;
            return self.last_exit(task);
        }
        Ok(())
    }

    /// What the task says of itself: `batch 412/1000 (41%)`.
    pub(super) fn saying(&mut self, task: &Snapshot) -> fmt::Result {
        self.pen.write_str(&task.status)?;
        let Some(progress) = task.progress else { return Ok(()) };
        self.pen.write_str(if task.status.is_empty() { "" } else { " " })?;
        write!(self.pen, "{progress}")
    }

    /// `panicked at src/demo.rs:61: checksum mismatch in block 7`.
    pub(super) fn last_exit(&mut self, task: &Snapshot) -> fmt::Result {
        match (&task.failure, &task.result) {
            (Some(Failure::Panic(panic)), _) => {
                self.pen.write_str("panicked")?;
                if let Some(place) = &panic.place {
                    write!(self.pen, " at {place}")?;
                }
                write!(self.pen, ": {}", panic.message)
            }
            (Some(failure), _) => {
                let class = failure.class();
                write!(self.pen, "{class}{}{failure}", if class.is_empty() { "" } else { ": " })
            }
            (None, Some(result)) => write!(self.pen, "result {result}"),
            (None, None) => self.pen.write_str(task.mishap()),
        }
    }

    /// What a task waits for, below it.
    fn leaves(&mut self, task: &Snapshot, depth: usize) -> fmt::Result {
        if !task.needs.is_empty() {
            let more = task.schedule.is_some();
            self.leaf(task, depth, more)?;
            write!(self.pen, "needs: {}", task.needs)?;
            self.pen.end()?;
        }
        let Some(schedule) = &task.schedule else { return Ok(()) };
        self.leaf(task, depth, false)?;
        write!(self.pen, "schedule: \"{}\"", schedule.text)?;
        if let Some(last) = schedule.last {
            self.pen.write_str(" last @ ")?;
            self.moment(last)?;
            if let Some(run) = task.history.last() {
                write!(self.pen, " ({}, {})", run.word(), Rough(run.lasted()))?;
            }
        }
        if let Some(next) = schedule.next {
            write!(self.pen, " --> next in {}", self.left(next.mono_ns))?;
        }
        self.pen.end()
    }

    fn leaf(&mut self, task: &Snapshot, depth: usize, more: bool) -> fmt::Result {
        self.trunks(depth)?;
        let more = more || task.kind == Kind::Group && task.members.count > 0;
        self.pen.sign(if more { LEAF_FORK } else { LEAF_END })
    }
}
