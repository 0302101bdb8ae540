//! In which form lines are written.

use core::fmt::Write;
use std::string::String;

use crate::record::{Json, Record, Template, Text};

use super::cat::write_lost;

/// In which form records are written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Format {
    /// The line that [`cat`](crate::stream::RingStream::cat) prints.
    #[default]
    Text,
    /// A line in a form of one's own.
    Template(Template),
    /// One JSON object in a line, see [`Json`]; lost records are `{"lost":128}`.
    Json,
}

impl From<Template> for Format {
    fn from(template: Template) -> Self {
        Self::Template(template)
    }
}

/// A format made ready to be written many times.
#[derive(Clone, Debug)]
pub(crate) enum Renderer<N> {
    Text(Text<N>),
    Template(Template),
    Json(Json),
}

impl<N: AsRef<str>> Renderer<N> {
    /// `text` is what renders [`Format::Text`].
    pub(crate) fn new(format: Format, text: Text<N>) -> Self {
        match format {
            Format::Text => Self::Text(text),
            Format::Template(template) => Self::Template(template),
            Format::Json => Self::Json(Json::new()),
        }
    }

    /// Puts the record's line, without its end, in place of what `line` held.
    pub(crate) fn record(&mut self, record: &Record<'_>, line: &mut String) {
        line.clear();
        self.render(record, line);
    }

    /// The same with the line that stands for lost records.
    pub(crate) fn lost(&self, lost: u64, line: &mut String) {
        line.clear();
        self.render_lost(lost, line);
    }

    /// Adds the record's line with its end.
    #[inline]
    pub(crate) fn add_record(&mut self, record: &Record<'_>, lines: &mut String) {
        self.render(record, lines);
        lines.push('\n');
    }

    /// Adds the line that stands for lost records, with its end.
    pub(crate) fn add_lost(&self, lost: u64, lines: &mut String) {
        self.render_lost(lost, lines);
        lines.push('\n');
    }

    #[inline]
    fn render(&mut self, record: &Record<'_>, out: &mut String) {
        // A `String` takes everything.
        let _ = match self {
            Self::Text(text) => text.render(record, out),
            Self::Template(template) => template.render(record, out),
            Self::Json(json) => json.render(record, out),
        };
    }

    fn render_lost(&self, lost: u64, out: &mut String) {
        let _ = match self {
            Self::Json(_) => write!(out, "{{\"lost\":{lost}}}"),
            _ => write_lost(lost, out),
        };
    }

    /// The line between groups of lines that do not follow each other; JSON has none.
    pub(crate) fn gap(&self) -> Option<&'static str> {
        (!matches!(self, Self::Json(_))).then_some("--")
    }
}
