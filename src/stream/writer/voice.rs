//! The level and target under which text becomes records of one stream.

use crate::record::{Level, Site};
use crate::ring::Storage;
use crate::stream::core::{Core, Origin};
use crate::stream::levels::Verdict;
use crate::stream::text::piece_max;
use crate::sync::plain::{AtomicU32, Ordering};

use super::lines::Part;

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

impl<'a> Voice<'a> {
    pub(super) const fn new(level: Level, target: &'a str) -> Self {
        Self { level, target, site: AtomicU32::new(UNASKED), verdict: Verdict::none() }
    }

    /// The most bytes of text that a record surely takes.
    pub(super) fn piece_max<S: Storage>(&self, core: &Core<S>) -> usize {
        piece_max(core, self.target)
    }

    /// Writes a record, if its level passes.
    pub(super) fn say<S: Storage>(&self, core: &Core<S>, part: &Part<'_>) {
        if !core.state.levels.allows_site(self.level, self.target, &self.verdict) {
            return;
        }
        let origin = Origin { level: self.level, site: self.site(core) };
        core.write(
            origin,
            || Site::new(self.target),
            |encoder| {
                if let Some(piece) = part.piece {
                    encoder.piece(piece, !part.continued);
                }
                match part.text.as_str() {
                    Some(text) => encoder.message_str(text),
                    None => encoder.message(format_args!("{}", part.text)),
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
        let site = core.target_entry(self.target);
        self.site.store(site, Ordering::Relaxed);
        site
    }
}
