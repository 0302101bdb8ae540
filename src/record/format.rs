//! The bytes of one record, [`VERSION`] 1. All numbers are little endian and unaligned.
//!
//! ```text
//! header, 16 bytes   u8 level (1..=5) | u8 flags | u16 thread | u32 site | u64 ticks
//! then items         u8 tag | u16 length | payload of that length
//!
//! flags              1 truncated: something was cut
//!                    2 literal: the message is the call site's literal
//!                    4 continues: goes on with the text of an earlier record
//!                    8 continued: the text goes on in a later record
//! site               entry of the call site in the string table; 0: none, a Site item may follow
//!
//! tag 1 Message      UTF-8
//!     2 Field        key, value
//!     3 Site         site blob (see below), only where the header names no site
//!     4 Task         u64 id | u32 run | u32 entry of the name in the string table, or 0 and then
//!                    the name itself
//!     5 Span         u8 length, name | Field items, whose keys are all inline
//!     6 Piece        u32 number of the long text | u32 which piece of it, counted from 0; stands
//!                    where flag 4 or 8 is set
//!     7 Seal         u64 checksum of all bytes before the item; the last item, where there is one
//!
//! key                u8 k; below 255 the k-th field name of the call site, else u8 length, name
//! value              u8 type | payload up to the end of the item
//! type 1 Bool        u8, 0 or 1
//!      2 I64         8 bytes
//!      3 U64         8 bytes
//!      4 I128        16 bytes
//!      5 U128        16 bytes
//!      6 F64         8 bytes, IEEE 754
//!      7 Str         UTF-8
//!      8 Bytes       anything
//!      9 Debug       UTF-8
//!     10 Error       texts, each u16 length and UTF-8; the outermost error first
//!
//! site blob          u32 line | u8 flags: 1 line, 2 module, 4 file, 8 literal present,
//!                    16 the module is the target
//!                    u8 count of field names | u16 end of each text in what follows | the texts,
//!                    UTF-8: target; module, file, literal, each where present; the field names
//! ```
//!
//! A board's record may be brief instead, which a first byte above 127 tells:
//!
//! ```text
//! header, 8 bytes    u8 128 | 32 where something was cut | level | u8 task | u48 ticks
//! then the message   UTF-8
//! ```
//!
//! The format grows by new tags, new value types and new flags only: a decoder steps over an item
//! or a field whose number it does not know. Items may come in any order; of two Message, Site,
//! Task or Piece items the first counts.

use super::{Level, brief};

/// The version of the format; it changes when an old decoder would misread new bytes.
pub const VERSION: u16 = 1;

/// Length of the header in bytes.
pub(crate) const HEADER_LEN: usize = 16;

/// The key byte that says that the key's name follows.
pub(super) const INLINE_KEY: u8 = 0xFF;

/// Length of an item's tag and length in bytes.
pub(super) const ITEM_LEN: usize = 3;

/// Tags of items.
pub(super) mod tag {
    pub(in super::super) const MESSAGE: u8 = 1;
    pub(in super::super) const FIELD: u8 = 2;
    pub(in super::super) const SITE: u8 = 3;
    pub(in super::super) const TASK: u8 = 4;
    pub(in super::super) const SPAN: u8 = 5;
    pub(in super::super) const PIECE: u8 = 6;
    pub(in super::super) const SEAL: u8 = 7;
}

/// Types of values.
pub(super) mod kind {
    pub(in super::super) const BOOL: u8 = 1;
    pub(in super::super) const I64: u8 = 2;
    pub(in super::super) const U64: u8 = 3;
    pub(in super::super) const I128: u8 = 4;
    pub(in super::super) const U128: u8 = 5;
    pub(in super::super) const F64: u8 = 6;
    pub(in super::super) const STR: u8 = 7;
    pub(in super::super) const BYTES: u8 = 8;
    pub(in super::super) const DEBUG: u8 = 9;
    pub(in super::super) const ERROR: u8 = 10;
}

/// What the header of a record says about the whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub(super) u8);

impl Flags {
    pub(super) const TRUNCATED: u8 = 1;
    pub(super) const LITERAL: u8 = 2;
    pub(super) const CONTINUES: u8 = 4;
    pub(super) const CONTINUED: u8 = 8;

    /// Whether something was cut because the record was too long.
    pub const fn truncated(self) -> bool {
        self.0 & Self::TRUNCATED != 0
    }

    /// Whether the message is the call site's literal and so not in the record itself.
    pub const fn literal(self) -> bool {
        self.0 & Self::LITERAL != 0
    }

    /// Whether the record goes on with the text of an earlier one.
    pub const fn continues(self) -> bool {
        self.0 & Self::CONTINUES != 0
    }

    /// Whether the text goes on in a later record.
    pub const fn continued(self) -> bool {
        self.0 & Self::CONTINUED != 0
    }

    /// Whether the record holds only a piece of a text.
    #[inline]
    pub const fn is_piece(self) -> bool {
        self.0 & (Self::CONTINUES | Self::CONTINUED) != 0
    }
}

/// The fixed part of a record, as the writer knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// How bad it is.
    pub level: Level,
    /// Number of the thread in its process, counted from 1; 0 where it is not known.
    pub thread: u16,
    /// Entry of the call site in the string table; 0 for none.
    pub site: u32,
    /// Raw ticks of the process's clock.
    pub ticks: u64,
}

impl Header {
    #[inline]
    pub(super) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0] = self.level as u8;
        bytes[2..4].copy_from_slice(&self.thread.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.site.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.ticks.to_le_bytes());
        bytes
    }
}

/// The header of an encoded record: enough to merge shards and to filter by level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Peek {
    /// How bad it is.
    pub level: Level,
    /// Raw ticks of the process's clock.
    pub ticks: u64,
    /// Number of the thread in its process, counted from 1; 0 where it is not known.
    pub thread: u16,
    /// Entry of the call site in the string table; 0 for none.
    pub site: u32,
    /// What else the header says.
    pub flags: Flags,
}

/// Reads the header of an encoded record and nothing else; `None` where it is none.
#[inline]
pub fn peek(bytes: &[u8]) -> Option<Peek> {
    let Some((head, level)) = full(bytes) else { return brief::peek(bytes) };
    let [_, flags, t0, t1, s0, s1, s2, s3, ticks @ ..] = *head;
    Some(Peek {
        level,
        ticks: u64::from_le_bytes(ticks),
        thread: u16::from_le_bytes([t0, t1]),
        site: u32::from_le_bytes([s0, s1, s2, s3]),
        flags: Flags(flags),
    })
}

/// The header of a record that is not brief, and its level.
#[inline]
fn full(bytes: &[u8]) -> Option<(&[u8; HEADER_LEN], Level)> {
    let head: &[u8; HEADER_LEN] = bytes.first_chunk()?;
    Some((head, Level::from_u8(head[0])?))
}
