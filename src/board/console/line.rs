//! The line that is being typed.

use arrayvec::ArrayString;

/// The most bytes of a line; what is typed beyond them is not taken.
const MOST: usize = 48;

#[derive(Debug, Default)]
pub(super) struct Line {
    text: ArrayString<MOST>,
}

/// What a key does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It is shown like this.
    Echo(&'static str),
    /// It is not taken.
    Nothing,
    /// The line is complete.
    Enter,
}

/// All that can be typed, so that an echo is a piece of it.
const SHOWN: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

impl Line {
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Takes one key. Both ends of line are an Enter; the empty line between them does nothing.
    pub(super) fn press(&mut self, key: u8) -> Key {
        match key {
            b'\r' | b'\n' => Key::Enter,
            0x08 | 0x7f if self.text.pop().is_some() => Key::Echo("\x08 \x08"),
            b' '..=b'~' if self.text.try_push(char::from(key)).is_ok() => {
                let at = usize::from(key - b' ');
                Key::Echo(SHOWN.get(at..=at).unwrap_or_default())
            }
            _ => Key::Nothing,
        }
    }
}
