//! Sinks over outputs that stop, break, or keep what they are given.

mod ending;
mod long;
mod order;

use core::time::Duration;
use std::ffi::OsString;
use std::format;
use std::io;
use std::string::{String, ToString};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::yield_now;
use std::time::Instant;
use std::vec::Vec;

use log::{Level, Log, Record};
use parking_lot::Mutex;
use proptest::prelude::*;

use super::{Capture, ColorChoice, Output, Pump};
use crate::record::{LevelFilter, Template};
use crate::stream::Format;
use crate::stream::{Config, RingStream};

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(60);

fn log(stream: &RingStream, level: Level, message: &str) {
    let mut record = Record::builder();
    stream.log(&record.level(level).target("tests").args(format_args!("{message}")).build());
}

fn message() -> Format {
    "{message}".parse::<Template>().unwrap().into()
}

fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "waited in vain");
        yield_now();
    }
}

/// Keeps what it is given.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.text().lines().map(ToString::to_string).collect()
    }
}

impl Output for Kept {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.0.lock().extend_from_slice(lines);
        Ok(())
    }
}

/// Blocks until its gate is dropped, and tells when it begins to.
struct Gated {
    begins: SyncSender<()>,
    gate: Receiver<()>,
    behind: Kept,
}

struct Gate {
    has_begun: Receiver<()>,
    _closed: SyncSender<()>,
}

impl Output for Gated {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let _ = self.begins.try_send(());
        let _ = self.gate.recv();
        self.behind.write(lines)
    }
}

fn gated() -> (Gated, Gate, Kept) {
    let (begins, has_begun) = sync_channel(1);
    let (closed, gate) = sync_channel(0);
    let kept = Kept::default();
    let gated = Gated { begins, gate, behind: kept.clone() };
    (gated, Gate { has_begun, _closed: closed }, kept)
}

#[test]
fn what_was_logged_before_a_flush_is_out_after_it() {
    let stream = Config::new().bytes(1 << 20).shards(2).build().unwrap();
    let kept = Kept::default();
    let sink = Pump::new("kept").format(message()).start(&stream, kept.clone()).unwrap();
    let mut expected = Vec::new();
    for round in 0..50 {
        for i in 0..20 {
            log(&stream, Level::Info, &format!("{round} {i}"));
            expected.push(format!("{round} {i}"));
        }
        assert!(sink.flush(LONG));
        assert_eq!(kept.lines(), expected);
    }
    assert_eq!(sink.stats().records, 1000);
}

#[test]
fn a_flush_ends_while_others_go_on_writing() {
    let stream = Config::new().bytes(1 << 18).shards(2).build().unwrap();
    let kept = Kept::default();
    let sink = Pump::new("k\0pt").levels(LevelFilter::Info).start(&stream, kept.clone()).unwrap();
    let (stop, stopped) = sync_channel::<()>(0);
    std::thread::scope(|scope| {
        let stream = &stream;
        scope.spawn(move || {
            while stopped.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
                log(stream, Level::Debug, "noise");
            }
        });
        for _ in 0..20 {
            assert!(sink.flush(LONG));
        }
        drop(stop);
    });
}

#[test]
fn a_dropped_sink_has_written_everything() {
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let kept = Kept::default();
    let sink = Pump::new("kept").format(message()).start(&stream, kept.clone()).unwrap();
    for i in 0..500 {
        log(&stream, Level::Info, &i.to_string());
    }
    drop(sink);
    assert_eq!(kept.lines().len(), 500);
    log(&stream, Level::Info, "nobody listens");
    assert_eq!(kept.lines().len(), 500);
}

