//! The fast paths find exactly what rendering everything and searching the text finds.

use std::string::String;
use std::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::sample::{Sample, cat, stream_of, text};
use crate::pattern::Pattern;
use crate::record::Zone;
use crate::stream::{Query, RingStream};

/// A piece of a line: which line, from where, how long.
type Cut = (Index, Index, usize);

/// What becomes of the piece.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Literal,
    Glob,
    Expression,
    Inverted,
    IgnoreCase,
    AnyOf,
}

fn needle(lines: &[String], (line, from, len): &Cut) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let chars: Vec<char> = lines[line.index(lines.len())].chars().collect();
    let from = from.index(chars.len() + 1);
    chars[from..].iter().take(*len).collect()
}

fn pattern(kind: Kind, needle: &str) -> Pattern {
    match kind {
        Kind::Literal => Pattern::literal(needle),
        Kind::Glob => Pattern::glob(&std::format!("*{needle}*")),
        Kind::Expression => Pattern::regex(&std::format!("{}.?", regex::escape(needle))).unwrap(),
        Kind::Inverted => Pattern::literal(needle).invert(),
        Kind::IgnoreCase => Pattern::literal(needle).ignore_case().unwrap(),
        Kind::AnyOf => Pattern::any_of([Pattern::literal(needle), Pattern::literal("abc")]),
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(&[
        Kind::Literal,
        Kind::Literal,
        Kind::Literal,
        Kind::Glob,
        Kind::Expression,
        Kind::Inverted,
        Kind::IgnoreCase,
        Kind::AnyOf,
    ])
}

fn lines(query: Query, stream: &RingStream) -> Vec<String> {
    query.zone(Zone::Utc).lines(stream).collect()
}

fn naive(lines: &[String], pattern: &Pattern) -> Vec<String> {
    lines.iter().filter(|line| pattern.matches(line)).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..Default::default() })]

    #[test]
    fn grep_finds_what_is_in_the_text(
        samples in vec(Sample::any(), 0..12),
        cuts in vec(((any::<Index>(), any::<Index>(), 1usize..12), kinds()), 20),
    ) {
        let stream = stream_of(&samples);
        let all = cat(&stream);
        prop_assert_eq!(&all, &lines(Query::new(), &stream));
        for (cut, kind) in &cuts {
            let needle = needle(&all, cut);
            let pattern = pattern(*kind, &needle);
            let found = lines(Query::new().grep(pattern.clone()), &stream);
            prop_assert_eq!(found, naive(&all, &pattern), "{:?} {:?}", kind, needle);
        }
    }

    #[test]
    fn grep_finds_what_nobody_cut_out(
        samples in vec(Sample::any(), 0..12),
        needles in vec((text(), kinds()), 10),
    ) {
        let stream = stream_of(&samples);
        let all = cat(&stream);
        for (needle, kind) in &needles {
            let pattern = pattern(*kind, needle);
            let found = lines(Query::new().grep(pattern.clone()), &stream);
            prop_assert_eq!(found, naive(&all, &pattern), "{:?} {:?}", kind, needle);
        }
    }

    #[test]
    fn the_last_are_the_end_of_all(
        samples in vec(Sample::any(), 0..20),
        cut in (any::<Index>(), any::<Index>(), 1usize..4),
        last in 0usize..6,
    ) {
        let stream = stream_of(&samples);
        let query = Query::new().grep(Pattern::literal(&needle(&cat(&stream), &cut)));
        let all = lines(query.clone(), &stream);
        let tail = &all[all.len().saturating_sub(last)..];
        prop_assert_eq!(lines(query.clone().last(last), &stream), tail);
        prop_assert_eq!(query.zone(Zone::Utc).last_match(&stream), all.last().cloned());
    }
}
