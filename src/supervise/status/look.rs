//! How status is to look.

use std::borrow::Cow;

use crate::record::{Time, Zone};

/// For whom and for when status is written. Whoever owns the terminal knows what it can show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a look shows nothing by itself"]
pub struct Look {
    pub(super) now: Time,
    pub(super) zone: Zone,
    pub(super) colours: bool,
    pub(super) ascii: bool,
    pub(super) width: Option<usize>,
    pub(super) command: Cow<'static, str>,
}

impl Look {
    /// As it is at that moment: local time, no colours, UTF-8, lines as long as they are.
    pub fn at(now: Time) -> Self {
        let (zone, command) = (Zone::Local, Cow::Borrowed(""));
        Self { now, zone, colours: false, ascii: false, width: None, command }
    }

    /// The moment it is for.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// In which zone times are written.
    #[must_use]
    pub fn time_zone(&self) -> Zone {
        self.zone
    }

    /// In which zone times are written.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Whether states are coloured.
    pub fn colours(mut self, colours: bool) -> Self {
        self.colours = colours;
        self
    }

    /// Whether nothing but ASCII is written, for terminals that know no more. Other characters of
    /// texts are escaped, `\u{e4}`.
    pub fn ascii(mut self, ascii: bool) -> Self {
        self.ascii = ascii;
        self
    }

    /// How many columns a line may have; what does not fit is cut and marked with `…`.
    pub fn width(mut self, columns: impl Into<Option<usize>>) -> Self {
        self.width = columns.into();
        self
    }

    /// What the user types for commands, `rvctl`: where a command tells more it is named.
    pub fn command(mut self, command: impl Into<Cow<'static, str>>) -> Self {
        self.command = command.into();
        self
    }
}
