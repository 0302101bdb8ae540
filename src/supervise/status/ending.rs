//! A process that is over, as `status` shows it.

use core::fmt::{self, Write};
use core::time::Duration;

use super::overview::Header;
use super::pen::{DOT, Paint, Sign};
use super::rough::Rough;
use super::screen::Screen;
use crate::record::Time;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending<'t> {
    /// In words: `was killed`.
    pub(crate) end: &'t str,
    /// Whether that is as it should be.
    pub(crate) is_well: bool,
    /// Its last sign of life.
    pub(crate) last: Time,
    pub(crate) now: Time,
    /// What its log was kept in, in words.
    pub(crate) kept: &'t str,
}

const CROSS: Sign = Sign { utf8: "✖", ascii: "x" };

impl<W: Write + ?Sized> Screen<'_, W> {
    /// The process in a few lines.
    ///
    /// ```text
    /// ✖ demo - pid 48213, was killed; last seen 2026-11-21 09:26:11, 14 min ago, after 3 h 2 min
    ///     Tasks: 8 loaded: 5 running, 1 backoff, 2 done   (as they were then)
    ///       Box: /run/user/1000/ringvisor/demo.box, 8.0 MiB, 812 records
    /// ```
    pub(crate) fn header_of_past(&mut self, header: &Header, ending: &Ending<'_>) -> fmt::Result {
        let Ending { end, is_well, last, now, kept } = *ending;
        let (paint, sign) = if is_well { (Paint::None, DOT) } else { (Paint::Red, CROSS) };
        self.pen.painted_sign(paint, sign)?;
        write!(self.pen, " {} - pid {}, {end}; last seen ", header.name, header.pid)?;
        self.date(last)?;
        let between = |from: Time, to: Time| {
            Rough(Duration::from_nanos(to.mono_ns.saturating_sub(from.mono_ns)))
        };
        let (ago, life) = (between(last, now), between(header.started, last));
        write!(self.pen, ", {ago} ago, after {life}")?;
        self.pen.end()?;
        write!(self.pen, "    Tasks: {}   (as they were then)", header.tally)?;
        self.pen.end()?;
        write!(self.pen, "      Box: {kept}")?;
        self.pen.end()
    }

    /// What is known of a task whose state is not.
    pub(crate) fn hearsay(&mut self, words: &str) -> fmt::Result {
        self.pen.painted_sign(Paint::None, DOT)?;
        write!(self.pen, " {words}")?;
        self.pen.end()
    }
}
