//! Where status is written for people.

use core::fmt::{self, Write};
use core::time::Duration;

use super::look::Look;
use super::pen::Pen;
use crate::record::{Calendar, Elapsed, Time};

/// Writes status for people, line by line, into any [`Write`].
///
/// Two styles. That of the house, short and stable: [`line`](Self::line), [`debug`](Self::debug),
/// [`log`](Self::log), [`result`](Self::result), [`traceback`](Self::traceback). And that of the command: [`header`](Self::header), [`row`](Self::row),
/// [`detail`](Self::detail), [`tasks`](Self::tasks), [`runs`](Self::runs).
///
/// No text of a task, whatever is in it, brings a control character to `out`.
pub struct Screen<'w, W: Write + ?Sized> {
    pub(super) look: Look,
    pub(super) pen: Pen<'w, W>,
    pub(super) calendar: Calendar,
    /// For each depth of the tree, from the lowest bit: whether more comes there.
    pub(super) open: u64,
}

impl<'w, W: Write + ?Sized> Screen<'w, W> {
    /// A screen that looks like that.
    pub fn new(look: Look, out: &'w mut W) -> Self {
        let (pen, calendar) = (Pen::new(&look, out), Calendar::new(look.zone));
        Self { look, pen, calendar, open: 0 }
    }

    /// Date and time of day.
    pub(super) fn date(&mut self, time: Time) -> fmt::Result {
        self.calendar.write(time, &mut self.pen)
    }

    /// The time of day, with the date where that is another than today.
    pub(super) fn moment(&mut self, time: Time) -> fmt::Result {
        if time.wall_ns == 0 {
            return self.date(time);
        }
        let mut today = [0; 10];
        let now = self.calendar.second_text(self.look.now.wall_ns);
        today.copy_from_slice(now.as_bytes().get(..10).unwrap_or(&[0; 10]));
        let text = self.calendar.second_text(time.wall_ns);
        let is_today = text.as_bytes().starts_with(&today);
        self.pen.write_str(if is_today { text.get(11..).unwrap_or(text) } else { text })
    }

    /// How long ago that was; nothing for what is to come.
    pub(super) fn age(&self, time: Time) -> Duration {
        Duration::from_nanos(self.look.now.mono_ns.saturating_sub(time.mono_ns))
    }

    /// How long it is to `mono_ns`; negative for what is over. Rounded up, so that it is never
    /// due in `0 s`.
    pub(super) fn left(&self, mono_ns: u64) -> Elapsed {
        const S: i128 = 1_000_000_000;
        let left = i128::from(mono_ns) - i128::from(self.look.now.mono_ns);
        let seconds = if left >= 0 { (left + S - 1) / S } else { left / S };
        Elapsed::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

impl<W: Write + ?Sized> fmt::Debug for Screen<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("look", &self.look).finish_non_exhaustive()
    }
}
