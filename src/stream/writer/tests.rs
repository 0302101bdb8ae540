//! Lines from pieces, against a reference that has the whole text at once.

use std::io::Write as _;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use proptest::prelude::*;

use super::lines::{Lines, Part};
use crate::record::{Level, LevelFilter};
use crate::ring::{Inline, Storage};
use crate::stream::{Config, Entry, RingStream};

/// Texts of many lines: long and short, blank, broken in the middle of characters.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        6 => "[ab é€😀]{0,12}".prop_map(String::into_bytes),
        3 => Just(b"\n".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => "[ \t]{0,9}".prop_map(String::into_bytes),
        2 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// The pieces as (text, continues, continued).
fn pieces(lines: &mut Lines, chunks: &[&[u8]]) -> Vec<(String, bool, bool)> {
    let mut pieces = Vec::new();
    let mut keep = |it: Part<'_>| {
        let continues = it.piece.is_some_and(|piece| piece.index > 0);
        pieces.push((it.text.to_string(), continues, it.continued));
    };
    for chunk in chunks {
        lines.push(chunk, &mut keep);
    }
    lines.end_line(keep);
    pieces
}

fn split_at<'a>(bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut chunks = Vec::new();
    for size in sizes {
        let (chunk, behind) = rest.split_at((*size).min(rest.len()));
        chunks.push(chunk);
        rest = behind;
    }
    chunks.push(rest);
    chunks
}

proptest! {
    #[test]
    fn how_it_comes_does_not_matter(
        bytes in bytes(),
        sizes in prop::collection::vec(0..9_usize, 0..40),
        limit in 4..20_usize,
    ) {
        let at_once = pieces(&mut Lines::new(limit), &[&bytes]);
        let in_chunks = pieces(&mut Lines::new(limit), &split_at(&bytes, &sizes));
        prop_assert_eq!(at_once, in_chunks);
    }

    #[test]
    fn pieces_are_the_lines(bytes in bytes(), limit in 4..20_usize) {
        let mut lines = Vec::<String>::new();
        for (text, continues, _) in pieces(&mut Lines::new(limit), &[&bytes]) {
            prop_assert!(text.len() <= limit);
            match lines.last_mut() {
                Some(line) if continues => line.push_str(&text),
                _ => lines.push(text),
            }
        }
        let expected = bytes.split(|byte| *byte == b'\n').map(|line| {
            String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
        });
        let is_blank = |line: &String| line.bytes().all(|byte| byte.is_ascii_whitespace());
        let expected: Vec<_> = expected.filter(|line| !is_blank(line)).collect();
        lines.retain(|line| !is_blank(line));
        prop_assert_eq!(lines, expected);
    }

    #[test]
    fn every_part_but_the_last_is_continued(bytes in bytes(), limit in 4..20_usize) {
        let pieces = pieces(&mut Lines::new(limit), &[&bytes]);
        let mut open = false;
        for (_, continues, continued) in pieces {
            prop_assert_eq!(continues, open);
            open = continued;
        }
        prop_assert!(!open);
    }
}

fn messages<S: Storage>(stream: &RingStream<S>) -> Vec<String> {
    let mut cursor = stream.cursor();
    let mut messages = Vec::new();
    while let Some(Entry::Record(record)) = cursor.next() {
        assert!(!record.truncated);
        messages.push(record.message.to_string());
    }
    messages
}

fn stream() -> RingStream {
    Config::new().bytes(1 << 20).shards(1).build().unwrap()
}

#[test]
fn writers_do_not_mix_and_end_their_lines() {
    let stream = stream();
    let (mut a, mut b) = (stream.writer(), stream.writer_at(Level::Error, "b"));
    a.write_all(b"from ").unwrap();
    b.write_all(b"another\r\none").unwrap();
    core::fmt::Write::write_str(&mut a, "one\n\n  \nrest").unwrap();
    b.flush().unwrap();
    b.flush().unwrap();
    drop((a, b));
    assert_eq!(messages(&stream), ["another", "from one", "one", "rest"]);
    let mut cursor = stream.cursor();
    let Some(Entry::Record(record)) = cursor.next() else { panic!("a record") };
    assert_eq!((record.level, record.target), (Level::Error, "b"));
}

#[test]
fn a_writer_keeps_to_the_levels() {
    let stream = stream();
    let mut debug = stream.writer_at(Level::Debug, "noise");
    stream.set_levels("info".parse().unwrap());
    writeln!(debug, "dropped").unwrap();
    stream.set_level("noise", LevelFilter::Debug).unwrap();
    writeln!(debug, "kept").unwrap();
    drop(debug);
    let mut cursor = stream.cursor();
    let mut noise = vec![];
    while let Some(Entry::Record(record)) = cursor.next() {
        if record.target == "noise" {
            noise.push(record.message.to_string());
        }
    }
    assert_eq!(noise, ["kept"]);
}

#[test]
fn a_long_line_goes_on_in_further_records_and_loses_nothing() {
    static SMALL: RingStream<Inline<32, 64>> = RingStream::new();
    let line = "é€😀x".repeat(100);
    writeln!(&SMALL, "{line}").unwrap();
    assert!(messages(&SMALL).len() > 3);
    assert_eq!(messages(&SMALL).concat(), line);
}

#[test]
fn threads_that_write_to_one_stream_do_not_mix() {
    let stream = stream();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let mut stream = &stream;
            scope.spawn(move || {
                for i in 0..300 {
                    writeln!(stream, "{thread} {i} {thread}").unwrap();
                }
            });
        }
    });
    let mut expected: Vec<_> =
        (0..4).flat_map(|t| (0..300).map(move |i| format!("{t} {i} {t}"))).collect();
    let mut messages = messages(&stream);
    messages.sort();
    expected.sort();
    assert_eq!(messages, expected);
}

#[test]
fn a_thread_that_ends_within_a_line_loses_nothing() {
    let stream = stream();
    for thread in 0..200 {
        let mut stream = &stream;
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || write!(stream, "left by {thread}").unwrap());
            writer.join().unwrap();
        });
    }
    write!(&stream, "own").unwrap();
    (&stream).flush().unwrap();
    let messages = messages(&stream);
    assert_eq!(messages.len(), 201);
    assert_eq!(messages[199], "left by 199");
    assert_eq!(messages[200], "own");
}

#[test]
fn unfinished_lines_are_bounded() {
    let stream = stream();
    let barrier = std::sync::Barrier::new(100);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            let (mut stream, barrier) = (&stream, &barrier);
            scope.spawn(move || {
                write!(stream, "half ").unwrap();
                barrier.wait();
                writeln!(stream, "whole").unwrap();
            });
        }
    });
    let text: Vec<_> = messages(&stream).iter().map(|it| it.trim().to_string()).collect();
    let count = |what: &str| text.iter().filter(|it| *it == what).count();
    assert_eq!(count("half whole") + count("half"), 100);
    assert_eq!(count("half whole") + count("whole"), 100);
    assert!(count("half") >= 36, "{}", count("half"));
}
