//! What a stream is called in the lines that people read.

#[cfg(test)]
mod tests;

/// Room for a name in bytes.
const LEN_MAX: usize = 48;

/// The name of a stream, held in place so that a `static` can have one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    bytes: [u8; LEN_MAX],
    len: usize,
}

impl Name {
    /// The name of a stream that was given none.
    pub(super) const DEFAULT: Self = Self::new("log");

    /// `text`, cut at a char boundary where it is longer than 48 bytes.
    pub(super) const fn new(text: &str) -> Self {
        let text = text.as_bytes();
        let mut len = if text.len() < LEN_MAX { text.len() } else { LEN_MAX };
        while len < text.len() && text[len] & 0xC0 == 0x80 {
            len -= 1;
        }
        let mut bytes = [0; LEN_MAX];
        let mut at = 0;
        while at < len {
            bytes[at] = text[at];
            at += 1;
        }
        Self { bytes, len }
    }

    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.bytes.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
