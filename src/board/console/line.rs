//! The line that is being typed.

/// The most bytes of a line; what is typed beyond them is not taken.
const MOST: usize = 48;

#[derive(Debug)]
pub(super) struct Line {
    /// Printable ASCII, and behind it what was typed before.
    text: [u8; MOST],
    len: usize,
}

/// What a key does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It is shown as it is.
    Echo(u8),
    /// It takes the key before it away.
    Erase,
    /// It is not taken.
    Nothing,
    /// The line is complete.
    Enter,
}

impl Line {
    pub(super) const EMPTY: Self = Self { text: [0; MOST], len: 0 };

    pub(super) fn text(&self) -> &str {
        let typed = self.text.get(..self.len).unwrap_or_default();
        core::str::from_utf8(typed).unwrap_or_default()
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Takes one key. Both ends of line are an Enter; the empty line between them does nothing.
    pub(super) fn press(&mut self, key: u8) -> Key {
        match key {
            b'\r' | b'\n' => Key::Enter,
            0x08 | 0x7f if self.len > 0 => {
                self.len -= 1;
                Key::Erase
            }
            b' '..=b'~' => {
                let Some(place) = self.text.get_mut(self.len) else { return Key::Nothing };
                (*place, self.len) = (key, self.len + 1);
                Key::Echo(key)
            }
            _ => Key::Nothing,
        }
    }
}
