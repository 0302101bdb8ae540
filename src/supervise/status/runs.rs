//! The last runs of a task, as `runs` shows them.

use core::fmt::{self, Write};
use std::string::ToString;

use super::rough::Rough;
use super::screen::Screen;
use super::snapshot::Snapshot;
use crate::record::Time;
use crate::supervise::Outcome;

impl<W: Write + ?Sized> Screen<'_, W> {
    /// The last runs of a task, the newest last.
    ///
    /// ```text
    /// RUN  STARTED              LASTED      OUTCOME    DETAIL
    ///  38  2026-11-21 09:25:21  19.8 s      panicked   checksum mismatch in block 7
    ///  39  2026-11-21 09:25:41  14 min      running    -
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn runs(&mut self, task: &Snapshot) -> fmt::Result {
        let digits = task.run.checked_ilog10().map_or(1, |log| log as usize + 1);
        let width = digits.max("RUN".len());
        write!(
            self.pen,
            "{:>width$}  {:<19}  {:<10}  {:<9}  DETAIL",
            "RUN", "STARTED", "LASTED", "OUTCOME"
        )?;
        self.pen.end()?;
        for run in &task.history {
            let lasted = Rough(run.lasted());
            self.run(width, run.number, run.started)?;
            self.rest(lasted, outcome_word(run.outcome), &run.detail)?;
        }
        match task.started {
            Some(started) if task.state.is_alive() => {
                let lasts = Rough(self.age(started));
                self.run(width, task.run, started)?;
                self.rest(lasts, super::Condition::of(task).word(), &task.status)
            }
            _ => Ok(()),
        }
    }

    fn run(&mut self, width: usize, number: u32, started: Time) -> fmt::Result {
        write!(self.pen, "{number:>width$}  ")?;
        self.date(started)?;
        self.pen.write_str("  ")
    }

    fn rest(&mut self, lasted: Rough, word: &str, detail: &str) -> fmt::Result {
        let detail = if detail.is_empty() { "-" } else { detail };
        write!(self.pen, "{:<10}  {word:<9}  {detail}", lasted.to_string())?;
        self.pen.end()
    }
}

/// An outcome in a word.
pub(super) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Failed => "failed",
        Outcome::Panicked => "panicked",
        Outcome::Stopped => "stopped",
        Outcome::Aborted => "aborted",
        Outcome::TimedOut => "timeout",
        Outcome::Stalled => "stalled",
    }
}
