//! A long text put together from the records that hold its pieces.

use std::vec::Vec;

use super::decode::{message_bytes, piece};
use super::fields::Items;
use super::format::{Flags, HEADER_LEN, tag};
use super::{PIECES_MAX, Piece};

/// One record made of neighbouring pieces of a text, encoded as every other record.
///
/// Header, call site, task, spans and fields are those of the first piece. Where that is not the
/// beginning of the text, or the last one not its end, the flags of the header go on saying so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joined {
    bytes: Vec<u8>,
    /// Where the length of the message stands, which is the last item.
    len_at: usize,
    /// The piece that would go on with it.
    next: Piece,
}

impl Joined {
    /// Begins with one piece; `None` where `bytes` are not a piece of a text.
    pub(crate) fn begin(bytes: &[u8]) -> Option<Self> {
        let Piece { text, index } = piece(bytes)?;
        let (header, items) = bytes.split_at_checked(HEADER_LEN)?;
        let mut joined = Self {
            bytes: header.to_vec(),
            len_at: 0,
            next: Piece { text, index: index.checked_add(1)? },
        };
        for (tag, payload) in Items::new(items) {
            if !matches!(tag, tag::MESSAGE | tag::PIECE) {
                let len = u16::try_from(payload.len()).ok()?;
                joined.bytes.push(tag);
                joined.bytes.extend(len.to_le_bytes());
                joined.bytes.extend(payload);
            }
        }
        joined.len_at = joined.bytes.len() + 1;
        joined.bytes.extend([tag::MESSAGE, 0, 0]);
        joined.append(message_bytes(bytes).unwrap_or_default()).then_some(joined)
    }

    /// Adds the piece that goes on; false where `bytes` are another one.
    pub(crate) fn extend(&mut self, bytes: &[u8]) -> bool {
        let is_next = !self.is_complete() && piece(bytes) == Some(self.next);
        let Some(index) = self.next.index.checked_add(1).filter(|_| is_next) else { return false };
        let taken = self.append(message_bytes(bytes).unwrap_or_default());
        if taken {
            self.next.index = index;
            let flags = self.bytes[1] & !Flags::CONTINUED;
            self.bytes[1] = flags | bytes[1] & (Flags::CONTINUED | Flags::TRUNCATED);
        }
        taken
    }

    /// Whether nothing can be added: the text, or as much of it as one record takes, is at its end.
    /// Texts are cut before every piece whose number is a multiple of [`PIECES_MAX`], so that the
    /// parts are the same from whichever end they are read.
    pub(crate) fn is_complete(&self) -> bool {
        self.bytes[1] & Flags::CONTINUED == 0 || self.next.index % PIECES_MAX == 0
    }

    /// Number of the text.
    pub(crate) fn text(&self) -> u32 {
        self.next.text
    }

    /// The encoded record.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds to the message; false where its length would not fit.
    fn append(&mut self, text: &[u8]) -> bool {
        let len = self.bytes.len() - self.len_at - 2 + text.len();
        let Ok(len) = u16::try_from(len) else { return false };
        self.bytes.extend(text);
        self.bytes[self.len_at..self.len_at + 2].copy_from_slice(&len.to_le_bytes());
        true
    }
}
