//! In which form lines are written.

use core::fmt::{self, Write};
use std::string::String;

use crate::record::{Json, Record, Template, Text, Zone};
use crate::stream::cat::write_lost;
use crate::stream::name::Name;

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

/// Writes what a query found.
#[derive(Clone, Debug)]
pub(super) struct Printer {
    text: Text<Name>,
    form: Form,
    /// The line that was written last.
    line: String,
}

#[derive(Clone, Debug)]
enum Form {
    Text,
    Template(Template),
    Json(Json),
}

impl Printer {
    pub(super) fn new(format: Format, name: Name, zone: Zone) -> Self {
        let form = match format {
            Format::Text => Form::Text,
            Format::Template(template) => Form::Template(template),
            Format::Json => Form::Json(Json::new()),
        };
        Self { text: Text::new(name).zone(zone), form, line: String::new() }
    }

    /// The line that patterns look at.
    pub(super) fn text(&mut self, record: &Record<'_>) -> &str {
        self.line.clear();
        // Writing to a string does not fail.
        let _ = self.text.render(record, &mut self.line);
        &self.line
    }

    /// The line of `record`, which is that of the last call of [`text`](Self::text) if `is_text`
    /// says that there was one.
    pub(super) fn record(&mut self, record: &Record<'_>, is_text: bool) -> &str {
        let _ = match &mut self.form {
            Form::Text if is_text => return &self.line,
            Form::Text => return self.text(record),
            Form::Template(template) => {
                self.line.clear();
                template.render(record, &mut self.line)
            }
            Form::Json(json) => {
                self.line.clear();
                json.render(record, &mut self.line)
            }
        };
        &self.line
    }

    /// The line that stands for lost records.
    pub(super) fn lost(&mut self, lost: u64) -> &str {
        self.line.clear();
        let _: fmt::Result = match self.form {
            Form::Json(_) => write!(self.line, "{{\"lost\":{lost}}}"),
            _ => write_lost(lost, &mut self.line),
        };
        &self.line
    }

    /// The line between groups of lines that do not follow each other; JSON has none.
    pub(super) fn gap(&self) -> Option<&'static str> {
        (!matches!(self.form, Form::Json(_))).then_some("--")
    }
}
