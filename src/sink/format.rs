//! The form of a sink's lines.

use core::fmt::{self, Write};
use std::boxed::Box;
use std::string::String;

use crate::record::{Json, Record, Style, Template, Text};

/// How a sink writes a record.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Format {
    /// The line that people read: `2023-03-29 12:16:30 [name] [INFO] [task] message key=value`.
    #[default]
    Text,
    /// A line of the user's choice.
    Template(Box<Template>),
    /// The line that programs read, see [`Json`]. Lost records are `{"lost":128}` there.
    Json,
}

impl From<Template> for Format {
    fn from(template: Template) -> Self {
        Self::Template(Box::new(template))
    }
}

/// A format made ready to be written many times.
#[derive(Debug)]
pub(super) enum Renderer {
    Text(Text<String>),
    Template(Box<Template>),
    Json(Json),
}

impl Renderer {
    pub(super) fn new(format: Format, name: &str, style: Option<Style>) -> Self {
        match format {
            Format::Text => Self::Text(Text::new(name.into()).style(style)),
            Format::Template(template) => Self::Template(template),
            Format::Json => Self::Json(Json::new()),
        }
    }

    /// Adds the record's line with its end.
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut String) -> fmt::Result {
        match self {
            Self::Text(text) => text.render(record, out)?,
            Self::Template(template) => template.render(record, out)?,
            Self::Json(json) => json.render(record, out)?,
        }
        out.write_str("\n")
    }

    /// Adds the line that stands for records that were lost.
    pub(super) fn lost(&self, lost: u64, out: &mut String) -> fmt::Result {
        match self {
            Self::Json(_) => writeln!(out, "{{\"lost\":{lost}}}"),
            _ if lost == 1 => out.write_str("-- 1 record lost --\n"),
            _ => writeln!(out, "-- {lost} records lost --"),
        }
    }
}
