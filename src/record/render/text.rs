//! The line that people read.

use core::fmt;
use core::fmt::Write;

use super::Style;
use super::escape::{write_line, write_lines};
use super::value::{has_fields, has_spans, write_fields, write_spans};
use crate::record::civil::{Calendar, Zone};
use crate::record::{Level, Record};

/// Writes a record as `2023-03-29 12:16:30 [name] [INFO] [task] spans: message key=value`.
///
/// `[task]`, spans and fields only where the record has them. Spans are written as
/// `outer{a=1}:inner`. A string that holds a space, a quote, a backslash, `=` or a control
/// character is quoted. Tabs in a message stay. A truncated record ends with `…`, and so does
/// a text of which the rest stands elsewhere or is lost; the rest begins with `…`. A record without wall time begins with the seconds of the process's own clock, `[   12.345]`.
///
/// ```
/// use ringvisor::record::{Level, Record, Text, Time, Zone};
///
/// let mut record = Record::new(Level::Info, "demo", "LED 2 toggled!");
/// record.time = Time { wall_ns: 1_680_092_190_000_000_000, mono_ns: 0 };
/// let mut line = String::new();
/// Text::new("pyboard").zone(Zone::Utc).render(&record, &mut line)?;
/// assert_eq!(line, "2023-03-29 12:16:30 [pyboard] [INFO] LED 2 toggled!");
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Text<N> {
    name: N,
    calendar: Calendar,
    style: Option<Style>,
    keeps_lines: bool,
}

impl<N: AsRef<str>> Text<N> {
    /// A renderer whose lines bear `name`, the program's or the host's.
    pub const fn new(name: N) -> Self {
        Self { name, calendar: Calendar::new(Zone::Local), style: None, keeps_lines: false }
    }

    /// Writes times in that zone; the local one unless called.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.calendar = Calendar::new(zone);
        self
    }

    /// Colours the level, or does not; without colours unless called.
    #[must_use]
    pub fn style(mut self, style: Option<Style>) -> Self {
        self.style = style;
        self
    }

    /// Keeps line feeds in messages instead of escaping them: a record may then be several lines,
    /// and a message may look like a record.
    #[must_use]
    pub fn keep_lines(mut self, keeps: bool) -> Self {
        self.keeps_lines = keeps;
        self
    }

    /// Writes the line of one record, without its end.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(&mut self, record: &Record<'_>, out: &mut W) -> fmt::Result {
        self.calendar.write(record.time, out)?;
        out.write_str(" [")?;
        write_line(self.name.as_ref(), out)?;
        match &self.style {
            None => out.write_str(bracketed(record.level))?,
            Some(style) => write_coloured(record.level, style, out)?,
        }
        if let Some(task) = record.task {
            out.write_str(" [")?;
            write_line(task.name, out)?;
            out.write_str("]")?;
        }
        write_what(record, self.keeps_lines, out)?;
        write_end(record, out)
    }
}

/// Spans, message and fields in one line, with marks where something of it stands elsewhere.
#[cfg(feature = "trace")]
pub(crate) fn write_text<W: Write + ?Sized>(record: &Record<'_>, out: &mut W) -> fmt::Result {
    write_what(record, false, out)?;
    write_end(record, out)
}

/// Spans, message and fields, each with a space before it.
#[inline]
fn write_what<W: Write + ?Sized>(
    record: &Record<'_>,
    keeps_lines: bool,
    out: &mut W,
) -> fmt::Result {
    if has_spans(record.spans) {
        out.write_str(" ")?;
        write_spans(record.spans, out)?;
        out.write_str(":")?;
    }
    if !record.message.is_empty() {
        out.write_str(if record.continues { " …" } else { " " })?;
        let write = if keeps_lines { write_lines } else { write_line };
        write(record.message, out)?;
    }
    if has_fields(record.fields) {
        out.write_str(" ")?;
        write_fields(record.fields, " ", out)?;
    }
    Ok(())
}

#[inline]
fn write_end<W: Write + ?Sized>(record: &Record<'_>, out: &mut W) -> fmt::Result {
    if record.truncated || record.continued { out.write_str("…") } else { Ok(()) }
}

/// What stands between the name and the message, in one piece: most lines are made of it.
const fn bracketed(level: Level) -> &'static str {
    match level {
        Level::Error => "] [ERROR]",
        Level::Warn => "] [WARN]",
        Level::Info => "] [INFO]",
        Level::Debug => "] [DEBUG]",
        Level::Trace => "] [TRACE]",
    }
}

fn write_coloured<W: Write + ?Sized>(level: Level, style: &Style, out: &mut W) -> fmt::Result {
    let pieces = ["] [", style.before(level), level.as_str(), style.reset, "]"];
    pieces.iter().try_for_each(|piece| out.write_str(piece))
}
