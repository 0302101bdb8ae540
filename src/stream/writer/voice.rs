//! The level and target under which text becomes records of one stream.

use crate::record::{Append, Buffer, INLINE_TEXT_MAX, Level, MAX_LEN, Site};
use crate::ring::Storage;
use crate::stream::core::{Core, Origin};
use crate::stream::levels::Verdict;
use crate::sync::plain::{AtomicU32, Ordering};

use super::lines::Piece;

/// Level and target, with what the stream says of them.
#[derive(Debug)]
pub(super) struct Voice<'a> {
    level: Level,
    target: &'a str,
    /// Entry of the target in the string table, 0 if that is full, [`UNASKED`] at first.
    site: AtomicU32,
    verdict: Verdict,
}

const UNASKED: u32 = u32::MAX;

/// Bytes of a record beside the names and the text: its header, a task, the items' heads.
const OVERHEAD: usize = 64;

impl<'a> Voice<'a> {
    pub(super) const fn new(level: Level, target: &'a str) -> Self {
        Self { level, target, site: AtomicU32::new(UNASKED), verdict: Verdict::none() }
    }

    /// The most bytes of text that a record surely takes.
    pub(super) fn piece_max<S: Storage>(&self, core: &Core<S>) -> usize {
        let record_max = core.storage.region().shard(0).len_max().min(MAX_LEN);
        let names = self.target.len().min(INLINE_TEXT_MAX) + INLINE_TEXT_MAX.min(record_max / 5);
        record_max.saturating_sub(OVERHEAD + names)
    }

    /// Writes a record, if its level passes.
    pub(super) fn say<S: Storage>(&self, core: &Core<S>, piece: &Piece<'_>) {
        if !core.state.levels.allows_site(self.level, self.target, &self.verdict) {
            return;
        }
        let origin = Origin { level: self.level, site: self.site(core) };
        core.write(
            origin,
            || Site::new(self.target),
            |encoder| {
                if piece.continues {
                    encoder.continues();
                }
                if piece.continued {
                    encoder.continued();
                }
                match piece.text.as_str() {
                    Some(text) => encoder.message_str(text),
                    None => encoder.message(format_args!("{}", piece.text)),
                };
            },
        );
    }

    fn site<S: Storage>(&self, core: &Core<S>) -> u32 {
        // Relaxed: the table itself publishes what an id stands for.
        let known = self.site.load(Ordering::Relaxed);
        if known != UNASKED {
            return known;
        }
        let mut blob = Buffer::new();
        let is_whole = Site::new(self.target).encode_into(&mut blob);
        let site = if is_whole { core.strings().intern(blob.bytes()).unwrap_or(0) } else { 0 };
        self.site.store(site, Ordering::Relaxed);
        site
    }
}
