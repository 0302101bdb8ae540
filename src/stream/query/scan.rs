//! From records to the lines of a query: what matches, and what stands around it.

use core::fmt;
use std::collections::VecDeque;
use std::string::{String, ToString};

use crate::record::peek;
use crate::ring::Storage;
use crate::stream::backward::Backward;
use crate::stream::core::Core;
use crate::stream::cursor::{Cursor, Entry};
use crate::stream::decoder::Decoder;
use crate::stream::join::{Joiner, JoinerBack};
use crate::stream::kept::Kept;
use crate::stream::merge::{Next, Raw};
use crate::stream::position::Position;

use super::Query;
use super::printer::Printer;
use super::sieve::Sieve;

/// Where lines go.
pub(super) trait Out {
    fn line(&mut self, line: &str) -> fmt::Result;
}

/// Lines with their ends.
#[derive(Debug)]
pub(super) struct Ended<'w, W: ?Sized>(pub(super) &'w mut W);

impl<W: fmt::Write + ?Sized> Out for Ended<'_, W> {
    fn line(&mut self, line: &str) -> fmt::Result {
        self.0.write_str(line)?;
        self.0.write_str("\n")
    }
}

impl Out for VecDeque<String> {
    fn line(&mut self, line: &str) -> fmt::Result {
        self.push_back(line.to_string());
        Ok(())
    }
}

/// Goes over records, the oldest first, and writes the lines that a query asks for.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) sieve: Sieve,
    printer: Printer,
    /// How many records to show before and after one that matches.
    before: usize,
    after: usize,
    /// How many of those after it are still to be shown.
    owed: usize,
    /// Records that may have to be shown before the next one that matches.
    kept: VecDeque<Kept>,
    /// Whether a record was left out since the last line.
    has_gap: bool,
    /// Whether a line was written since the beginning or the last loss.
    has_lines: bool,
    /// What comes before this place is only shown around something else.
    first: Option<Position>,
    /// Records that matched.
    pub(super) found: usize,
    /// How many of them are wanted.
    limit: usize,
    joiner: Joiner,
    joiner_back: JoinerBack,
}

impl Scan {
    pub(super) fn new<S: Storage>(query: &Query, core: &Core<S>) -> Self {
        let Query { context: (before, after), ref format, zone, .. } = *query;
        Self {
            sieve: Sieve::new(query, core.name),
            printer: Printer::new(format.clone(), core.name, zone),
            before,
            after,
            owed: 0,
            kept: VecDeque::new(),
            has_gap: false,
            has_lines: false,
            first: None,
            found: 0,
            limit: usize::MAX,
            joiner: Joiner::default(),
            joiner_back: JoinerBack::default(),
        }
    }

