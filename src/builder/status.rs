//! Status of the program's tasks, each with its own lines of the program's log.

use core::fmt;
use std::vec::Vec;

use super::{installed, tasks};
use crate::pattern::Pattern;
use crate::record::Time;
use crate::stream::Query;
use crate::supervise::status::{Look, Screen, Snapshot};
use crate::supervise::{Select, SelectError};

/// How many lines of a task's log its status shows, unless another number is asked for.
const LINES: usize = 10;

/// What is to be seen of the program's tasks, those of [`supervisor`](crate::supervisor); a text is
/// a name or a glob.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let answer = ringvisor::spawn("answer", async { 42 });
/// let status = ringvisor::status("ans*")?.to_string();
/// assert!(status.starts_with("● answer: status: running since "), "{status}");
/// # drop(answer);
/// # Ok::<(), ringvisor::supervise::SelectError>(())
/// # }).unwrap();
/// ```
///
/// # Errors
/// Nothing is selected; the error suggests names that come near.
pub fn status(select: impl Into<Select>) -> Result<Status, SelectError> {
    let supervisor = tasks::supervisor();
    let tasks = supervisor.snapshot(select)?;
    Ok(Status { tasks, now: supervisor.now(), lines: LINES, shows: Shows::Line, colours: false })
}

/// Tasks, to be shown in the house style: a line for each, then what it logged last.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it is shown by its `Display`"]
pub struct Status {
    tasks: Vec<Snapshot>,
    now: Time,
    lines: usize,
    shows: Shows,
    colours: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shows {
    Line,
    Debug,
    Result,
    Traceback,
}

impl Status {
    /// With everything that is known of each task.
    pub fn debug(mut self) -> Self {
        self.shows = Shows::Debug;
        self
    }

    /// Only what came of each task's last run: `report --> 42`.
    pub fn results(mut self) -> Self {
        self.shows = Shows::Result;
        self
    }

    /// Only why each task's last run failed, of those that did.
    pub fn tracebacks(mut self) -> Self {
        self.shows = Shows::Traceback;
        self
    }

    /// How many of each task's last lines are shown; 10 unless called.
    pub fn lines(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    /// Whether states are coloured, for a terminal.
    pub fn colours(mut self, colours: bool) -> Self {
        self.colours = colours;
        self
    }

    /// What is shown, as data.
    #[must_use]
    pub fn tasks(&self) -> &[Snapshot] {
        &self.tasks
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut screen = Screen::new(Look::at(self.now).colours(self.colours), f);
        for task in &self.tasks {
            match self.shows {
                Shows::Line => screen.line(task)?,
                Shows::Debug => screen.debug(task, &[])?,
                Shows::Result => screen.result(task)?,
                Shows::Traceback => screen.traceback(task)?,
            }
            if matches!(self.shows, Shows::Line | Shows::Debug) {
                self.log(task, &mut screen)?;
            }
        }
        Ok(())
    }
}

impl Status {
    fn log<W: fmt::Write + ?Sized>(
        &self,
        task: &Snapshot,
        screen: &mut Screen<'_, W>,
    ) -> fmt::Result {
        let Some(stream) = installed::stream().filter(|_| self.lines > 0) else { return Ok(()) };
        // A name has no wildcards, so this glob is that name and no other.
        let query = Query::new().task(Pattern::glob(&task.name)).last(self.lines);
        screen.log(query.lines(stream))
    }
}
