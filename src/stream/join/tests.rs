//! Texts in pieces, put together: none mixed, none lost in silence, the same from both ends.

use std::collections::HashMap;
use std::io::Write as _;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use proptest::collection::vec as many;
use proptest::prelude::*;

use super::{Joiner, OPEN_MAX};
use crate::pattern::Pattern;
use crate::record::{Buffer, Encoder, Header, Level, NoNames, PIECES_MAX, Piece, Template, decode};
use crate::stream::merge::Raw;
use crate::stream::{Config, Format, Query, RingStream};

/// The bytes of one piece, whose message names it.
fn encoded(piece: Piece, is_last: bool) -> Vec<u8> {
    let header = Header { level: Level::Info, thread: 1, site: 0, ticks: 0 };
    let mut buffer = Buffer::new();
    let mut encoder = Encoder::new(&mut buffer, header);
    if piece.index > 0 || !is_last {
        encoder.piece(piece, is_last);
    }
    encoder.message(format_args!("{}.{} ", piece.text, piece.index));
    encoder.finish().to_vec()
}

/// Tags and payloads, many of them those of a piece.
fn items() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let piece = (0_u8..2, prop_oneof![0_u8..3, Just(255)])
        .prop_map(|(text, index)| (6, vec![text, 0, 0, 0, index, index / 9, index / 9, index / 9]));
    prop_oneof![piece, (0_u8..9, many(any::<u8>(), 0..30))]
}

/// What a joiner makes of records: for each the pieces in it, and whether it says that something
/// before and behind them is missing.
fn joined(records: &[Vec<u8>]) -> Vec<(Vec<Piece>, bool, bool)> {
    let mut joiner = Joiner::default();
    let mut found = vec![];
    for bytes in records {
        if !joiner.takes(Raw { bytes, ..Raw::default() }) {
            found.push(bytes.clone());
        }
        while let Some(text) = joiner.pop() {
            found.push(text.raw().bytes.to_vec());
        }
    }
    joiner.give_up();
    while let Some(text) = joiner.pop() {
        found.push(text.raw().bytes.to_vec());
    }
    let pieces = |bytes: Vec<u8>| {
        let record = decode(&bytes, &NoNames).unwrap();
        let piece = |name: &str| {
            let (text, index) = name.split_once('.').unwrap();
            Piece { text: text.parse().unwrap(), index: index.parse().unwrap() }
        };
        let pieces = record.message.split_whitespace().map(piece).collect();
        (pieces, record.continues, record.continued)
    };
    found.into_iter().map(pieces).collect()
}

proptest! {
    #[test]
    fn pieces_of_anybody_do_no_harm(
        records in many((any::<u8>(), many(items(), 0..5)), 1..6),
    ) {
        let mut joiner = Joiner::default();
        for (flags, items) in records {
            let mut bytes: Vec<u8> = [&[3, flags][..], &[0; 14]].concat();
            for (tag, payload) in items {
                bytes.extend([tag, payload.len() as u8, 0]);
                bytes.extend(payload);
            }
            joiner.takes(Raw { bytes: &bytes, ..Raw::default() });
        }
        joiner.give_up();
        while let Some(text) = joiner.pop() {
            let _ = decode(text.raw().bytes, &NoNames);
        }
    }

    #[test]
    fn every_piece_comes_out_once_and_every_gap_is_told(
        lengths in many(1_u32..40, 1..OPEN_MAX),
        order in many(any::<prop::sample::Index>(), 600),
        is_lost in many(prop::bool::weighted(0.1), 600),
    ) {
        let mut left: Vec<(Piece, u32)> =
            (0..).zip(&lengths).map(|(text, len)| (Piece { text, index: 0 }, *len)).collect();
        let (mut records, mut given) = (vec![], vec![]);
        for (pick, is_lost) in order.iter().zip(&is_lost) {
            if left.is_empty() {
                break;
            }
            let at = pick.index(left.len());
            let (piece, len) = left[at];
            if !is_lost {
                records.push(encoded(piece, piece.index + 1 == len));
                given.push(piece);
            }
            left[at].0.index += 1;
            left.retain(|(piece, len)| piece.index < *len);
        }
        let mut seen = HashMap::new();
        let found = joined(&records);
        for (pieces, continues, continued) in &found {
            let (first, last) = (pieces[0], pieces[pieces.len() - 1]);
            prop_assert_eq!(*continues, first.index > 0);
            prop_assert_eq!(*continued, last.index + 1 < lengths[last.text as usize]);
            for (index, piece) in (first.index..).zip(pieces) {
                prop_assert_eq!(*piece, Piece { text: first.text, index });
                prop_assert_eq!(seen.insert((piece.text, piece.index), ()), None);
            }
            // Cut only where something is missing, or where one record takes no more.
            let next = Piece { index: last.index + 1, ..last };
            prop_assert!(!given.contains(&next) || next.index % PIECES_MAX == 0);
        }
        prop_assert_eq!(seen.len(), given.len());
    }
}

/// Lines of several writers, whose pieces stand side by side in the ring, in the order in which
/// they end: the writer, how much is written, and whether the line ends there.
type Chunk = (usize, usize, bool);