    /// A cursor from which the last `count` records that match are met, and those to be shown
    /// before them.
    ///
    /// Going there and reading on from there meets each record once, those included that were not
    /// finished when they were passed on the way back.
    pub(super) fn cursor_before_last<'a, S: Storage>(
        &mut self,
        count: usize,
        core: &'a Core<S>,
    ) -> Cursor<'a, S> {
        let mut reader = Backward::newest(core);
        let mut found = 0;
        while found < count {
            match self.step_back(&mut reader) {
                Some(is_match) => found += usize::from(is_match),
                None => break,
            }
        }
        self.first = Some(reader.position());
        let mut lead = if found > 0 { self.before } else { 0 };
        while lead > 0 && self.step_back(&mut reader).is_some() {
            lead -= 1;
        }
        let start = self.joiner_back.reach(reader.position());
        Cursor::at(core, &start).unwrap_or_else(|| Cursor::newest(core))
    }

    /// Steps back to the next record that is selected, and says whether it matches; `None` when
    /// there is none.
    pub(super) fn step_back<S: Storage>(&mut self, reader: &mut Backward<'_, S>) -> Option<bool> {
        while reader.advance() {
            if !self.joiner_back.meet(reader) {
                continue;
            }
            let (raw, decoder) = reader.raw();
            let raw = self.joiner_back.current(raw);
            let Some(head) = peek(raw.bytes) else { continue };
            if !self.sieve.selection.selects(&head, raw.bytes, decoder) {
                continue;
            }
            if !self.sieve.may_match(&head, raw.bytes, decoder.names()) {
                return Some(false);
            }
            let Entry::Record(record) = decoder.entry(raw) else { continue };
            let has_patterns = self.sieve.has_patterns();
            return Some(!has_patterns || self.sieve.matches(self.printer.text(&record)));
        }
        None
    }

    /// The line of the record that was stepped back to.
    pub(super) fn line_of<S: Storage>(&mut self, reader: &mut Backward<'_, S>) -> &str {
        let (raw, decoder) = reader.raw();
        match decoder.entry(self.joiner_back.current(raw)) {
            Entry::Record(record) => self.printer.record(&record, false),
            Entry::Lost(lost) => self.printer.lost(lost),
        }
    }

    /// Ends after so many records that match.
    pub(super) fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Whether nothing more is wanted.
    pub(super) fn is_complete(&self) -> bool {
        self.found >= self.limit && self.owed == 0
    }

    /// Takes what `cursor` has stepped to.
    #[inline]
    pub(super) fn take<S: Storage>(
        &mut self,
        next: Next,
        cursor: &mut Cursor<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        match next {
            Next::Record => {
                let (raw, decoder) = cursor.raw();
                if self.joiner.takes(raw) {
                    return self.texts(decoder, out);
                }
                self.record(raw, decoder, out)
            }
            Next::Lost(lost) => {
                self.finish(cursor, out)?;
                self.lost(lost, out)
            }
            Next::Nothing => Ok(()),
        }
    }

    /// Takes the long texts that are not complete as they are, because `cursor` is at its end.
    pub(super) fn finish<S: Storage>(
        &mut self,
        cursor: &mut Cursor<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        if self.joiner.give_up() { self.texts(cursor.raw().1, out) } else { Ok(()) }
    }

    /// Takes the long texts that are to be delivered.
    fn texts<S: Storage>(
        &mut self,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        while let Some(text) = self.joiner.pop() {
            self.record(text.raw(), decoder, out)?;
        }
        Ok(())
    }

    #[inline]
    fn record<S: Storage>(
        &mut self,
        raw: Raw<'_>,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        let Some(head) = peek(raw.bytes) else { return self.lost(1, out) };
        if !self.sieve.selection.selects(&head, raw.bytes, decoder) {
            return Ok(());
        }
        if self.is_wanted(raw) && self.sieve.may_match(&head, raw.bytes, decoder.names()) {
            return self.look(raw, decoder, out);
        }
        self.pass(raw, decoder, out)
    }

    #[inline]
    fn is_wanted(&self, raw: Raw<'_>) -> bool {
        let is_before = |first: &Position| raw.seq < first.next[usize::from(raw.shard)];
        self.found < self.limit && !self.first.as_ref().is_some_and(is_before)
    }

    /// Renders the record and lets the patterns decide.
    fn look<S: Storage>(
        &mut self,
        raw: Raw<'_>,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        let Entry::Record(record) = decoder.entry(raw) else { return self.lost(1, out) };
        let has_patterns = self.sieve.has_patterns();
        if has_patterns && !self.sieve.matches(self.printer.text(&record)) {
            return self.pass(raw, decoder, out);
        }
        if self.before > 0 {
            self.write_kept(decoder, out)?;
            // What was kept took the place of the line.
            return self.write_match(raw, decoder, out);
        }
        self.begin(out)?;
        self.found += 1;
        self.owed = self.after;
        out.line(self.printer.record(&record, has_patterns))
    }

    fn write_match<S: Storage>(
        &mut self,
        raw: Raw<'_>,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        self.found += 1;
        self.owed = self.after;
        self.write(raw, decoder, out)
    }

    /// A record that does not match.
    #[inline]
    fn pass<S: Storage>(
        &mut self,
        raw: Raw<'_>,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        if self.owed > 0 {
            self.owed -= 1;
            return self.write(raw, decoder, out);
        }
        if self.before == 0 {
            self.has_gap = true;
            return Ok(());
        }
        let mut kept = Kept::default();
        if self.kept.len() == self.before {
            self.has_gap = true;
            kept = self.kept.pop_front().unwrap_or_default();
        }
        kept.replace(raw);
        self.kept.push_back(kept);
        Ok(())
    }

    fn write_kept<S: Storage>(
        &mut self,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        for kept in core::mem::take(&mut self.kept) {
            self.write(kept.raw(), decoder, out)?;
        }
        Ok(())
    }

    fn write<S: Storage>(
        &mut self,
        raw: Raw<'_>,
        decoder: &mut Decoder<'_, S>,
        out: &mut impl Out,
    ) -> fmt::Result {
        self.begin(out)?;
        match decoder.entry(raw) {
            Entry::Record(record) => out.line(self.printer.record(&record, false)),
            Entry::Lost(lost) => self.lost(lost, out),
        }
    }

    /// What stands before a line that does not follow the last one.
    fn begin(&mut self, out: &mut impl Out) -> fmt::Result {
        let is_apart = self.has_gap && self.has_lines && self.before + self.after > 0;
        (self.has_gap, self.has_lines) = (false, true);
        match self.printer.gap() {
            Some(gap) if is_apart => out.line(gap),
            _ => Ok(()),
        }
    }

    fn lost(&mut self, lost: u64, out: &mut impl Out) -> fmt::Result {
        self.kept.clear();
        (self.owed, self.has_gap, self.has_lines) = (0, false, false);
        out.line(self.printer.lost(lost))
    }
}
