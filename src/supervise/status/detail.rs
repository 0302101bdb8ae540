//! One task with all that matters, as `status NAME` shows it.

use core::fmt::{self, Display, Write};
use core::time::Duration;

use super::condition::Condition;
use super::pen::ARROW;
use super::rough::Rough;
use super::screen::Screen;
use super::snapshot::{Busy, Health, Snapshot};

/// Where the labels end.
const LABEL: usize = 10;
/// How far what is below them is indented.
const INDENT: usize = 4;

impl<W: Write + ?Sized> Screen<'_, W> {
    /// A task, its policy, its runs, and how the last one ended.
    ///
    /// ```text
    /// ⏳ flaky: backoff since 09:26:01; 400 ms ago
    ///     Policy: on-failure, backoff 200 ms..30 s x2, limit 5 in 60 s (used 4)
    ///       Runs: 39 (0 ok, 39 panicked), mean life 19.8 s
    ///    Spawned: examples/demo.rs:144
    ///     ┗━► args: block=7, seed=42
    ///  Last exit: panicked at examples/demo.rs:61:13: checksum mismatch in block 7
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn detail(&mut self, task: &Snapshot) -> fmt::Result {
        let condition = Condition::of(task);
        self.pen.painted_sign(condition.paint(), condition.sign())?;
        write!(self.pen, " {}: {condition}", task.name)?;
        self.since(task.since)?;
        self.pen.end()?;
        self.now(task)?;
        self.rules(task)?;
        self.lives(task)?;
        self.origin(task)?;
        if task.has_exit() {
            self.label("Last exit")?;
            self.last_exit(task)?;
            self.hint(task)?;
            self.pen.end()?;
        }
        Ok(())
    }

    /// What it says, how it fares, what it does with its time.
    fn now(&mut self, task: &Snapshot) -> fmt::Result {
        if task.says_something() {
            self.label("Status")?;
            self.saying(task)?;
            self.pen.end()?;
        }
        match &task.health {
            Health::Ok => {}
            Health::Degraded(text) => self.field("Health", text)?,
            Health::Late => self.field("Health", "its beat is late")?,
            Health::NoWaker => self.field("Health", "waiting with nobody to wake it")?,
            Health::Stalled => match task.last_wake {
                None => self.field("Health", "stuck?")?,
                Some(age) => {
                    self.field("Health", format_args!("not woken for {}", Rough(age)))?;
                }
            },
        }
        self.polls(task)
    }

    fn polls(&mut self, task: &Snapshot) -> fmt::Result {
        let Some(polls) = task.polls else { return Ok(()) };
        self.label("Polls")?;
        write!(self.pen, "{polls}")?;
        let (about, busy) = match task.busy {
            Busy::Unknown => ("", None),
            Busy::Exact(busy) => ("", Some(busy)),
            Busy::Sampled(busy) => ("about ", Some(busy)),
        };
        if let Some(busy) = busy {
            write!(self.pen, ", busy {about}{}", Rough(busy))?;
        }
        if let Some(longest) = task.longest_poll {
            write!(self.pen, ", longest {}", Rough(longest))?;
        }
        self.pen.end()
    }

    /// By which rules it is started.
    fn rules(&mut self, task: &Snapshot) -> fmt::Result {
        if !task.policy.is_empty() {
            self.label("Policy")?;
            self.pen.write_str(&task.policy)?;
            if task.budget.is_some() {
                write!(self.pen, " (used {})", task.used())?;
            }
            self.pen.end()?;
        }
        if let Some(schedule) = &task.schedule {
            self.field("Schedule", &schedule.text)?;
        }
        if !task.needs.is_empty() {
            self.field("Needs", &task.needs)?;
        }
        Ok(())
    }

    fn lives(&mut self, task: &Snapshot) -> fmt::Result {
        let counts = task.counts;
        self.label("Runs")?;
        write!(self.pen, "{} ({} ok", task.run, counts.ok)?;
        for (count, word) in [(counts.failed, "failed"), (counts.panicked, "panicked")] {
            if count > 0 {
                write!(self.pen, ", {count} {word}")?;
            }
        }
        self.pen.write_str(")")?;
        if let Some(mean) = mean_life(task) {
            write!(self.pen, ", mean life {}", Rough(mean))?;
        }
        self.pen.end()
    }

    /// Where it comes from and with what.
    fn origin(&mut self, task: &Snapshot) -> fmt::Result {
        if let Some(place) = &task.spawned_at {
            self.field("Spawned", format_args!("{}:{}", place.file, place.line))?;
        }
        if task.args.is_empty() {
            return Ok(());
        }
        self.pen.indent(INDENT)?;
        self.pen.sign(ARROW)?;
        self.pen.write_str("args: ")?;
        let mut before = "";
        for value in &task.args.positional {
            write!(self.pen, "{before}{value}")?;
            before = ", ";
        }
        for (key, value) in &task.args.keyed {
            write!(self.pen, "{before}{key}={value}")?;
            before = ", ";
        }
        self.pen.end()
    }

    /// The command that tells more.
    fn hint(&mut self, task: &Snapshot) -> fmt::Result {
        if self.look.command.is_empty() || task.failure.is_none() {
            return Ok(());
        }
        write!(self.pen, "   ('{} trace {}')", self.look.command, task.name)
    }

    fn field(&mut self, label: &str, text: impl Display) -> fmt::Result {
        self.label(label)?;
        write!(self.pen, "{text}")?;
        self.pen.end()
    }

    fn label(&mut self, label: &str) -> fmt::Result {
        write!(self.pen, "{label:>LABEL$}: ")
    }
}

/// How long the runs that are remembered took, on average.
fn mean_life(task: &Snapshot) -> Option<Duration> {
    let total: Duration = task.history.iter().map(super::RunRecord::lasted).sum();
    total.checked_div(u32::try_from(task.history.len()).ok()?)
}
