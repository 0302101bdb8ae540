//! In which form records are shown.
//!
//! ```text
//! short      09:20:40.118 ERROR worker@2  pool exhausted after=5.0s waiting=17  orders::db src/db.rs:88
//! short-iso  2026-11-21T09:20:40.118+01:00 ERROR worker@2  pool exhausted …
//! full       2026-11-21 09:20:40 [orders] [ERROR] [worker@2] pool exhausted after=5.0s waiting=17
//! cat        pool exhausted
//! json       {"ts":"2026-11-21T08:20:40.118114Z","seq":918273,"level":"ERROR",…}
//! ```

use core::fmt::{self, Write};
use std::string::{String, ToString};

use chrono::{DateTime, Local};
use serde_json::Value;

use super::line::{Line, Pairs};
use crate::ctl::call::Call;
use crate::ctl::exit::Trouble;
use crate::ctl::harmless::Harmless;

/// A form of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Short,
    ShortIso,
    Full,
    Cat,
    Json,
}

/// Shows records in a form.
#[derive(Debug)]
pub(in crate::ctl) struct Printer {
    form: Form,
    is_utc: bool,
    colours: bool,
    /// The day of the last line; another one is told, because short lines have only a time.
    day: String,
    /// What stands in lines for the program.
    pub(in crate::ctl) name: String,
}

const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

impl Printer {
    pub(in crate::ctl) fn of(call: &Call<'_>) -> Result<Self, Trouble> {
        let form = match call.form().as_deref() {
            None | Some("short" | "text") => Form::Short,
            Some("short-iso") => Form::ShortIso,
            Some("full") => Form::Full,
            Some("cat") => Form::Cat,
            Some("json") => Form::Json,
            Some(other) => {
                return Err(Trouble::usage(std::format!(
                    "--output={other}: it is short, short-iso, full, cat or json"
                )));
            }
        };
        Ok(Self { form, ..Self::short(call) })
    }

    /// The form in which lines stand below a status.
    pub(in crate::ctl) fn short(call: &Call<'_>) -> Self {
        let (is_utc, colours) = (call.given.flag("utc"), call.terminal.colours);
        Self { form: Form::Short, is_utc, colours, day: String::new(), name: String::new() }
    }

    /// Whether lines are for programs.
    pub(in crate::ctl) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Adds the line of a record that came as this JSON.
    pub(in crate::ctl) fn record(&mut self, json: &str, out: &mut String) {
        if self.form != Form::Json {
            // Who speaks a newer protocol may say what is not understood; it is shown as it is.
            if let Ok(line) = serde_json::from_str(json) {
                // Writing to a string does not fail.
                _ = self.line(&line, out);
                return;
            }
        }
        out.push_str(json);
        out.push('\n');
    }

    /// Adds the line that stands for lost records.
    pub(in crate::ctl) fn lost(&self, lost: u64, out: &mut String) {
        let s = if lost == 1 { "" } else { "s" };
        out.push_str(&match self.form {
            Form::Json => std::format!("{{\"lost\":{lost}}}\n"),
            _ => std::format!("-- {lost} record{s} lost: this reader fell behind --\n"),
        });
    }

    fn line(&mut self, line: &Line, out: &mut String) -> fmt::Result {
        match self.form {
            Form::Cat => return writeln!(out, "{}", Harmless(&line.msg)),
            Form::Full => self.full(line, out)?,
            Form::Short | Form::ShortIso | Form::Json => self.brief(line, out)?,
        }
        if line.truncated {
            out.push('…');
        }
        out.push('\n');
        Ok(())
    }

    fn brief(&mut self, line: &Line, out: &mut String) -> fmt::Result {
        let time = self.moment(line, out)?;
        let (level, plain) = self.level(&line.level);
        write!(out, "{time} {level}{:<5}{plain} ", line.level)?;
        match (&line.task, line.run) {
            // The first run is the ordinary one.
            (Some(task), Some(run)) if run > 1 => {
                write!(out, "{:<10}", std::format!("{}#{run}", Harmless(task)))?;
            }
            (Some(task), _) => write!(out, "{:<10}", Harmless(task).to_string())?,
            (None, _) => write!(out, "{:<10}", Harmless(&line.target).to_string())?,
        }
        if !out.ends_with(' ') {
            out.push(' ');
        }
        write!(out, "{}", Harmless(&line.msg))?;
        let (dim, plain) = self.dimmed();
        if !line.fields.0.is_empty() {
            out.push_str(dim);
            write_pairs(&line.fields, " ", out)?;
            out.push_str(plain);
        }
        // Where it was said matters where something went wrong.
        if matches!(&*line.level, "ERROR" | "WARN") && !line.target.starts_with("ringvisor::") {
            if let (Some(file), Some(number)) = (&line.file, line.line) {
                let target = line.task.as_ref().map_or("", |_| &*line.target);
                let space = if target.is_empty() { "" } else { " " };
                let place = std::format!("{target}{space}{file}:{number}");
                write!(out, "  {dim}{}{plain}", Harmless(&place))?;
            }
        }
        Ok(())
    }

