//! Long texts for who reads from the newest record to the oldest.

use std::vec::Vec;

use crate::record::{PIECES_MAX, Piece, peek, piece};
use crate::ring::Storage;
use crate::stream::backward::Backward;
use crate::stream::kept::Kept;
use crate::stream::merge::Raw;
use crate::stream::position::Position;

use super::Text;

/// Texts whose end was met and whose beginning was not; the oldest of more is forgotten, and its
/// earlier pieces are then taken for a text of their own.
const MET_MAX: usize = 64;

/// Puts texts together where their last piece is met, which is where a [`Joiner`](super::Joiner)
/// delivers them: the pieces before it are looked for from there, and passed over when their turn
/// comes.
#[derive(Debug, Default)]
pub(in crate::stream) struct JoinerBack {
    /// The next piece to pass over, for each text.
    met: Vec<Piece>,
    text: Option<Text>,
    /// The first piece of all texts in each shard.
    begin: Option<Position>,
}

impl JoinerBack {
    /// Looks at the record that `reader` has stepped to; false if it belongs to a text that was met
    /// already.
    #[inline]
    pub(in crate::stream) fn meet<S: Storage>(&mut self, reader: &mut Backward<'_, S>) -> bool {
        self.text = None;
        let (raw, _) = reader.raw();
        let is_piece = peek(raw.bytes).is_some_and(|head| head.flags.is_piece());
        !is_piece || self.join(reader)
    }

    /// The text that was met, or else the record itself.
    pub(in crate::stream) fn current<'j>(&'j self, raw: Raw<'j>) -> Raw<'j> {
        self.text.as_ref().map_or(raw, Text::raw)
    }

    /// From where a cursor meets whole what was met here: `position`, or where a text begins that
    /// ends behind it.
    pub(in crate::stream) fn reach(&self, mut position: Position) -> Position {
        let begins = self.begin.iter().flat_map(|begin| &begin.next);
        for (next, begin) in position.next.iter_mut().zip(begins) {
            *next = (*next).min(*begin);
        }
        position
    }

    #[cold]
    fn join<S: Storage>(&mut self, reader: &mut Backward<'_, S>) -> bool {
        let (raw, _) = reader.raw();
        let Some(last) = piece(raw.bytes) else { return true };
        let is_met = self.met.contains(&last);
        self.met.retain(|piece| piece.text != last.text);
        if self.met.len() == MET_MAX {
            self.met.remove(0);
        }
        self.met.extend(before(last));
        if !is_met {
            let pieces = collect(reader, last);
            self.begin_at(&pieces, reader.position());
            self.text = put_together(&pieces);
        }
        !is_met
    }

    fn begin_at(&mut self, pieces: &[Kept], here: Position) {
        let begin = self.begin.get_or_insert_with(|| {
            let next = here.next.iter().map(|_| u64::MAX).collect();
            Position { next, ..here }
        });
        for Raw { shard, seq, .. } in pieces.iter().map(Kept::raw) {
            if let Some(next) = begin.next.get_mut(usize::from(shard)) {
                *next = seq.min(*next);
            }
        }
    }
}

/// The piece before `piece` in the same part of its text.
fn before(piece: Piece) -> Option<Piece> {
    let is_first = piece.index % PIECES_MAX == 0;
    (!is_first).then(|| Piece { index: piece.index - 1, ..piece })
}

/// The piece that `reader` has stepped to and those before it that are there, the last one first.
fn collect<S: Storage>(reader: &mut Backward<'_, S>, last: Piece) -> Vec<Kept> {
    let mut pieces = std::vec![Kept::new(reader.raw().0)];
    let mut wanted = before(last);
    let mut reader = reader.fork();
    while let Some(next) = wanted {
        if !reader.advance() {
            break;
        }
        let (raw, _) = reader.raw();
        let is_piece = peek(raw.bytes).is_some_and(|head| head.flags.is_piece());
        match piece(raw.bytes) {
            Some(found) if is_piece && found == next => {
                pieces.push(Kept::new(raw));
                wanted = before(found);
            }
            // The one between the two is missing.
            Some(found) if is_piece && found.text == next.text => break,
            _ => {}
        }
    }
    pieces
}

fn put_together(pieces: &[Kept]) -> Option<Text> {
    let mut pieces = pieces.iter().rev();
    let mut text = Text::begin(pieces.next()?.raw())?;
    // Neighbours, so that none is refused.
    while pieces.next().is_some_and(|piece| text.extend(piece.raw())) {}
    Some(text)
}
