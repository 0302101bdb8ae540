//! Tasks in a table, as `ps` shows them.

use core::cmp::Ordering;
use core::fmt::{self, Write};
use core::time::Duration;
use std::string::String;

use super::condition::Condition;
use super::look::Look;
use super::pen::Pen;
use super::rough::Rough;
use super::screen::Screen;
use super::snapshot::{Busy, Snapshot};
use super::width;
use crate::record::Time;

/// By what tasks are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortKey {
    /// By name.
    #[default]
    Name,
    /// Those that need help first.
    State,
    /// Those with the most runs first.
    Run,
    /// Those whose state changed last first.
    Since,
    /// Those with the most restarts first.
    Restarts,
    /// Those that use most of the processor first.
    Busy,
    /// Those with the longest poll first.
    Longest,
    /// Those that are polled most often first.
    Polls,
    /// Those that were not woken for the longest time first.
    LastWake,
}

/// A poll that is longer than this is marked.
const LONG_POLL: Duration = Duration::from_millis(100);

/// No cell but that of the last column is wider where lines have a width.
const CELL_MAX: usize = 48;

/// A column of the table.
#[derive(Clone, Copy)]
struct Column {
    title: &'static str,
    is_number: bool,
    write: fn(&Snapshot, Time, &mut String) -> fmt::Result,
}

/// Makes the text of one cell at a time, in memory that is used again.
struct Cell {
    look: Look,
    raw: String,
    text: String,
}

impl<W: Write + ?Sized> Screen<'_, W> {
    /// A table with one line for each task. It goes through `tasks` twice: first to find out how
    /// wide the columns have to be.
    ///
    /// ```text
    /// STATE    NAME      RUN  SINCE  RESTARTS  BUSY%  LONGEST  POLLS/s  LAST WAKE  STATUS
    /// running  ingest      1  14m           0   38.2   4.1 ms     1204       0 ms  batch 412/1000 (41%)
    /// stuck?   lost        1  14m           0    0.0   0.0 ms        0     13 min  waiting for rx
    /// ```
    ///
    /// # Errors
    /// Those of the output.
    pub fn tasks<'a, I>(&mut self, tasks: I) -> fmt::Result
    where
        I: IntoIterator<Item = &'a Snapshot>,
        I::IntoIter: Clone,
    {
        let (tasks, mut cell) = (tasks.into_iter(), Cell::new(&self.look));
        let widths = widths(tasks.clone(), &mut cell)?;
        for (column, width) in COLUMNS.iter().zip(widths) {
            self.cell(column, column.title, width)?;
        }
        self.pen.write_str("STATUS")?;
        self.pen.end()?;
        for task in tasks {
            for (column, width) in COLUMNS.iter().zip(widths) {
                self.cell(column, cell.fill(column, task)?, width)?;
            }
            if task.says_something() { self.saying(task) } else { self.pen.write_str("-") }?;
            self.pen.end()?;
        }
        Ok(())
    }

    /// How many tasks of the runtime are not in the table, and why.
    ///
    /// # Errors
    /// Those of the output.
    pub fn unsupervised(&mut self, count: u64) -> fmt::Result {
        let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
        let reason = "(spawned with tokio::spawn)";
        write!(self.pen, "{count} more task{s} of this runtime {are} not supervised {reason}.")?;
        self.pen.end()
    }

    fn cell(&mut self, column: &Column, text: &str, width: usize) -> fmt::Result {
        let missing = width.saturating_sub(width::of(text));
        if column.is_number {
            self.pen.indent(missing)?;
        }
        self.pen.write_str(text)?;
        self.pen.indent(if column.is_number { 2 } else { missing + 2 })
    }
}

impl Cell {
    fn new(look: &Look) -> Self {
        let width = look.width.map(|_| CELL_MAX);
        let look = look.clone().colours(false).width(width);
        Self { look, raw: String::new(), text: String::new() }
    }

    /// The text of a cell as it shows: harmless, and cut where that is asked for.
    fn fill(&mut self, column: &Column, task: &Snapshot) -> Result<&str, fmt::Error> {
        self.raw.clear();
        self.text.clear();
        (column.write)(task, self.look.now, &mut self.raw)?;
        let mut pen = Pen::new(&self.look, &mut self.text);
        pen.write_str(&self.raw)?;
        pen.close()?;
        Ok(&self.text)
    }
}