#[test]
fn a_slow_output_does_not_lose_the_few_among_the_many() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let pump = Pump::new("gated").levels(LevelFilter::Info).format(message());
    let sink = pump.start(&stream, output).unwrap();
    let mut expected = Vec::new();
    for round in 0..200 {
        for _ in 0..20 {
            log(&stream, Level::Debug, &"flood ".repeat(20));
        }
        log(&stream, Level::Info, &round.to_string());
        expected.push(round.to_string());
        until(|| sink.stats().records > round);
    }
    assert!(stream.cursor().lost() == 0 && stream.stats().written * 100 > 1 << 16);
    drop(gate);
    assert!(sink.flush(LONG));
    assert_eq!(kept.lines(), expected);
    assert_eq!(sink.stats().lost, 0);
}

#[test]
fn what_a_stopped_output_loses_is_told_in_its_place() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let pump = Pump::new("gated").format(message()).staging(64);
    let sink = pump.start(&stream, output).unwrap();
    log(&stream, Level::Info, "0");
    gate.has_begun.recv_timeout(LONG).unwrap();
    for i in 1..5000 {
        log(&stream, Level::Info, &i.to_string());
    }
    assert!(!sink.flush(Duration::ZERO));
    drop(gate);
    assert!(sink.flush(LONG));
    let (mut next, mut lost) = (0, 0);
    for line in kept.lines() {
        match line.strip_prefix("-- ").and_then(|rest| rest.split_once(" record")) {
            Some((count, _)) => {
                lost += count.parse::<u64>().unwrap();
                next += count.parse::<u64>().unwrap();
            }
            None => {
                assert_eq!(line, next.to_string());
                next += 1;
            }
        }
    }
    assert_eq!(next, 5000);
    assert!(lost > 0);
    let stats = sink.stats();
    assert_eq!((stats.records + stats.lost, stats.lost), (5000, lost));
}

#[test]
fn json_lines_tell_losses_as_json() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let sink = Pump::new("gated").format(Format::Json).staging(1).start(&stream, output).unwrap();
    for i in 0..5000 {
        log(&stream, Level::Info, &i.to_string());
    }
    drop(gate);
    assert!(sink.flush(LONG));
    let mut count = 0;
    for line in kept.lines() {
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        count += value.get("lost").map_or(1, |lost| lost.as_u64().unwrap());
    }
    assert_eq!(count, 5000);
}

#[test]
fn a_broken_output_ends_the_sink_and_is_counted() {
    struct Broken;
    impl Output for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let sink = Pump::new("broken").start(&stream, Broken).unwrap();
    assert!(sink.is_running());
    log(&stream, Level::Info, "to nobody");
    assert!(!sink.flush(LONG), "what never can be is not waited for");
    assert!(!sink.is_running());
    assert_eq!(sink.stats().errors, 1);
}

#[test]
fn an_output_that_panics_ends_only_its_sink() {
    struct Panicking;
    impl Output for Panicking {
        fn write(&mut self, _: &[u8]) -> io::Result<()> {
            panic!("meant by the test")
        }
    }
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let sink = Pump::new("panicking").start(&stream, Panicking).unwrap();
    log(&stream, Level::Info, "to nobody");
    assert!(!sink.flush(LONG));
    drop(sink);
}

#[test]
fn a_dropped_sink_leaves_a_stopped_output_behind() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let sink = Pump::new("gated").format(message()).staging(64).start(&stream, output).unwrap();
    for i in 0..5000 {
        log(&stream, Level::Info, &i.to_string());
    }
    drop(sink);
    drop(gate);
    assert!(kept.lines().len() < 5000);
}

#[test]
fn what_an_output_logs_is_not_fed_back_to_it() {
    struct Chatty(RingStream, Kept);
    impl Output for Chatty {
        fn write(&mut self, lines: &[u8]) -> io::Result<()> {
            log(&self.0, Level::Error, "writing");
            self.1.write(lines)
        }
    }
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let kept = Kept::default();
    let chatty = Chatty(stream.clone(), kept.clone());
    let sink = Pump::new("chatty").format(message()).start(&stream, chatty).unwrap();
    for _ in 0..10 {
        log(&stream, Level::Info, "once");
        assert!(sink.flush(LONG));
    }
    assert_eq!(kept.lines(), ["once"; 10]);
    assert!(stream.stats().written > 10);
}

