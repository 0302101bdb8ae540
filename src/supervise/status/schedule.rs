//! When a task starts by time, in the style of the house.

use core::fmt::{self, Write};

use super::pen::ARROW;
use super::screen::Screen;
use super::snapshot::{Schedule, Snapshot};
use crate::record::Time;

impl<W: Write + ?Sized> Screen<'_, W> {
    /// The line of the schedule, where there is one.
    pub(super) fn schedule(&mut self, task: &Snapshot, indent: usize) -> fmt::Result {
        let Some(schedule) = &task.schedule else { return Ok(()) };
        self.pen.indent(indent)?;
        self.pen.sign(ARROW)?;
        self.pen.write_str("schedule: ")?;
        self.dates(schedule)?;
        self.pen.end()
    }

    /// What was asked for, where that is known.
    pub(super) fn schedule_options(&mut self, task: &Snapshot, indent: usize) -> fmt::Result {
        let Some(schedule) = &task.schedule else { return Ok(()) };
        if schedule.options.is_empty() {
            return Ok(());
        }
        self.pen.indent(indent)?;
        self.pen.sign(ARROW)?;
        self.pen.write_str("schedule opts: ")?;
        for (at, (key, value)) in schedule.options.iter().enumerate() {
            self.pen.write_str(if at == 0 { "" } else { ", " })?;
            write!(self.pen, "{key}={value}")?;
        }
        self.pen.end()
    }

    fn dates(&mut self, schedule: &Schedule) -> fmt::Result {
        match (schedule.last, schedule.next) {
            (None, None) => self.pen.write_str(&schedule.text),
            (None, Some(next)) => {
                self.next(if schedule.repeats { "next in" } else { "starts in" }, next)
            }
            (Some(last), next) => {
                self.pen.write_str("last @ ")?;
                self.date(last)?;
                let Some(next) = next else { return Ok(()) };
                self.pen.write_str(" --> ")?;
                self.next("next in", next)
            }
        }
    }

    fn next(&mut self, words: &str, next: Time) -> fmt::Result {
        let left = self.left(next.mono_ns);
        write!(self.pen, "{words} {left} @ ")?;
        self.date(next)
    }
}
