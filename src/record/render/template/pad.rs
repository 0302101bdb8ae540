//! Placeholders of a least width.

use core::fmt;
use core::fmt::Write;

/// How wide a placeholder is at least, and where its text stands in that width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pad {
    fill: char,
    align: Align,
    /// In chars; at most 255, so that no template makes endless lines.
    width: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Middle,
    Right,
}

impl Pad {
    pub(super) const NONE: Self = Self { fill: ' ', align: Align::Left, width: 0 };

    /// Reads `<5`, `*^20` or `5`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let first = chars.next()?;
        let behind_first = chars.as_str();
        let (fill, align, width) = match (chars.next().and_then(align), align(first)) {
            (Some(align), _) => (first, align, chars.as_str()),
            (None, Some(align)) => (' ', align, behind_first),
            (None, None) => (' ', Align::Left, text),
        };
        let digits = width.bytes().all(|byte| byte.is_ascii_digit());
        let width = width.parse().ok().filter(|_| digits)?;
        Some(Self { fill, align, width })
    }

    /// Writes what `write` writes, padded. It is called twice where there is a width: once to
    /// measure.
    pub(super) fn write<W: Write + ?Sized>(
        self,
        out: &mut W,
        mut write: impl FnMut(&mut dyn Write) -> fmt::Result,
    ) -> fmt::Result {
        let mut out = out;
        if self.width == 0 {
            return write(&mut out);
        }
        let mut length = Length(0);
        write(&mut length)?;
        let missing = usize::from(self.width).saturating_sub(length.0);
        let before = match self.align {
            Align::Left => 0,
            Align::Middle => missing / 2,
            Align::Right => missing,
        };
        self.fill(before, out)?;
        write(&mut out)?;
        self.fill(missing - before, out)
    }

    fn fill<W: Write + ?Sized>(self, count: usize, out: &mut W) -> fmt::Result {
        (0..count).try_for_each(|_| out.write_char(self.fill))
    }
}

const fn align(sign: char) -> Option<Align> {
    match sign {
        '<' => Some(Align::Left),
        '^' => Some(Align::Middle),
        '>' => Some(Align::Right),
        _ => None,
    }
}

/// Counts the chars written into it.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().count();
        Ok(())
    }
}