#[test]
fn outputs_are_given_whole_lines() {
    struct Checked(Kept);
    impl Output for Checked {
        fn write(&mut self, lines: &[u8]) -> io::Result<()> {
            assert_eq!(lines.last(), Some(&b'\n'));
            self.0.write(lines)
        }
    }
    let stream = Config::new().bytes(1 << 22).shards(1).build().unwrap();
    let kept = Kept::default();
    let sink = Pump::new("checked").staging(50_000).start(&stream, Checked(kept.clone())).unwrap();
    for i in 0..1000 {
        log(&stream, Level::Info, &"x".repeat(i % 300));
    }
    assert!(sink.flush(LONG));
    assert_eq!(kept.lines().len(), 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn staging_of_any_size_passes_lines_on(
        staging in 1_usize..200,
        messages in prop::collection::vec("[a-z ]{0,120}", 0..60),
    ) {
        let stream = Config::new().bytes(1 << 20).shards(1).build().unwrap();
        let kept = Kept::default();
        let pump = Pump::new("any").format(message()).staging(staging);
        let sink = pump.start(&stream, kept.clone()).unwrap();
        for message in &messages {
            log(&stream, Level::Info, message);
        }
        prop_assert!(sink.flush(LONG));
        prop_assert_eq!(kept.lines(), messages);
    }
}

#[test]
fn colours_are_for_terminals_unless_the_environment_says_otherwise() {
    let auto = |is_terminal, set: &[(&str, &str)]| {
        let var = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(*value))
        };
        ColorChoice::Auto.decide(is_terminal, var)
    };
    assert!(auto(true, &[]));
    assert!(!auto(false, &[]));
    assert!(!auto(true, &[("NO_COLOR", "1")]));
    assert!(auto(true, &[("NO_COLOR", "")]));
    assert!(!auto(true, &[("TERM", "dumb")]));
    assert!(!auto(true, &[("CLICOLOR", "0")]));
    assert!(auto(false, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]));
    assert!(!auto(false, &[("CLICOLOR_FORCE", "0")]));
    assert!(!auto(true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(ColorChoice::Always.decide(false, |_| Some("1".into())));
    assert!(!ColorChoice::Never.decide(true, |_| None));
}

#[test]
fn a_capture_sees_its_own_thread_only() {
    let stream = Config::new().bytes(1 << 20).shards(2).build().unwrap();
    let mine = Capture::of_this_thread(&stream);
    let all = Capture::of(&stream);
    log(&stream, Level::Info, "mine");
    std::thread::scope(|scope| {
        scope.spawn(|| log(&stream, Level::Info, "yours"));
    });
    assert_eq!(mine.lines(), ["INFO tests: mine"]);
    assert_eq!(all.records().len(), 2);
    mine.clear();
    assert!(mine.records().is_empty() && all.contains("mine"));
}

#[test]
fn a_capture_keeps_fields() {
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let capture = Capture::of(&stream);
    let fields = [("rows", log::kv::Value::from(3)), ("by", "a b".into())];
    let mut record = Record::builder();
    stream.log(&record.target("db").key_values(&fields).args(format_args!("stored")).build());
    let records = capture.records();
    assert_eq!(records[0].line, "INFO db: stored rows=3 by=\"a b\"");
    assert_eq!((records[0].field("rows"), records[0].field("by")), (Some("3"), Some("a b")));
    assert_eq!(records[0].field("at"), None);
}

#[test]
#[should_panic(expected = "INFO tests: this one")]
fn a_failed_assertion_shows_what_was_logged() {
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let capture = Capture::of(&stream);
    log(&stream, Level::Info, "this one");
    crate::assert_logged!(capture, "that one");
}

#[test]
#[should_panic(expected = "records lost")]
fn nobody_asserts_what_was_lost() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let capture = Capture::of(&stream);
    for _ in 0..5000 {
        log(&stream, Level::Info, "anything");
    }
    crate::assert_not_logged!(capture, "nothing");
}
