//! Lines in a form of the user's choice.

mod error;
mod pad;
mod parse;
mod python;
mod time;

use core::fmt;
use core::fmt::Write;
use core::str::FromStr;
use std::string::{String, ToString};
use std::vec::Vec;

pub use self::error::{TemplateError, TemplateReason};
use self::pad::Pad;
use self::time::TimeFormat;
use super::digits::write_u64;
use super::escape::write_line;
use super::value::{write_fields, write_spans};
use crate::record::Record;
use crate::record::civil::{Calendar, Zone};

/// A line with placeholders, parsed once.
///
/// Placeholders: `{time}`, `{level}`, `{target}`, `{module}`, `{task}`, `{run}`, `{file}`,
/// `{line}`, `{thread}` (its name, else its number), `{pid}`, `{process}`, `{host}`, `{ip}`, `{name}`,
/// `{message}`, `{fields}`, `{spans}`, `{seq}`. What a record has not is empty. Braces are written
/// `{{` and `}}`. A sink looks up what belongs to the program and was not told, once.
///
/// After a colon stands how wide it is at least, with a fill and `<`, `^` or `>` as in `format!`:
/// `{level:<5}`; for the time a format of chrono: `{time:%H:%M:%S%.3f}`, in which `%f` are
/// microseconds, as in Python.
///
/// Other systems' names work too: `%loglevel%`, `%time%`, `%day%` (the date), `%file%` (file and
/// line), `%TIMENOW%` (a time that can stand in a file name), and those of Python's `logging`, with
/// their widths: `%(asctime)s`, `%(levelname)-7s`, `%(name)s` (the target), `%(message)s`,
/// `%(module)s`, `%(lineno)d`, `%(filename)s`, `%(pathname)s`, `%(process)d`, `%(processName)s`,
/// `%(thread)d`, `%(threadName)s`, `%(host)s`, `%(ip)s`, `%(funcName)s` (unknown here, so empty).
///
/// ```
/// use ringvisor::record::{Level, Record, Template, Time, Zone};
///
/// let mut template: Template = "{time:%H:%M:%S%.3f} {level:<5} {target}: {message}".parse()?;
/// template = template.zone(Zone::Utc);
/// let mut record = Record::new(Level::Info, "demo", "stored");
/// record.time = Time { wall_ns: 1_795_253_182_007_114_000, mono_ns: 0 };
/// let mut line = String::new();
/// template.render(&record, &mut line)?;
/// assert_eq!(line, "09:26:22.007 INFO  demo: stored");
///
/// let error = "{level} {massage}".parse::<Template>().unwrap_err();
/// assert!(error.to_string().contains("no placeholder has this name"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    parts: Vec<Part>,
    calendar: Calendar,
    program: Program,
}

/// What no record says about its program.
#[derive(Clone, Debug, Default)]
struct Program {
    name: Option<String>,
    host: Option<String>,
    ip: Option<String>,
    pid: Option<String>,
    process: Option<String>,
}

/// What a template may want to know of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Name,
    Host,
    Ip,
    Pid,
    Process,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Place(Place, Pad),
    Time(TimeFormat, Pad),
}

/// What stands for something of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Time,
    Level,
    Target,
    Module,
    Task,
    Run,
    File,
    FileName,
    Line,
    FileLine,
    Thread,
    ThreadNumber,
    Own(Own),
    Message,
    Fields,
    Spans,
    Seq,
}