/// How wide each column has to be.
fn widths<'a>(
    tasks: impl Iterator<Item = &'a Snapshot>,
    cell: &mut Cell,
) -> Result<[usize; COLUMNS.len()], fmt::Error> {
    let mut widths = COLUMNS.map(|column| column.title.len());
    for task in tasks {
        for (column, width) in COLUMNS.iter().zip(&mut widths) {
            *width = width::of(cell.fill(column, task)?).max(*width);
        }
    }
    Ok(widths)
}

impl SortKey {
    /// All keys, by the names that users type.
    pub const ALL: [(&'static str, Self); 9] = [
        ("name", Self::Name),
        ("state", Self::State),
        ("run", Self::Run),
        ("since", Self::Since),
        ("restarts", Self::Restarts),
        ("busy", Self::Busy),
        ("longest", Self::Longest),
        ("polls", Self::Polls),
        ("wake", Self::LastWake),
    ];

    /// The key of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
    }

    /// Which of two tasks comes first; those that are alike come by name, then by identity.
    ///
    /// ```
    /// use ringvisor::record::{TaskId, Time};
    /// use ringvisor::supervise::status::{Snapshot, SortKey};
    ///
    /// let mut tasks = ["b", "a"].map(|name| Snapshot::new(TaskId(1), name));
    /// tasks.sort_by(|a, b| SortKey::Name.compare(a, b, Time::default()));
    /// assert_eq!(tasks[0].name, "a");
    /// ```
    #[must_use]
    pub fn compare(self, a: &Snapshot, b: &Snapshot, now: Time) -> Ordering {
        let share = |task: &Snapshot| task.busy_share(now).unwrap_or(-1.0);
        let rate = |task: &Snapshot| task.poll_rate(now).unwrap_or(-1.0);
        let help = |task: &Snapshot| (!Condition::of(task).is_bad(), Condition::of(task));
        let by_key = match self {
            Self::Name => Ordering::Equal,
            Self::State => help(a).cmp(&help(b)),
            Self::Run => b.run.cmp(&a.run),
            Self::Since => b.since.mono_ns.cmp(&a.since.mono_ns),
            Self::Restarts => b.attempt.cmp(&a.attempt),
            Self::Busy => share(b).total_cmp(&share(a)),
            Self::Longest => b.longest_poll.cmp(&a.longest_poll),
            Self::Polls => rate(b).total_cmp(&rate(a)),
            Self::LastWake => b.last_wake.cmp(&a.last_wake),
        };
        by_key.then_with(|| a.name.cmp(&b.name)).then(a.id.cmp(&b.id))
    }
}

const COLUMNS: [Column; 9] = [
    Column {
        title: "STATE",
        is_number: false,
        write: |task, _, out| write!(out, "{}", Condition::of(task)),
    },
    Column { title: "NAME", is_number: false, write: |task, _, out| out.write_str(&task.name) },
    Column { title: "RUN", is_number: true, write: |task, _, out| write!(out, "{}", task.run) },
    Column {
        title: "SINCE",
        is_number: false,
        write: |task, now, out| {
            let age = Duration::from_nanos(now.mono_ns.saturating_sub(task.since.mono_ns));
            write!(out, "{:#}", Rough(age))
        },
    },
    Column {
        title: "RESTARTS",
        is_number: true,
        write: |task, _, out| write!(out, "{}", task.attempt),
    },
    Column {
        title: "BUSY%",
        is_number: true,
        write: |task, now, out| match task.busy_share(now) {
            None => out.write_str("-"),
            Some(share) => {
                // A guess is told from a figure.
                let about = if matches!(task.busy, Busy::Sampled(_)) { "~" } else { "" };
                write!(out, "{about}{:.1}", share * 100.0)
            }
        },
    },
    Column { title: "LONGEST", is_number: true, write: |task, _, out| write_longest(task, out) },
    Column {
        title: "POLLS/s",
        is_number: true,
        write: |task, now, out| match task.poll_rate(now) {
            None => out.write_str("-"),
            Some(rate) => write!(out, "{rate:.0}"),
        },
    },
    Column {
        title: "LAST WAKE",
        is_number: true,
        write: |task, _, out| match task.last_wake {
            None => out.write_str("-"),
            Some(age) => write!(out, "{}", Rough(age)),
        },
    },
];

/// Milliseconds with a tenth where that says something; marked where it is too long.
fn write_longest(task: &Snapshot, out: &mut String) -> fmt::Result {
    let Some(longest) = task.longest_poll else { return out.write_str("-") };
    let ms = longest.as_secs_f64() * 1000.0;
    match longest.as_secs() {
        0 if longest < LONG_POLL => write!(out, "{ms:.1} ms"),
        0 => write!(out, "{ms:.0} ms !"),
        _ => write!(out, "{} !", Rough(longest)),
    }
}
