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
        // A `String` takes everything.
        let _ = match self {
            Self::Text(text) => text.render(record, line),
            Self::Template(template) => template.render(record, line),
            Self::Json(json) => json.render(record, line),
        };
    }

    /// The same with the line that stands for lost records.
    pub(crate) fn lost(&self, lost: u64, line: &mut String) {
        line.clear();
        let _ = match self {
            Self::Json(_) => write!(line, "{{\"lost\":{lost}}}"),
            _ => write_lost(lost, line),
        };
    }

    /// The line between groups of lines that do not follow each other; JSON has none.
    pub(crate) fn gap(&self) -> Option<&'static str> {
        (!matches!(self, Self::Json(_))).then_some("--")
    }
}
