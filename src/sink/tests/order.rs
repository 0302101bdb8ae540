//! What goes first, what is left out, and who waits.

use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use log::{Level, Log, Record};

use super::{Kept, LONG, gated, log, message, until};
use crate::clock::{Clock, Manual};
use crate::record::{LevelFilter, Template};
use crate::sink::{Flood, Formats, Lanes, Pump};
use crate::stream::{Config, Format, RingStream};

#[test]
fn urgent_lines_overtake_and_keep_their_order() {
    let stream = Config::new().bytes(1 << 20).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let lanes = Lanes::new().urgent(LevelFilter::Warn).urgent(LevelFilter::Error);
    let sink = Pump::new("lanes").format(message()).lanes(lanes).start(&stream, output).unwrap();
    log(&stream, Level::Info, "first");
    gate.has_begun.recv_timeout(LONG).unwrap();
    let levels = [Level::Info, Level::Error, Level::Debug, Level::Warn];
    for i in 0..100 {
        log(&stream, levels[i % 4], &format!("{} {i}", levels[i % 4]));
    }
    until(|| sink.stats().records == 101);
    // The pump stages what it has made before it rests.
    until(|| sink.handoff.counts.made.load(crate::sync::plain::Ordering::Relaxed) == 101);
    drop(gate);
    assert!(sink.flush(LONG));
    let by_level = |wanted: &[Level]| {
        let numbers = (0..100).filter(|i| wanted.contains(&levels[i % 4]));
        numbers.map(|i| format!("{} {i}", levels[i % 4])).collect::<Vec<_>>()
    };
    let expected = [
        Vec::from(["first".to_string()]),
        by_level(&[Level::Error]),
        by_level(&[Level::Warn]),
        by_level(&[Level::Info, Level::Debug]),
    ];
    assert_eq!(kept.lines(), expected.concat());
}

#[test]
fn a_full_lane_loses_only_its_own_and_tells_it() {
    let stream = Config::new().bytes(1 << 22).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let lanes = Lanes::new().urgent(LevelFilter::Error).bytes(2000);
    let sink = Pump::new("lanes").format(message()).lanes(lanes).start(&stream, output).unwrap();
    log(&stream, Level::Info, "first");
    gate.has_begun.recv_timeout(LONG).unwrap();
    for i in 0..5000 {
        log(&stream, Level::Info, &format!("many {i}"));
        if i % 100 == 0 {
            log(&stream, Level::Error, &format!("urgent {i}"));
        }
    }
    let all = || sink.stats().records + sink.stats().lost;
    until(|| all() == 5051 && sink.stats().lost > 0);
    drop(gate);
    assert!(sink.flush(LONG));
    let lines = kept.lines();
    let urgent = lines.iter().filter(|line| line.starts_with("urgent")).count();
    assert_eq!(urgent, 50, "none of the urgent ones");
    let told: u64 = lines
        .iter()
        .filter_map(|line| line.strip_prefix("-- ")?.split(' ').next()?.parse::<u64>().ok())
        .sum();
    let many = lines.iter().filter(|line| line.starts_with("many")).count() as u64;
    assert_eq!((told, many + told), (sink.stats().lost, 5000));
}

#[test]
fn a_lossless_sink_loses_nothing() {
    let stream = Config::new().bytes(1 << 16).shards(2).build().unwrap();
    let kept = Kept::default();
    let pump = Pump::new("all").format(message()).lossless(LONG);
    let sink = pump.start(&stream, kept.clone()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let stream = &stream;
            scope.spawn(move || {
                (0..20_000).for_each(|i| log(stream, Level::Info, &format!("{thread} {i}")));
            });
        }
    });
    assert!(sink.flush(LONG));
    assert_eq!((sink.stats().records, sink.stats().lost), (40_000, 0));
    for thread in 0..2 {
        let own = format!("{thread} ");
        let lines = kept.lines();
        let numbers = lines.iter().filter_map(|line| line.strip_prefix(&own)?.parse::<u32>().ok());
        assert!(numbers.eq(0..20_000));
    }
}

#[test]
fn a_writer_does_not_wait_for_ever() {
    let stream = Config::new().bytes(1 << 16).shards(1).build().unwrap();
    let (output, gate, kept) = gated();
    let pump = Pump::new("stuck").format(message()).staging(64);
    let sink = pump.lossless(Duration::from_millis(20)).start(&stream, output).unwrap();
    (0..5000).for_each(|i| log(&stream, Level::Info, &i.to_string()));
    drop(gate);
    assert!(sink.flush(LONG));
    assert!(sink.stats().lost > 0, "nobody had to be given up");
    assert_eq!(sink.stats().records + sink.stats().lost, 5000);
    assert!(kept.text().contains("records lost"));
}

#[test]
fn a_flood_is_cut_and_told() {
    let clock: &'static Manual = Box::leak(Box::new(Manual::new()));
    let config = Config::new().bytes(1 << 20).shards(1).clock(Clock::manual(clock));
    let stream = config.build().unwrap();
    let kept = Kept::default();
    let pump = Pump::new("flood").format(message()).flood(Flood::new(3, Duration::from_secs(1)));
    let sink = pump.start(&stream, kept.clone()).unwrap();
    let at = |line: u32, message: &str| {
        let mut record = Record::builder();
        let record = record.level(Level::Info).file(Some("src/db.rs")).line(Some(line));
        stream.log(&record.args(format_args!("{message}")).build());
    };
    (0..10).for_each(|i| at(88, &format!("loud {i}")));
    at(99, "quiet");
    clock.advance(Duration::from_secs(2));
    at(88, "loud again");
    assert!(sink.flush(LONG));
    let lines = ["loud 0", "loud 1", "loud 2", "quiet", "-- suppressed 7 from src/db.rs:88 --"];
    assert_eq!(kept.lines()[..5], lines);
    assert_eq!(kept.lines()[5], "loud again");
    assert_eq!((sink.stats().records, sink.stats().suppressed), (5, 7));
}

fn lines_of(formats: impl Into<Formats>, levels: &[Level]) -> Vec<String> {
    let stream = RingStream::with_bytes(1 << 20).unwrap();
    let kept = Kept::default();
    let sink = Pump::new("formats").format(formats).start(&stream, kept.clone()).unwrap();
    levels.iter().for_each(|level| log(&stream, *level, "text"));
    drop(sink);
    kept.lines()
}

#[test]
fn each_level_has_its_form() {
    let template = |text: &str| text.parse::<Template>().unwrap();
    let formats = Formats::new(template("plain {message}"))
        .levels(..=crate::record::Level::Warn, template("! {level} {message}"))
        .level(crate::record::Level::Debug, Format::Json);
    let lines = lines_of(formats, &[Level::Error, Level::Warn, Level::Info, Level::Debug]);
    assert_eq!(lines[..3], ["! ERROR text", "! WARN text", "plain text"]);
    assert!(lines[3].starts_with('{') && lines[3].contains("\"level\":\"DEBUG\""));
}

#[test]
fn a_sink_knows_its_program() {
    let template: Template = "{host}|{ip}|{pid}|{process}|{name}".parse().unwrap();
    let line = lines_of(template, &[Level::Info]).remove(0);
    let parts: Vec<&str> = line.split('|').collect();
    assert!(parts.iter().all(|part| !part.is_empty()), "{line}");
    assert_eq!(parts[2], std::process::id().to_string());
    assert!(parts[1] == "?" || parts[1].parse::<core::net::IpAddr>().is_ok(), "{line}");
}
