//! What a query writes, and what its patterns look at.

use std::string::String;

use crate::record::{Record, Text, Zone};
use crate::stream::format::{Format, Renderer};
use crate::stream::name::Name;

/// Writes what a query found.
#[derive(Clone, Debug)]
pub(super) struct Printer {
    /// The form that patterns look at.
    text: Renderer<Name>,
    form: Renderer<Name>,
    /// The line that was written last.
    line: String,
}

impl Printer {
    pub(super) fn new(format: Format, name: Name, zone: Zone) -> Self {
        let text = Text::new(name).zone(zone);
        let form = Renderer::new(format, text.clone());
        Self { text: Renderer::Text(text), form, line: String::new() }
    }

    /// The line that patterns look at.
    pub(super) fn text(&mut self, record: &Record<'_>) -> &str {
        self.text.record(record, &mut self.line);
        &self.line
    }

    /// The line of `record`, which is that of the last call of [`text`](Self::text) if `is_text`
    /// says that there was one.
    pub(super) fn record(&mut self, record: &Record<'_>, is_text: bool) -> &str {
        if !(is_text && matches!(self.form, Renderer::Text(_))) {
            self.form.record(record, &mut self.line);
        }
        &self.line
    }

    /// The line that stands for lost records.
    pub(super) fn lost(&mut self, lost: u64) -> &str {
        self.form.lost(lost, &mut self.line);
        &self.line
    }

    /// The line between groups of lines that do not follow each other.
    pub(super) fn gap(&self) -> Option<&'static str> {
        self.form.gap()
    }
}
