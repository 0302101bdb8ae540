//! What to see of a stream: patterns, levels, times, the last few, what stands around.

mod error;
mod lines;
mod needle;
mod output;
mod printer;
mod scan;
mod selection;
mod sieve;

#[cfg(test)]
mod tests;

use core::fmt;
use std::io;
use std::string::{String, ToString};
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

pub use self::error::GrepError;
pub use self::lines::{FollowLines, Lines, Look};
use self::output::IoOutput;
use self::scan::{Ended, Scan};
use self::selection::Selection;
use super::RingStream;
use super::backward::Backward;
use super::core::Core;
use super::cursor::Cursor;
use super::follow::Follow;
use super::format::Format;
use super::merge::Next;
use super::position::Position;
use crate::pattern::Pattern;
use crate::record::{LevelFilter, Zone};
use crate::ring::Storage;

/// What to see of a stream.
///
/// Level, time, target and task *select* records; of those, the ones whose line every pattern
/// matches are shown, with the records around them if asked for. A pattern looks at the line as
/// [`cat`](RingStream::cat) prints it, whatever the [`Format`] of the output is.
///
/// ```
/// use ringvisor::pattern::Pattern;
/// use ringvisor::stream::{Config, Query};
///
/// let stream = Config::new().name("shop").build()?;
/// # let ring = stream.clone();
/// # let say = |text: &str| {
/// #     log::Log::log(&ring, &log::Record::builder().level(log::Level::Warn)
/// #         .args(format_args!("{text}")).build());
/// # };
/// say("cart 7 is slow");
/// say("cart 8 is fine");
/// say("cart 9 is slow");
///
/// let slow = Query::new().grep(Pattern::parse("slow")?).last(1);
/// let mut text = String::new();
/// assert_eq!(slow.write_to(&stream, &mut text)?, 1);
/// assert!(text.ends_with("[shop] [WARN] cart 9 is slow\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a query does nothing until it is asked"]
pub struct Query {
    selection: Selection,
    patterns: Vec<Pattern>,
    last: Option<usize>,
    /// How many records before and after.
    context: (usize, usize),
    format: Format,
    zone: Zone,
}

impl Query {
    /// Everything, as text, in local time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only lines that `pattern` matches; called again, lines that match all patterns.
    /// [`Pattern::any_of`] is the other way round.
    pub fn grep(mut self, pattern: Pattern) -> Self {
        self.patterns.push(pattern);
        self
    }

    /// Only records of this level or worse.
    pub fn level(mut self, level: LevelFilter) -> Self {
        self.selection.level = Some(level);
        self
    }

    /// Only records whose target `pattern` matches: the text anywhere in it, or a glob for all of
    /// it.
    pub fn target(mut self, pattern: Pattern) -> Self {
        self.selection.target = Some(pattern);
        self
    }

    /// Only records of tasks whose name `pattern` matches; a record that was written in no task
    /// counts as one with an empty name.
    pub fn task(mut self, pattern: Pattern) -> Self {
        self.selection.task = Some(pattern);
        self
    }

    /// Only records that tasks wrote in their run of that number; the first is 1.
    pub fn run(mut self, run: u32) -> Self {
        self.selection.run = Some(run);
        self
    }

    /// Only records of this moment or later: a [`SystemTime`], or a `DateTime` of chrono.
    /// A record without wall time is not shown.
    pub fn since(mut self, moment: impl Into<SystemTime>) -> Self {
        self.selection.since = Some(wall_ns(moment.into()));
        self
    }

    /// Only records of this moment or earlier.
    pub fn until(mut self, moment: impl Into<SystemTime>) -> Self {
        self.selection.until = Some(wall_ns(moment.into()));
        self
    }

    /// Only the last `count` that match, the oldest first. They are searched from the end, so it
    /// does not matter how long the log is.
    pub fn last(mut self, count: usize) -> Self {
        self.last = Some(count);
        self
    }

    /// Shows so many selected records before and after each that matches. `--` stands between
    /// lines that do not follow each other.
    pub fn context(mut self, before: usize, after: usize) -> Self {
        self.context = (before, after);
        self
    }

    /// In which form lines are written.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// In which zone the text form and patterns see times; the local one unless called.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Writes the lines and returns how many records matched.
    ///
    /// It ends with what was written before the call. Records that are overwritten while it reads
    /// are told in place, `-- 128 records lost --`; such lines and those of
    /// [`context`](Self::context) are not counted.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to<S: Storage, W: fmt::Write + ?Sized>(
        &self,
        stream: &RingStream<S>,
        out: &mut W,
    ) -> Result<usize, fmt::Error> {
        let (mut cursor, mut scan) = self.begin(&stream.core);
        let mut out = Ended(out);
        while !scan.is_complete() {
            match cursor.advance_to_end() {
                Next::Nothing => break,
                next => scan.take(next, &mut cursor, &mut out)?,
            }
        }
        scan.finish(&mut cursor, &mut out)?;
        Ok(scan.found)
    }

    /// The same for a file, a socket or the terminal; bytes are written in large pieces.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print_to<S: Storage, W: io::Write>(
        &self,
        stream: &RingStream<S>,
        out: W,
    ) -> io::Result<usize> {
        let mut out = IoOutput::new(out);
        let found = self.write_to(stream, &mut out);
        out.finish()?;
        found.map_err(io::Error::other)
    }

    /// The lines one by one.
    pub fn lines<'a, S: Storage>(&self, stream: &'a RingStream<S>) -> Lines<'a, S> {
        let (cursor, scan) = self.begin(&stream.core);
        Lines::new(cursor, scan)
    }

    /// The same from where another reader was; `None` if that was in another stream. How many are
    /// the [`last`](Self::last) does not matter here.
    pub fn lines_from<'a, S: Storage>(
        &self,
        stream: &'a RingStream<S>,
        position: &Position,
    ) -> Option<Lines<'a, S>> {
        let cursor = Cursor::at(&stream.core, position)?;
        Some(Lines::new(cursor.end_here(), Scan::new(self, &stream.core)))
    }

    /// The line of the newest record that matches.
    pub fn last_match<S: Storage>(&self, stream: &RingStream<S>) -> Option<String> {
        let mut scan = Scan::new(self, &stream.core);
        let mut reader = Backward::newest(&stream.core);
        while !scan.step_back(&mut reader)? {}
        Some(scan.line_of(&mut reader).to_string())
    }

    pub(super) fn follow<'a, S: Storage>(&self, follow: Follow<'a, S>) -> FollowLines<'a, S> {
        let mut scan = Scan::new(self, follow.core());
        let follow = match self.last {
            None => follow,
            Some(last) => Follow::new(scan.cursor_before_last(last, follow.core())),
        };
        FollowLines::new(follow, scan)
    }

    fn begin<'a, S: Storage>(&self, core: &'a Core<S>) -> (Cursor<'a, S>, Scan) {
        let mut scan = Scan::new(self, core);
        let cursor = match self.last {
            None => Cursor::oldest(core),
            Some(last) => {
                let cursor = scan.cursor_before_last(last, core);
                scan = scan.limit(last);
                cursor
            }
        };
        (cursor.end_here(), scan)
    }
}

fn wall_ns(moment: SystemTime) -> i64 {
    match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}
