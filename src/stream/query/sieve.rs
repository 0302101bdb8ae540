//! What a query wants, made ready for one stream.

use std::vec::Vec;

use crate::pattern::Pattern;
use crate::record::{Names, Peek};
use crate::stream::name::Name;

use super::Query;
use super::needle::Needle;
use super::selection::Selection;

/// Decides about records, the cheap questions first: `selection`, then
/// [`may_match`](Self::may_match), then [`matches`](Self::matches).
#[derive(Debug)]
pub(super) struct Sieve {
    pub(super) selection: Selection,
    patterns: Vec<Pattern>,
    needle: Option<Needle>,
}

impl Sieve {
    pub(super) fn new(query: &Query, name: Name) -> Self {
        let literals = query.patterns.iter().filter_map(Pattern::required_literal);
        let longest = literals.max_by_key(|literal| literal.len());
        Self {
            selection: query.selection.clone(),
            patterns: query.patterns.clone(),
            needle: longest.map(|literal| Needle::new(literal, name)),
        }
    }

    /// Whether its line may match; decided without rendering it.
    #[inline]
    pub(super) fn may_match(&self, head: &Peek, bytes: &[u8], names: &impl Names) -> bool {
        self.needle.as_ref().is_none_or(|needle| needle.may_be_in(head, bytes, names))
    }

    pub(super) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    pub(super) fn matches(&self, line: &str) -> bool {
        self.patterns.iter().all(|pattern| pattern.matches(line))
    }
}
