//! A form of lines for each level.

use core::ops::RangeBounds;
use std::string::String;

use crate::record::{Level, Record, Style, Text};
use crate::stream::{Format, Renderer};

/// The form of lines: one for all levels, others for some.
///
/// ```
/// use ringvisor::record::{Level, Template};
/// use ringvisor::sink::Formats;
/// use ringvisor::stream::Format;
///
/// let short: Template = "{time} {message}".parse()?;
/// let long: Template = "{time} {level:<5} {message} {file}:{line}".parse()?;
/// let formats = Formats::new(short).levels(..=Level::Warn, long).level(Level::Trace, Format::Json);
/// # let _ = formats;
/// # Ok::<(), ringvisor::record::TemplateError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "formats do nothing by themselves"]
pub struct Formats {
    all: Format,
    /// In the order of [`Level::ALL`].
    levels: [Option<Format>; 5],
}

impl Formats {
    /// The same form for every level.
    pub fn new(all: impl Into<Format>) -> Self {
        Self { all: all.into(), levels: [const { None }; 5] }
    }

    /// A form for exactly this level.
    pub fn level(self, level: Level, format: impl Into<Format>) -> Self {
        self.levels(level..=level, format)
    }

    /// A form for a range of levels: `..=Level::Warn` are warnings and worse.
    pub fn levels(mut self, levels: impl RangeBounds<Level>, format: impl Into<Format>) -> Self {
        let format = format.into();
        for (level, place) in Level::ALL.iter().zip(&mut self.levels) {
            if levels.contains(level) {
                *place = Some(format.clone());
            }
        }
        self
    }

    /// Whether lines that are no records are to be JSON too.
    pub(super) fn is_json(&self) -> bool {
        matches!(self.all, Format::Json)
    }
}

impl<F: Into<Format>> From<F> for Formats {
    fn from(format: F) -> Self {
        Self::new(format)
    }
}

/// Formats made ready to be written many times.
#[derive(Debug)]
pub(super) struct Renderers {
    all: Renderer<String>,
    levels: [Option<Renderer<String>>; 5],
    is_json: bool,
}

impl Renderers {
    pub(super) fn new(formats: Formats, name: &str, style: Option<Style>) -> Self {
        let is_json = formats.is_json();
        let ready = |format| {
            let text = Text::new(String::from(name)).style(style);
            Renderer::new(super::identity::signed(format, name), text)
        };
        let levels = formats.levels.map(|format| format.map(ready));
        Self { all: ready(formats.all), levels, is_json }
    }

    /// Adds the record's line with its end.
    #[inline]
    pub(super) fn record(&mut self, record: &Record<'_>, out: &mut String) {
        let own = self.levels.get_mut(record.level as usize - 1).and_then(Option::as_mut);
        own.unwrap_or(&mut self.all).add_record(record, out);
    }

    /// Adds the line that stands for records that were lost.
    pub(super) fn lost(&self, lost: u64, out: &mut String) {
        self.all.add_lost(lost, out);
    }

    /// Whether lines that are no records are to be JSON too.
    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }
}
