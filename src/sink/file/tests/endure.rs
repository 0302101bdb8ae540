//! Full disks, revoked permissions, files that somebody else moves: nothing is half-written, nothing
//! is lost unsaid, and it goes on by itself.

use core::time::Duration;
use std::format;
use std::fs;
use std::io::ErrorKind;
use std::string::{String, ToString};
use std::sync::Arc;
use std::thread::yield_now;
use std::time::Instant;
use std::vec::Vec;

use proptest::prelude::*;

use super::fake::{Fake, State};
use super::scratch::{LONG, Scratch, say, timed, write};
use crate::record::Template;
use crate::sink::{File, Lanes, Sink};
use crate::stream::RingStream;

fn message() -> Template {
    "{message}".parse().unwrap()
}

fn start(stream: &RingStream, disk: &Fake, mut file: File) -> Sink {
    file.rules.pause = Duration::from_millis(1);
    file.format(message()).start_on(stream, Arc::new(disk.clone())).unwrap()
}

/// Moves the clock on until the condition holds: a file that failed rests for a while.
fn until(clock: &crate::clock::Manual, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "waited in vain");
        clock.advance(Duration::from_millis(100));
        yield_now();
    }
}

fn told(stream: &RingStream, text: &str) -> usize {
    stream.grep(text, &mut String::new()).unwrap()
}

#[test]
fn a_full_disk_is_waited_for_and_told_once() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    disk.set(|disk| disk.room = Some(25));
    let sink = start(&stream, &disk, File::new("x.log").error_log("errors.log"));
    let lines: Vec<String> = (0..10).map(|i| format!("line {i}")).collect();
    lines.iter().for_each(|line| say(&stream, line));
    until(clock, || sink.stats().errors > 3);
    assert_eq!(disk.lines("x.log"), lines[..3], "whole lines only");
    until(clock, || told(&stream, "cannot write x.log") == 1);
    assert!(!sink.flush(Duration::ZERO));
    let drained = sink.drain(Duration::ZERO);
    assert!(drained.behind >= 7, "{drained}");

    disk.set(|disk| disk.room = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    until(clock, || told(&stream, "x.log is written again") == 1);
    assert!(sink.flush(LONG));
    assert_eq!(told(&stream, "cannot write x.log"), 1);
    let written = disk.lines("x.log");
    let ours: Vec<&String> = written.iter().filter(|line| line.starts_with("line")).collect();
    assert_eq!(ours, lines.iter().collect::<Vec<_>>());
    let errors = disk.text("errors.log");
    assert_eq!(errors.matches("cannot write x.log").count(), 1, "{errors}");
    assert!(errors.contains(" times more\n") && errors.contains("written again"), "{errors}");
    assert_eq!(sink.stats().lost, 0);
}

#[test]
fn what_a_full_disk_loses_is_told_in_its_place() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    disk.set(|disk| disk.room = Some(0));
    let file = File::new("x.log").lanes(Lanes::new().bytes(512));
    let sink = start(&stream, &disk, file);
    for i in 0..30_000_u32 {
        say(&stream, &format!("number {i}"));
    }
    until(clock, || sink.stats().errors > 3);
    disk.set(|disk| disk.room = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    let (mut last, mut delivered, mut lost) = (None, 0, 0);
    for line in disk.lines("x.log") {
        if let Some(rest) = line.strip_prefix("-- ") {
            lost += rest.split(' ').next().unwrap().parse::<u64>().unwrap();
            continue;
        }
        delivered += 1;
        if let Some(number) = line.strip_prefix("number ") {
            let number = number.parse::<u64>().unwrap();
            assert!(last < Some(number));
            last = Some(number);
        }
    }
    assert!(lost > 0, "the ring was too large for the test");
    assert_eq!(delivered + lost, stream.stats().written, "the notices are records too");
    assert_eq!((sink.stats().records, sink.stats().lost), (delivered, lost));
}

#[test]
fn a_line_that_cannot_be_taken_back_is_gone_on_with() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    disk.set(|disk| (disk.room, disk.cannot_cut) = (Some(10), true));
    let sink = start(&stream, &disk, File::new("x.log"));
    ["first", "second"].iter().for_each(|line| say(&stream, line));
    until(clock, || sink.stats().errors > 1);
    assert_eq!(disk.text("x.log"), "first\nseco");
    disk.set(|disk| disk.room = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    assert_eq!(disk.lines("x.log")[..2], ["first", "second"]);
    until(clock, || told(&stream, "x.log is written again") == 1);
    assert!(sink.flush(LONG), "the notice is a line too, and must not be the one that is cut");

    // In another file it is written whole.
    disk.set(|disk| disk.room = Some(4));
    say(&stream, "third");
    until(clock, || disk.text("x.log").ends_with("thir"));
    disk.set(|disk| disk.room = None);
    disk.steal("x.log");
    until(clock, || sink.flush(Duration::from_millis(10)));
    assert!(disk.lines("x.log").contains(&"third".to_string()), "{}", disk.text("x.log"));
}

#[test]
fn many_lines_wait_for_a_file_that_cannot_be_opened_anew() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    let mut file = File::new("x.log");
    file.rules.direct = 1;
    let sink = start(&stream, &disk, file);
    write(&stream, &sink, "before");
    disk.steal("x.log");
    disk.set(|disk| disk.cannot_open = Some(ErrorKind::PermissionDenied));
    say(&stream, "meanwhile");
    until(clock, || sink.stats().errors > 1);
    disk.set(|disk| disk.cannot_open = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    assert_eq!(disk.lines("x.log")[0], "meanwhile");
}

