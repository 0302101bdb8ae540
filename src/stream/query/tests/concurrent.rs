//! Reading while others write.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::format;
use std::string::String;
use std::thread;

use futures_core::Stream;

use super::sample::Sample;
use crate::pattern::Pattern;
use crate::record::Level;
use crate::stream::{Config, Query, RingStream};
use crate::sync::plain::{AtomicBool, Ordering::Relaxed};

fn stream(bytes: usize) -> RingStream {
    Config::new().bytes(bytes).shards(2).build().unwrap()
}

fn say(stream: &RingStream, text: &str) {
    Sample::plain(Level::Info, text).write(stream, "test");
}

/// Records that a text tells of, lost ones included.
fn told(text: &str) -> u64 {
    let lost = |line: &str| line.strip_prefix("-- ")?.split(' ').next()?.parse().ok();
    text.lines().map(|line| lost(line).unwrap_or(1)).sum()
}

#[test]
fn cat_comes_to_an_end_under_writers_and_counts() {
    let stream = stream(1 << 15);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..2 {
            let (stream, done) = (&stream, &done);
            scope.spawn(move || {
                let mut number = 0;
                while !done.load(Relaxed) {
                    say(stream, &format!("thread {thread} number {number} ends"));
                    number += 1;
                }
            });
        }
        for _ in 0..200 {
            let mut text = String::new();
            let mut cursor = stream.cursor();
            stream.cat(&mut text).unwrap();
            let is_whole = |line: &str| line.ends_with(" ends") || line.ends_with("lost --");
            assert!(text.lines().all(is_whole), "{text}");
            let found = stream.grep("thread 1", &mut text).unwrap();
            let query = Query::new().grep(Pattern::literal("thread")).last(5);
            assert!(query.lines(&stream).filter(|line| line.contains("thread")).count() <= 5);
            assert!(found <= stream.stats().written as usize);
            cursor.skip_pending();
        }
        done.store(true, Relaxed);
    });
    let (mut text, mut count) = (String::new(), 0);
    stream.cat(&mut text).unwrap();
    let mut cursor = stream.cursor();
    while cursor.next().is_some() {
        count += 1;
    }
    assert_eq!(told(&text), count, "once it is quiet, cat shows what a cursor reads");
}

#[test]
fn newest_first_is_the_other_way_round() {
    let stream = Config::new().bytes(1 << 15).shards(4).build().unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let stream = &stream;
            scope.spawn(move || (0..500).for_each(|i| say(stream, &format!("{thread} {i}"))));
        }
    });
    let (mut forward, mut backward) = (stream.cursor(), stream.newest_first());
    let mut there = std::vec::Vec::new();
    while let Some(crate::stream::Entry::Record(record)) = forward.next() {
        there.push((record.ticks, record.shard, record.seq));
    }
    let mut back = std::vec::Vec::new();
    while let Some(record) = backward.next() {
        back.push((record.ticks, record.shard, record.seq));
    }
    back.reverse();
    assert!(back.len() > 100);
    assert_eq!(back, there);
}

#[test]
fn a_follower_gets_the_backlog_and_then_each_line_once() {
    // Large enough that nothing is overwritten, however slow the reader is.
    let stream = stream(1 << 21);
    let hits = |count| (0..count).map(|i| format!("hit {i}"));
    let query = Query::new().grep(Pattern::literal("hit")).last(3);
    for text in hits(10) {
        say(&stream, &text);
        say(&stream, "miss");
    }
    let mut lines = stream.follow().matching(&query);
    thread::scope(|scope| {
        scope.spawn(|| {
            for i in 10..300 {
                (0..20).for_each(|_| say(&stream, "miss"));
                say(&stream, &format!("hit {i}"));
            }
        });
        // A writer that is interrupted in the middle of a record is given up after a while, and
        // that is told; all else comes, once and in order.
        let mut due = 7;
        while due < 300 {
            let line = lines.wait_line();
            if line.starts_with("-- ") {
                continue;
            }
            let number: u32 = line.rsplit(' ').next().unwrap().parse().unwrap();
            let is_next = number == due || number > due && lines.lost() > 0;
            assert!(is_next, "{line} where {due} was due");
            due = number + 1;
        }
    });
}

#[test]
fn a_follower_is_a_stream() {
    let stream = stream(1 << 16);
    let query = Query::new().grep(Pattern::literal("hit"));
    let mut lines = stream.follow().matching(&query);
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = || Pin::new(&mut lines).poll_next(&mut context);
    assert!(poll().is_pending());
    say(&stream, "miss");
    assert!(poll().is_pending());
    say(&stream, "hit");
    assert!(matches!(poll(), Poll::Ready(Some(line)) if line.ends_with("hit")));
    assert!(poll().is_pending());
}

#[test]
fn a_follower_that_was_too_slow_is_told() {
    let stream = stream(1 << 14);
    let mut lines = stream.follow().matching(&Query::new());
    (0..5000).for_each(|_| say(&stream, "x"));
    let first = lines.wait_line();
    assert!(first.starts_with("-- ") && first.ends_with(" records lost --"), "{first}");
}

#[test]
fn what_a_frozen_writer_holds_is_told_as_lost() {
    use crate::ring::Storage;
    let stream = stream(1 << 16);
    say(&stream, "before");
    let shard = stream.core.storage.region().shard(0);
    let frozen = shard.reserve(64).unwrap();
    (0..3).for_each(|_| {
        thread::scope(|scope| {
            scope.spawn(|| say(&stream, "after"));
        });
    });
    let mut text = String::new();
    stream.cat(&mut text).unwrap();
    assert!(text.contains("-- 1 record lost --\n"), "{text}");
    assert_eq!(told(&text), 5);
    drop(frozen);
}
