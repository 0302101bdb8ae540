//! Bytes that come in pieces, and the lines they make.

use core::fmt;
use std::vec::Vec;

use crate::record::{Piece, floor};
use crate::stream::text::next_text;

/// Bytes held back beyond the longest piece, so that a character is never judged before it is
/// whole.
const LOOKAHEAD: usize = 3;

/// The unfinished line of one writer. It holds `limit + 3` bytes at most.
#[derive(Debug)]
pub(super) struct Lines {
    held: Vec<u8>,
    /// Which piece comes next, if the beginning of this line is written already; then `held` is not
    /// empty.
    begun: Option<Piece>,
    /// The longest piece in bytes of text, 4 or more.
    limit: usize,
}

/// One line, or a part of a long one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) text: Lossy<'a>,
    /// Which piece of the line it is, if that has several.
    pub(super) piece: Option<Piece>,
    /// Whether the line goes on in the next part.
    pub(super) continued: bool,
}

/// Shows bytes as text, with U+FFFD for what is not UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Lossy<'a>(&'a [u8]);

impl Lines {
    pub(super) fn new(limit: usize) -> Self {
        Self { held: Vec::new(), begun: None, limit: limit.max(char::MAX.len_utf8()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Takes `bytes` in and gives the lines that they end to `write`.
    pub(super) fn push(&mut self, mut bytes: &[u8], mut write: impl FnMut(Part<'_>)) {
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
    pub(super) fn end_line(&mut self, mut write: impl FnMut(Part<'_>)) {
        let held = core::mem::take(&mut self.held);
        self.write_line(&held, &mut write);
        self.begun = None;
        // Its memory is kept for the next line.
        self.held = held;
        self.held.clear();
    }

    fn hold(&mut self, mut bytes: &[u8], write: &mut impl FnMut(Part<'_>)) {
        while self.held.len() + bytes.len() > self.limit + LOOKAHEAD {
            let room = self.limit + LOOKAHEAD - self.held.len();
            self.held.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
            let end = cut(&self.held, self.limit);
            let text = Lossy(&self.held[..end]);
            let piece = self.begun.unwrap_or_else(next_text);
            write(Part { text, piece: Some(piece), continued: true });
            self.begun = Some(after(piece));
            self.held.drain(..end);
        }
        self.held.extend_from_slice(bytes);
    }

    /// Writes a whole line, or the rest of one, in as many pieces as it needs.
    fn write_line(&self, line: &[u8], write: &mut impl FnMut(Part<'_>)) {
        let mut next = self.begun;
        // A longer one would have been begun by now, had it come in small pieces.
        let is_held_whole = next.is_none() && line.len() <= self.limit + LOOKAHEAD;
        if is_held_whole && line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        loop {
            let (piece, rest) = line.split_at(cut(line, self.limit));
            let continued = !rest.is_empty();
            next = next.or_else(|| continued.then(next_text));
            write(Part { text: Lossy(piece), piece: next, continued });
            if !continued {
                return;
            }
            (line, next) = (rest, next.map(after));
        }
    }
}

/// The piece that goes on; a line of 2³² pieces begins anew.
fn after(piece: Piece) -> Piece {
    Piece { index: piece.index.wrapping_add(1), ..piece }
}

/// How many bytes of `bytes` make at most `limit` bytes of text and end with a whole character.
fn cut(bytes: &[u8], limit: usize) -> usize {
    let (mut end, mut room) = (0, limit);
    for chunk in bytes.utf8_chunks() {
        let valid = floor(chunk.valid(), room).len();
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
