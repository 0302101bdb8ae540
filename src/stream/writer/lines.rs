//! Bytes that come in pieces, and the lines they make.

use core::fmt;
use std::vec::Vec;

/// Bytes held back beyond the longest piece, so that a character is never judged before it is
/// whole.
const LOOKAHEAD: usize = 3;

/// The unfinished line of one writer. It holds `limit + 3` bytes at most.
#[derive(Debug)]
pub(super) struct Lines {
    held: Vec<u8>,
    /// Whether the beginning of this line is written already; then `held` is not empty.
    begun: bool,
    /// The longest piece in bytes of text, 4 or more.
    limit: usize,
}

/// One line, or a part of a long one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: Lossy<'a>,
    /// Whether it goes on with the line of the piece before it.
    pub(super) continues: bool,
    /// Whether the line goes on in the next piece.
    pub(super) continued: bool,
}

/// Shows bytes as text, with U+FFFD for what is not UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Lossy<'a>(&'a [u8]);

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self { held: Vec::new(), begun: false, limit: limit.max(char::MAX.len_utf8()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Takes `bytes` in and gives the lines that they end to `write`.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut write: impl FnMut(Piece<'_>)) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
            if self.held.is_empty() {
                self.write_line(line, &mut write);
            } else {
                self.hold(line, &mut write);
                self.end_line(&mut write);
            }
            bytes = rest;
        }
        self.hold(bytes, &mut write);
    }

    /// Ends the unfinished line, if there is one.
    pub(super) fn end_line(&mut self, mut write: impl FnMut(Piece<'_>)) {
        let held = core::mem::take(&mut self.held);
        self.write_line(&held, &mut write);
        self.begun = false;
        // Its memory is kept for the next line.
        self.held = held;
        self.held.clear();
    }

    fn hold(&mut self, mut bytes: &[u8], write: &mut impl FnMut(Piece<'_>)) {
        while self.held.len() + bytes.len() > self.limit + LOOKAHEAD {
            let room = self.limit + LOOKAHEAD - self.held.len();
            self.held.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
            let end = cut(&self.held, self.limit);
            let text = Lossy(&self.held[..end]);
            write(Piece { text, continues: self.begun, continued: true });
            self.begun = true;
            self.held.drain(..end);
        }
        self.held.extend_from_slice(bytes);
    }

    /// Writes a whole line, or the rest of one, in as many pieces as it needs.
    fn write_line(&self, line: &[u8], write: &mut impl FnMut(Piece<'_>)) {
        let mut continues = self.begun;
        // A longer one would have been begun by now, had it come in small pieces.
        let is_held_whole = !continues && line.len() <= self.limit + LOOKAHEAD;
        if is_held_whole && line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        loop {
            let (piece, rest) = line.split_at(cut(line, self.limit));
            let continued = !rest.is_empty();
            write(Piece { text: Lossy(piece), continues, continued });
            if !continued {
                return;
            }
            (line, continues) = (rest, true);
        }
    }
}

/// How many bytes of `bytes` make at most `limit` bytes of text and end with a whole character.
fn cut(bytes: &[u8], limit: usize) -> usize {
    let (mut end, mut room) = (0, limit);
    for chunk in bytes.utf8_chunks() {
        let valid = floor(chunk.valid(), room);
        (end, room) = (end + valid, room - valid);
        let replaced = usize::from(!chunk.invalid().is_empty()) * REPLACEMENT.len();
        if valid < chunk.valid().len() || replaced > room {
            break;
        }
        (end, room) = (end + chunk.invalid().len(), room - replaced);
    }
    end
}

const REPLACEMENT: &str = "\u{fffd}";

/// The last char boundary of `text` that is not behind `end`.
fn floor(text: &str, end: usize) -> usize {
    let mut end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

impl<'a> Lossy<'a> {
    /// The text, where the bytes are UTF-8.
    pub(super) fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.0).ok()
    }
}

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            if chunk.invalid().is_empty() { Ok(()) } else { f.write_str(REPLACEMENT) }
        })
    }
}

impl fmt::Debug for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
