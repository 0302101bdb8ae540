//! The form of a sink's lines.

use core::fmt::{self, Write};
use std::string::String;

use crate::record::{Json, Record, Style, Template, Text};
use crate::stream::{Format, write_lost};

/// A format made ready to be written many times.
#[derive(Debug)]
pub(super) enum Renderer {
    Text(Text<String>),
    Template(Template),
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
            _ => {
                write_lost(lost, out)?;
                out.write_str("\n")
            }
        }
    }
}