fn chunks() -> impl Strategy<Value = Vec<Chunk>> {
    many((0_usize..4, 1_usize..5000, prop::bool::weighted(0.4)), 1..30)
}

/// Writes the chunks and returns the lines, those that do not end by themselves last.
fn write(stream: &RingStream, chunks: &[Chunk]) -> Vec<String> {
    let mut writers: Vec<_> = (0..4).map(|_| (stream.writer(), String::new())).collect();
    let mut lines = vec![];
    for (at, (writer, len, ends)) in chunks.iter().enumerate() {
        let (writer, line) = &mut writers[*writer];
        let text = format!("{at}é-").repeat(len / 4 + 1);
        writer.write_all(text.as_bytes()).unwrap();
        line.push_str(&text);
        if *ends {
            writer.write_all(b"\n").unwrap();
            lines.push(core::mem::take(line));
        }
    }
    for (writer, line) in writers {
        drop(writer);
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

fn stream() -> RingStream {
    Config::new().bytes(4 << 20).shards(1).build().unwrap()
}

fn messages() -> Format {
    "{message}".parse::<Template>().unwrap().into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_reader_sees_whole_lines(chunks in chunks(), digit in 0..10) {
        let stream = stream();
        let follow = stream.follow();
        let lines = write(&stream, &chunks);
        // One record takes no more; the rest of a line would be one of its own.
        prop_assume!(lines.iter().all(|line| line.len() < 56_000));

        let all = Query::new().format(messages());
        let found: Vec<_> = all.lines(&stream).collect();
        prop_assert_eq!(&found, &lines);
        let mut text = String::new();
        stream.cat(&mut text).unwrap();
        prop_assert_eq!(text.lines().count(), lines.len());
        prop_assert!(text.lines().zip(&lines).all(|(line, text)| line.ends_with(text)));
        let pattern = Pattern::parse(&format!("-{digit}é")).unwrap();
        let grep = all.clone().grep(pattern.clone());
        let matching: Vec<_> =
            lines.iter().filter(|line| pattern.matches(line)).cloned().collect();
        prop_assert_eq!(grep.lines(&stream).collect::<Vec<_>>(), matching.clone());
        prop_assert_eq!(grep.last_match(&stream), matching.last().cloned());
        for last in 1..5 {
            let tail = &matching[matching.len().saturating_sub(last)..];
            let found: Vec<_> = grep.clone().last(last).lines(&stream).collect();
            prop_assert_eq!(found, tail.to_vec());
        }
        let mut follow = follow.matching(&grep);
        for line in &matching {
            prop_assert_eq!(&follow.wait_line(), line);
        }
    }
}

#[test]
fn a_text_without_its_end_shows_that() {
    let stream = stream();
    let mut writer = stream.writer();
    writer.write_all("a".repeat(10_000).as_bytes()).unwrap();
    core::mem::forget(writer);
    stream.write_text(Level::Info, "test", format_args!("behind it"));
    let lines: Vec<_> = Query::new().format(messages()).lines(&stream).collect();
    assert_eq!(lines[0], "behind it");
    assert!(lines[1].starts_with("aaaa") && lines[1].ends_with("a…"));
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_text_without_its_beginning_shows_that() {
    let stream = Config::new().bytes(8 << 10).shards(1).build().unwrap();
    let text = "b".repeat(9_000);
    stream.write_text(Level::Info, "test", format_args!("{text}"));
    let mut cat = String::new();
    stream.cat(&mut cat).unwrap();
    let line = cat.lines().next().unwrap().to_string();
    assert!(line.contains("[INFO] …bbb") && line.ends_with('b'), "{cat}");
    let mut json = String::new();
    Query::new().format(Format::Json).write_to(&stream, &mut json).unwrap();
    assert!(json.ends_with(",\"continues\":true}\n"), "{json}");
}

#[test]
fn a_text_longer_than_one_record_takes_is_cut_and_counted() {
    let stream = stream();
    let text = "é".repeat(50_000);
    stream.write_text(Level::Info, "test", format_args!("{text}"));
    stream.write_text(Level::Info, "test", format_args!(""));
    assert_eq!(stream.stats().written, u64::from(PIECES_MAX) + 1);
    assert_eq!(stream.stats().truncated, 1);
    let lines: Vec<_> = Query::new().format(messages()).lines(&stream).collect();
    assert!(lines[0].starts_with("ééé") && lines[0].ends_with("é…"));
    assert_eq!((lines.len(), lines[1].as_str()), (2, ""));
}

#[test]
fn a_display_that_panics_leaves_a_text_without_its_end() {
    struct Bomb;
    impl core::fmt::Display for Bomb {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str(&"c".repeat(5_000))?;
            panic!("in a user's Display")
        }
    }
    let stream = stream();
    let panic = std::panic::catch_unwind(|| {
        stream.write_text(Level::Info, "test", format_args!("{Bomb}"));
    });
    assert!(panic.is_err());
    let lines: Vec<_> = Query::new().format(messages()).lines(&stream).collect();
    assert!(lines[0].starts_with("ccc") && lines[0].ends_with("c…"));
}