    fn full(&mut self, line: &Line, out: &mut String) -> fmt::Result {
        let time = line.ts.as_deref().map(|ts| self.at(ts, "%Y-%m-%d %H:%M:%S"));
        let time = time.unwrap_or_else(|| since_start(line));
        let (level, plain) = self.level(&line.level);
        write!(out, "{time} [{}] {level}[{}]{plain}", Harmless(&self.name), line.level)?;
        if let Some(task) = &line.task {
            write!(out, " [{}]", Harmless(task))?;
        }
        for (at, span) in line.spans.iter().enumerate() {
            out.push_str(if at == 0 { " " } else { ":" });
            write_span(span, out)?;
        }
        if !line.spans.is_empty() {
            out.push(':');
        }
        write!(out, " {}", Harmless(&line.msg))?;
        write_pairs(&line.fields, " ", out)
    }

    /// When it was; tells the day before the first record of another one.
    fn moment(&mut self, line: &Line, out: &mut String) -> Result<String, fmt::Error> {
        let Some(ts) = line.ts.as_deref() else { return Ok(since_start(line)) };
        if self.form == Form::ShortIso {
            return Ok(self.at(ts, "%Y-%m-%dT%H:%M:%S%.3f%:z"));
        }
        let day = self.at(ts, "%Y-%m-%d");
        if self.day != day {
            if !self.day.is_empty() {
                writeln!(out, "-- {day} --")?;
            }
            self.day = day;
        }
        Ok(self.at(ts, "%H:%M:%S%.3f"))
    }

    /// A time of the wire as somebody reads it here.
    pub(in crate::ctl) fn time(&self, ts: &str) -> String {
        self.at(ts, "%Y-%m-%d %H:%M:%S")
    }

    /// The same of nanoseconds since 1970.
    pub(in crate::ctl) fn moment_of(&self, wall_ns: i64) -> String {
        self.time(&DateTime::from_timestamp_nanos(wall_ns).to_rfc3339())
    }

    fn at(&self, ts: &str, format: &str) -> String {
        match DateTime::parse_from_rfc3339(ts) {
            Ok(time) if self.is_utc => time.to_utc().format(format).to_string(),
            Ok(time) => time.with_timezone(&Local).format(format).to_string(),
            Err(_) => Harmless(ts).to_string(),
        }
    }

    fn level(&self, level: &str) -> (&'static str, &'static str) {
        if !self.colours {
            return ("", "");
        }
        let colour = match level {
            "ERROR" => "\x1b[1;31m",
            "WARN" => "\x1b[33m",
            "INFO" => "\x1b[32m",
            "DEBUG" => "\x1b[34m",
            _ => "\x1b[35m",
        };
        (colour, PLAIN)
    }

    const fn dimmed(&self) -> (&'static str, &'static str) {
        if self.colours { (DIM, PLAIN) } else { ("", "") }
    }
}

/// The time of a record that knows no wall clock.
fn since_start(line: &Line) -> String {
    let ms = line.mono_ns.unwrap_or(0) / 1_000_000;
    std::format!("[{:>5}.{:03}]", ms / 1000, ms % 1000)
}

fn write_span(span: &Pairs, out: &mut String) -> fmt::Result {
    let mut between = "{";
    for (key, value) in &span.0 {
        if key == "name" && between == "{" {
            write_value(value, out)?;
            continue;
        }
        write!(out, "{between}{}=", Harmless(key))?;
        write_value(value, out)?;
        between = ",";
    }
    out.push_str(if between == "," { "}" } else { "" });
    Ok(())
}

fn write_pairs(pairs: &Pairs, before: &str, out: &mut String) -> fmt::Result {
    for (key, value) in &pairs.0 {
        write!(out, "{before}{}=", Harmless(key))?;
        write_value(value, out)?;
    }
    Ok(())
}

/// A value without quotes, unless one could not tell where it ends.
fn write_value(value: &Value, out: &mut String) -> fmt::Result {
    match value {
        Value::String(text) if is_plain(text) => write!(out, "{}", Harmless(text)),
        Value::String(text) => write!(out, "{text:?}"),
        value => write!(out, "{}", Harmless(&value.to_string())),
    }
}

fn is_plain(text: &str) -> bool {
    let breaks = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '=' | '\\');
    !text.is_empty() && !text.contains(breaks)
}
