//! Texts that are too long for one record, put together again for who reads forward.
//!
//! A text comes out where its last piece stands, so nothing behind its beginning has to wait for
//! it. It comes out in parts where pieces are missing, and as far as it goes where the reader ends
//! or loses records; each part says that something is missing. Pieces are known by the text's
//! number and their own, so texts that are written side by side do not mix.

mod backward;
#[cfg(test)]
mod tests;

use core::mem::take;
use std::collections::VecDeque;
use std::vec::Vec;

use crate::record::{Joined, peek};
use crate::ring::Storage;

use super::cursor::{Cursor, Entry};
use super::decoder::Seen;
use super::merge::{Next, Raw};

pub(super) use backward::JoinerBack;

/// Texts that are put together at the same time; one more, and the oldest comes out as it is. Each
/// takes up to 64 KiB.
const OPEN_MAX: usize = 16;

/// Puts the texts of one reader together.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    /// Texts that are not complete, those that began first in front.
    open: Vec<Text>,
    /// Texts that are to be delivered, after which `lost` records are to be told.
    ready: VecDeque<Text>,
    lost: u64,
    /// The text that was delivered last.
    current: Text,
}

/// A text, or a part of one, and where its last piece stood.
#[derive(Debug, Default)]
pub(super) struct Text {
    joined: Joined,
    shard: u8,
    seq: u64,
    out_of_order: bool,
}

/// What there is to deliver.
enum Found {
    Record,
    Text,
    Lost(u64),
    Nothing,
}

impl Text {
    /// Begins a text; `None` where the record is not a piece of one.
    fn begin(raw: Raw<'_>) -> Option<Self> {
        let mut text = Self { joined: Joined::begin(raw.bytes)?, ..Self::default() };
        text.stand_at(raw);
        Some(text)
    }

    fn extend(&mut self, raw: Raw<'_>) -> bool {
        let taken = self.joined.extend(raw.bytes);
        if taken {
            self.stand_at(raw);
        }
        taken
    }

    fn stand_at(&mut self, raw: Raw<'_>) {
        let Raw { shard, seq, out_of_order, .. } = raw;
        (self.shard, self.seq, self.out_of_order) = (shard, seq, out_of_order);
    }

    pub(super) fn raw(&self) -> Raw<'_> {
        let Self { ref joined, shard, seq, out_of_order } = *self;
        Raw { bytes: joined.bytes(), shard, seq, out_of_order }
    }
}

impl Joiner {
    /// Shows the next thing that `cursor` has, or that was put together of what it had.
    #[inline]
    pub(crate) fn visit<S: Storage, T>(
        &mut self,
        cursor: &mut Cursor<'_, S>,
        act: impl FnOnce(Seen<'_, '_>) -> T,
    ) -> Option<T> {
        Some(match self.find(cursor, Cursor::advance) {
            Found::Record => cursor.visit(act),
            Found::Text => cursor.raw().1.visit(self.current.raw(), act),
            Found::Lost(lost) => act(Seen::Lost(lost)),
            Found::Nothing => return None,
        })
    }

    /// The next thing of a cursor that ends: at its end come the texts that are not complete.
    #[inline]
    pub(crate) fn next_to_end<'j, S: Storage>(
        &'j mut self,
        cursor: &'j mut Cursor<'_, S>,
    ) -> Option<Entry<'j>> {
        let mut found = self.find(cursor, Cursor::advance_to_end);
        if matches!(found, Found::Nothing) && self.give_up() {
            found = self.find(cursor, |_| Next::Nothing);
        }
        self.entry(found, cursor)
    }

    /// Takes the record if it is a piece of a long text; then [`pop`](Self::pop) tells whether
    /// there is something to deliver.
    #[inline]
    pub(super) fn takes(&mut self, raw: Raw<'_>) -> bool {
        let is_piece = peek(raw.bytes).is_some_and(|head| head.flags.is_piece());
        is_piece && self.join(raw)
    }

    /// Has the texts delivered that are not complete; whether there are any.
    pub(crate) fn give_up(&mut self) -> bool {
        self.ready.extend(self.open.drain(..));
        !self.ready.is_empty()
    }

    /// The next text that is to be delivered.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Text> {
        self.ready.pop_front()
    }

    #[cold]
    fn join(&mut self, raw: Raw<'_>) -> bool {
        let Some(new) = Text::begin(raw) else { return false };
        let known = self.open.iter().position(|text| text.joined.text() == new.joined.text());
        if let Some(index) = known {
            let goes_on = self.open[index].extend(raw);
            if !goes_on || self.open[index].joined.is_complete() {
                self.ready.push_back(self.open.remove(index));
            }
            if goes_on {
                return true;
            }
            // The pieces between the two are missing, so that a new part begins.
        }
        if new.joined.is_complete() {
            self.ready.push_back(new);
            return true;
        }
        if self.open.len() == OPEN_MAX {
            self.ready.push_back(self.open.remove(0));
        }
        self.open.push(new);
        true
    }

    #[inline]
    fn find<'a, S: Storage>(
        &mut self,
        cursor: &mut Cursor<'a, S>,
        advance: impl Fn(&mut Cursor<'a, S>) -> Next,
    ) -> Found {
        loop {
            if let Some(text) = self.pop() {
                self.current = text;
                return Found::Text;
            }
            if self.lost > 0 {
                return Found::Lost(take(&mut self.lost));
            }
            match advance(cursor) {
                Next::Record if !self.takes(cursor.raw().0) => return Found::Record,
                Next::Record => {}
                Next::Lost(lost) => {
                    self.give_up();
                    self.lost = lost;
                }
                Next::Nothing => return Found::Nothing,
            }
        }
    }

    #[inline]
    fn entry<'j, S: Storage>(
        &'j self,
        found: Found,
        cursor: &'j mut Cursor<'_, S>,
    ) -> Option<Entry<'j>> {
        match found {
            Found::Record => Some(cursor.entry()),
            Found::Text => Some(cursor.raw().1.entry(self.current.raw())),
            Found::Lost(lost) => Some(Entry::Lost(lost)),
            Found::Nothing => None,
        }
    }
}
