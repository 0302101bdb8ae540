//! Text of others that goes to a terminal.

use core::fmt::{self, Write};

/// A text without anything that a terminal would obey: control characters and those that turn the
/// direction of text are escaped. Tabs stay.
pub(super) struct Harmless<'a>(pub(super) &'a str);

impl fmt::Display for Harmless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\t' => f.write_char(c)?,
                c if c.is_control() || turns(c) => write!(f, "{}", c.escape_default())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// The same for a text of several lines, whose ends stay.
pub(super) struct Lines<'a>(pub(super) &'a str);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => writeln!(f, "{}", Harmless(line))?,
                None => Harmless(line).fmt(f)?,
            }
        }
        Ok(())
    }
}

const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