impl Template {
    /// The name for `{name}`, the program's or the logger's; empty unless called.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.program.name = Some(name.into());
        self
    }

    /// The name for `{host}`; empty unless called.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.program.host = Some(host.into());
        self
    }

    /// The number for `{pid}`; 0 unless called.
    #[must_use]
    pub fn pid(mut self, pid: u32) -> Self {
        self.program.pid = Some(pid.to_string());
        self
    }

    /// Writes times in that zone; the local one unless called.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.calendar = Calendar::new(zone);
        self
    }

    /// Writes `{time}`, `%time%` and `%(asctime)s` in that format of chrono, or of Python's.
    ///
    /// # Errors
    /// It is no format of a time.
    pub fn date_format(mut self, format: &str) -> Result<Self, TemplateError> {
        let parsed = TimeFormat::parse(format).ok_or_else(|| TemplateError {
            template: format.to_string(),
            at: 0,
            reason: TemplateReason::Time,
        })?;
        for part in &mut self.parts {
            match part {
                Part::Place(Place::Time, pad) => *part = Part::Time(parsed.clone(), *pad),
                Part::Time(time, _) if time.is_default => *time = parsed.clone(),
                _ => {}
            }
        }
        Ok(self)
    }

    /// Fills in what it shows of the program and was not told.
    pub(crate) fn sign(mut self, ask: impl Fn(Own) -> String) -> Self {
        for part in &self.parts {
            if let Part::Place(Place::Own(own), _) = part {
                self.program.place(*own).get_or_insert_with(|| ask(*own));
            }
        }
        self
    }

    /// Writes the line of one record; it ends as the template ends.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn render<W: Write + ?Sized>(&mut self, record: &Record<'_>, out: &mut W) -> fmt::Result {
        let Self { parts, calendar, program } = self;
        for part in parts {
            match part {
                Part::Literal(text) => out.write_str(text)?,
                Part::Place(Place::Time, pad) => {
                    pad.write(out, |out| calendar.write(record.time, out))?;
                }
                Part::Place(place, pad) => {
                    pad.write(out, |out| place.write(record, program, out))?;
                }
                Part::Time(format, pad) => {
                    pad.write(out, |out| format.write(record.time, calendar, out))?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let parts = parse::parse(text)?;
        Ok(Self { parts, calendar: Calendar::new(Zone::Local), program: Program::default() })
    }
}

impl Program {
    fn place(&mut self, own: Own) -> &mut Option<String> {
        match own {
            Own::Name => &mut self.name,
            Own::Host => &mut self.host,
            Own::Ip => &mut self.ip,
            Own::Pid => &mut self.pid,
            Own::Process => &mut self.process,
        }
    }

    fn text(&self, own: Own) -> &str {
        let (text, otherwise) = match own {
            Own::Name => (&self.name, ""),
            Own::Host => (&self.host, ""),
            Own::Ip => (&self.ip, ""),
            Own::Pid => (&self.pid, "0"),
            Own::Process => (&self.process, ""),
        };
        text.as_deref().unwrap_or(otherwise)
    }
}

impl Place {
    fn write(self, record: &Record<'_>, program: &Program, out: &mut dyn Write) -> fmt::Result {
        match self {
            // Only the template knows the calendar.
            Self::Time => Ok(()),
            Self::Level => out.write_str(record.level.as_str()),
            Self::Target => write_line(record.target, out),
            Self::Module => write_line(record.module.unwrap_or_default(), out),
            Self::Task => write_line(record.task.map(|task| task.name).unwrap_or_default(), out),
            Self::Run => write_some(record.task.map(|task| task.run), out),
            Self::File => write_line(record.file.unwrap_or_default(), out),
            Self::FileName => {
                let file = record.file.unwrap_or_default();
                write_line(file.rsplit(['/', '\\']).next().unwrap_or(file), out)
            }
            Self::Line => write_some(record.line, out),
            Self::FileLine => write_file_line(record, out),
            Self::Thread => match record.thread_name {
                Some(name) => write_line(name, out),
                None => write_some(Some(record.thread).filter(|thread| *thread != 0), out),
            },
            Self::ThreadNumber => write_u64(record.thread.into(), out),
            Self::Own(own) => write_line(program.text(own), out),
            Self::Message => write_message(record, out),
            Self::Fields => write_fields(record.fields, " ", out),
            Self::Spans => write_spans(record.spans, out),
            Self::Seq => write_u64(record.seq, out),
        }
    }
}

fn write_some(number: Option<impl Into<u64>>, out: &mut dyn Write) -> fmt::Result {
    number.map_or(Ok(()), |number| write_u64(number.into(), out))
}

fn write_file_line(record: &Record<'_>, out: &mut dyn Write) -> fmt::Result {
    let Some(file) = record.file else { return Ok(()) };
    write_line(file, out)?;
    let Some(line) = record.line else { return Ok(()) };
    out.write_str(":")?;
    write_u64(line.into(), out)
}

fn write_message(record: &Record<'_>, out: &mut dyn Write) -> fmt::Result {
    if record.continues {
        out.write_str("…")?;
    }
    write_line(record.message, out)?;
    if record.truncated || record.continued { out.write_str("…") } else { Ok(()) }
}
