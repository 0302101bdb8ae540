//! Texts of any length as records: those that one record does not take become several.

use core::fmt::{self, Write};

use arrayvec::ArrayString;

use crate::record::{INLINE_TEXT_MAX, Level, MAX_LEN, PIECES_MAX, Piece, Site, floor};
use crate::ring::Storage;
use crate::sync::plain::{AtomicU32, Ordering};

use super::RingStream;
use super::core::{Core, Origin};

/// Bytes of a record beside the names and the text: its header, a task, the items' heads.
const OVERHEAD: usize = 64;

static TEXTS: AtomicU32 = AtomicU32::new(0);

/// The number of a new long text.
pub(super) fn next_text() -> Piece {
    Piece { text: TEXTS.fetch_add(1, Ordering::Relaxed), index: 0 }
}

impl<S: Storage> RingStream<S> {
    /// Writes a text that may be long, a traceback for example, as one message.
    ///
    /// What one record does not take is written as up to 16 of them, some 60 KB in all (less in a
    /// ring whose records are shorter); what exceeds that is cut, flagged and counted. `cat`,
    /// `grep`, queries and sinks show it as one line again; of a text of which some records were
    /// lost they show the parts, with `…` where something is missing. A [`Cursor`](super::Cursor)
    /// delivers the records as they are. It allocates nothing.
    ///
    /// ```
    /// use ringvisor::record::Level;
    /// use ringvisor::stream::Config;
    ///
    /// let stream = Config::new().name("demo").build()?;
    /// let trace = "task hash: awaiting read_file\n".repeat(1000);
    /// stream.write_text(Level::Error, "panic", format_args!("{trace}"));
    ///
    /// assert!(stream.stats().written > 1);
    /// let mut text = String::new();
    /// stream.cat(&mut text)?;
    /// assert_eq!(text.lines().count(), 1);
    /// assert_eq!(text.matches("read_file").count(), 1000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_text(&self, level: Level, target: &str, text: fmt::Arguments<'_>) {
        if level > self.max_level() || !self.allows(level, target) {
            return;
        }
        let origin = Origin { level, site: self.core.target_entry(target) };
        let mut pieces = Pieces {
            core: &self.core,
            origin,
            target,
            limit: piece_max(&self.core, target),
            held: ArrayString::new(),
            next: None,
            is_cut: false,
        };
        // An error is either the end of the last piece, which is flagged, or a `Display` of the
        // user that gave up: then what it wrote before is kept.
        let _ = pieces.write_fmt(text);
        pieces.say(true);
    }
}

/// The most bytes of text that a record with this target surely takes.
pub(super) fn piece_max<S: Storage>(core: &Core<S>, target: &str) -> usize {
    let record_max = core.storage.region().shard(0).len_max().min(MAX_LEN);
    let names = target.len().min(INLINE_TEXT_MAX) + INLINE_TEXT_MAX.min(record_max / 5);
    record_max.saturating_sub(OVERHEAD + names).max(char::MAX.len_utf8())
}

/// A text that is being formatted. What is held becomes a piece when more comes than it takes.
struct Pieces<'s, S> {
    core: &'s Core<S>,
    origin: Origin,
    target: &'s str,
    /// The most bytes of a piece, `4..=MAX_LEN`.
    limit: usize,
    held: ArrayString<MAX_LEN>,
    /// Which piece is held; `None` while it may be all of the text.
    next: Option<Piece>,
    /// Whether the text is longer than all pieces.
    is_cut: bool,
}

impl<S: Storage> Pieces<'_, S> {
    fn say(&mut self, is_last: bool) {
        let piece = self.next.or_else(|| (!is_last).then(next_text));
        self.core.write(
            self.origin,
            || Site::new(self.target),
            |encoder| {
                if let Some(piece) = piece {
                    encoder.piece(piece, is_last);
                }
                if self.is_cut {
                    encoder.truncated();
                }
                encoder.message_str(&self.held);
            },
        );
        self.next = piece.map(|piece| Piece { index: piece.index + 1, ..piece });
        self.held.clear();
    }

    /// Takes as much of `text` as there is room for, and returns the rest.
    fn hold<'t>(&mut self, text: &'t str) -> &'t str {
        let kept = floor(text, self.limit - self.held.len());
        self.held.push_str(kept);
        &text[kept.len()..]
    }
}

impl<S: Storage> Write for Pieces<'_, S> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.is_cut {
            return Err(fmt::Error);
        }
        let mut rest = self.hold(text);
        while !rest.is_empty() {
            if self.next.is_some_and(|piece| piece.index + 1 == PIECES_MAX) {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            self.say(false);
            rest = self.hold(rest);
        }
        Ok(())
    }
}