#[test]
fn a_rotation_that_fails_loses_no_line() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    disk.set(|disk| disk.cannot_rename = Some(ErrorKind::PermissionDenied));
    let sink = start(&stream, &disk, File::new("x.log").max_bytes(12));
    (0..4).for_each(|i| write(&stream, &sink, &format!("line {i}")));
    let lines = disk.lines("x.log");
    assert_eq!(lines.iter().filter(|line| line.starts_with("line")).count(), 4, "{lines:?}");
    until(clock, || told(&stream, "cannot rotate x.log") == 1);
    disk.set(|disk| disk.cannot_rename = None);
    clock.advance(Duration::from_secs(6));
    write(&stream, &sink, "line 4");
    assert_eq!(disk.lines("x.log"), ["line 4"]);
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_at_the_start_and_a_notice_later() {
    let (stream, clock) = timed();
    let disk = Fake::default();
    let denied = |disk: &mut State| disk.cannot_open = Some(ErrorKind::PermissionDenied);
    disk.set(denied);
    let file = || File::new("x.log").format(message());
    let error = file().start_on(&stream, Arc::new(disk.clone())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot open x.log: permission denied; check who may write in that folder"
    );
    let sink = start(&stream, &disk, file().delay());
    say(&stream, "one");
    until(clock, || sink.stats().errors > 1);
    disk.set(|disk| disk.cannot_open = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    assert_eq!(disk.lines("x.log")[0], "one");

    // Somebody takes the file and the right to make another.
    disk.steal("x.log");
    disk.set(denied);
    say(&stream, "two");
    let before = sink.stats().errors;
    until(clock, || sink.stats().errors > before);
    disk.set(|disk| disk.cannot_open = None);
    until(clock, || sink.flush(Duration::from_millis(10)));
    assert!(disk.lines("x.log").contains(&"two".to_string()));
    assert_eq!(sink.stats().lost, 0);
}

#[test]
fn a_file_that_was_moved_is_begun_anew() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let sink = scratch.file("logs/x.log").start(&stream).unwrap();
    write(&stream, &sink, "one");
    fs::rename(scratch.path("logs/x.log"), scratch.path("moved")).unwrap();
    write(&stream, &sink, "two");
    fs::remove_dir_all(scratch.path("logs")).unwrap();
    write(&stream, &sink, "three");
    // What `logrotate` calls copytruncate.
    fs::write(scratch.path("logs/x.log"), "").unwrap();
    write(&stream, &sink, "four");
    drop(sink);
    assert_eq!(
        (scratch.text("moved"), scratch.text("logs/x.log")),
        ("one\n".into(), "four\n".into())
    );
}

#[test]
fn reopening_is_asked_for() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let sink = start(&stream, &disk, File::new("x.log"));
    write(&stream, &sink, "one");
    let opened = disk.get(|disk| disk.opened);
    sink.reopen();
    write(&stream, &sink, "two");
    assert_eq!(disk.get(|disk| disk.opened), opened + 1);
    assert_eq!(disk.lines("x.log"), ["one", "two"]);
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 16, ..ProptestConfig::with_cases(32) })]
    #[test]
    fn whatever_the_disk_takes_lines_are_whole_and_in_order(
        sizes in prop::collection::vec(0_usize..200, 1..60),
        rooms in prop::collection::vec(0_usize..300, 0..6),
        most in 1_usize..100,
        cannot_cut: bool,
        max_bytes in prop::option::of(1_u64..400),
    ) {
        let (stream, clock) = timed();
        let disk = Fake::default();
        disk.set(|disk| {
            (disk.room, disk.most, disk.cannot_cut) = (Some(0), Some(most), cannot_cut);
        });
        let mut file = File::new("x.log").keep(crate::sink::Keep::all());
        if let Some(most) = max_bytes {
            file = file.max_bytes(most);
        }
        let sink = start(&stream, &disk, file);
        let lines: Vec<String> =
            sizes.iter().enumerate().map(|(i, size)| format!("{i} {}", "x".repeat(*size))).collect();
        lines.iter().for_each(|line| say(&stream, line));
        for room in rooms {
            let before = sink.stats().errors;
            disk.set(|disk| disk.room = Some(room));
            until(clock, || sink.stats().errors > before || sink.flush(Duration::from_millis(5)));
        }
        disk.set(|disk| disk.room = None);
        until(clock, || sink.flush(Duration::from_millis(1)));
        // What it tells of its troubles may make it rotate again; only its end ends that.
        drop(sink);
        let mut names = disk.names();
        names.sort_by_key(|name| {
            let number = name.strip_prefix("x.log.").map_or(0, |number| number.parse().unwrap());
            core::cmp::Reverse(number)
        });
        let texts: Vec<String> = names.iter().map(|name| disk.text(name)).collect();
        prop_assert!(texts.iter().all(|text| text.is_empty() || text.ends_with('\n')));
        let written: Vec<String> = texts
            .concat()
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
            .map(ToString::to_string)
            .collect();
        prop_assert_eq!(written, lines);
    }
}
