//! Where all text of a screen goes through: it is made harmless, cut and coloured here, so that no
//! rendering can forget it.

use core::cmp::Ordering;
use core::fmt::{self, Write};
use std::string::String;

use super::look::Look;
use super::width;
use crate::record::write_line;

/// Writes text into lines of at most so many columns.
///
/// As a [`Write`] it takes any text and lets no control character through; lines end by
/// [`end`](Self::end) alone.
pub(super) struct Pen<'w, W: Write + ?Sized> {
    out: Clip<'w, W>,
    colours: bool,
}

/// Colours of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    None,
    /// The dot of what runs.
    Lime,
    Green,
    Yellow,
    Red,
    Cyan,
}

/// Signs of our own, each with its stand-in for terminals that know ASCII only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) utf8: &'static str,
    pub(super) ascii: &'static str,
}

pub(super) const DOT: Sign = Sign { utf8: "●", ascii: "*" };
pub(super) const ARROW: Sign = Sign { utf8: "┗━► ", ascii: "\\_> " };
pub(super) const BAR: Sign = Sign { utf8: "━", ascii: "=" };
const SPACES: &str = "                                ";
const ELLIPSIS: Sign = Sign { utf8: "…", ascii: "~" };

impl<'w, W: Write + ?Sized> Pen<'w, W> {
    pub(super) fn new(look: &Look, out: &'w mut W) -> Self {
        let limit = look.width.map(|width| width.max(1));
        let out =
            Clip { out, ascii: look.ascii, limit, column: 0, held: String::new(), cut: false };
        Self { out, colours: look.colours }
    }

    /// Ends the line.
    pub(super) fn end(&mut self) -> fmt::Result {
        self.out.end()
    }

    /// Ends the text without ending the line.
    pub(super) fn close(&mut self) -> fmt::Result {
        self.out.release()
    }

    pub(super) fn sign(&mut self, sign: Sign) -> fmt::Result {
        self.write_str(if self.out.ascii { sign.ascii } else { sign.utf8 })
    }

    pub(super) fn painted(&mut self, paint: Paint, text: &str) -> fmt::Result {
        let before = paint.before();
        if !self.colours || before.is_empty() {
            return self.write_str(text);
        }
        self.out.out.write_str(before)?;
        self.write_str(text)?;
        self.out.release()?;
        self.out.out.write_str("\x1b[0m")
    }

    pub(super) fn painted_sign(&mut self, paint: Paint, sign: Sign) -> fmt::Result {
        self.painted(paint, if self.out.ascii { sign.ascii } else { sign.utf8 })
    }

    /// So many spaces.
    pub(super) fn indent(&mut self, columns: usize) -> fmt::Result {
        let mut left = columns;
        while left > 0 {
            let piece = &SPACES[..left.min(SPACES.len())];
            self.write_str(piece)?;
            left -= piece.len();
        }
        Ok(())
    }
}

impl<W: Write + ?Sized> Write for Pen<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_line(text, &mut self.out)
    }
}

impl Paint {
    const fn before(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Lime => "\x1b[92m",
            Self::Green => "\x1b[32;1m",
            Self::Yellow => "\x1b[33;1m",
            Self::Red => "\x1b[31;1m",
            Self::Cyan => "\x1b[36m",
        }
    }
}

/// Cuts lines. The text is harmless already, but for tabs.
struct Clip<'w, W: Write + ?Sized> {
    out: &'w mut W,
    ascii: bool,
    /// In columns, at least 1.
    limit: Option<usize>,
    /// Where the next character goes, in `0..=limit`.
    column: usize,
    /// What fills the line, with the marks on it: the end of the line, or to be replaced by the
    /// sign that more was to come.
    held: String,
    /// Whether that sign is written.
    cut: bool,
}

impl<W: Write + ?Sized> Clip<'_, W> {
    fn end(&mut self) -> fmt::Result {
        self.release()?;
        (self.column, self.cut) = (0, false);
        self.out.write_str("\n")
    }

    /// Writes what was held, because a colour ends behind it; what follows is lost without a sign.
    fn release(&mut self) -> fmt::Result {
        if self.held.is_empty() {
            return Ok(());
        }
        self.cut = true;
        self.out.write_str(&core::mem::take(&mut self.held))
    }

    fn put(&mut self, char: char, limit: usize) -> fmt::Result {
        if self.cut {
            return Ok(());
        }
        let behind = self.column + width::of_char(char);
        match behind.cmp(&limit) {
            Ordering::Greater => {
                self.held.clear();
                self.cut = true;
                self.out.write_str(if self.ascii { ELLIPSIS.ascii } else { ELLIPSIS.utf8 })
            }
            Ordering::Equal => {
                self.column = behind;
                self.held.push(char);
                Ok(())
            }
            Ordering::Less => {
                self.column = behind;
                self.out.write_char(char)
            }
        }
    }
}

impl<W: Write + ?Sized> Write for Clip<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_plain = !text.contains('\t') && (!self.ascii || text.is_ascii());
        if is_plain && self.limit.is_none() {
            return self.out.write_str(text);
        }
        text.chars().try_for_each(|char| self.write_char(char))
    }

    fn write_char(&mut self, char: char) -> fmt::Result {
        match (char, self.limit) {
            ('\t', _) => self.write_str("\\t"),
            (char, _) if self.ascii && !char.is_ascii() => {
                let code = u32::from(char);
                write!(self, "\\u{{{code:x}}}")
            }
            (char, None) => self.out.write_char(char),
            (char, Some(limit)) => self.put(char, limit),
        }
    }
}

impl<W: Write + ?Sized> fmt::Debug for Pen<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pen").field("column", &self.out.column).finish_non_exhaustive()
    }
}
