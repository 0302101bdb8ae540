//! Levels, times, names, formats, and input at its edges.

use core::time::Duration;
use std::io;
use std::string::{String, ToString};
use std::time::UNIX_EPOCH;
use std::vec::Vec;

use chrono::DateTime;

use super::sample::{Sample, cat, stream_of};
use crate::pattern::Pattern;
use crate::record::{Level, LevelFilter, Template, Zone};
use crate::stream::{Config, Format, GrepError, Query, RingStream};

/// 2000-01-01T00:00:00Z, when the samples begin.
const FIRST_S: u64 = 946_684_800;

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

/// The messages that a query shows.
fn messages(query: Query, stream: &RingStream) -> Vec<String> {
    let template: Template = "{message}".parse().unwrap();
    query.format(Format::Template(template)).zone(Zone::Utc).lines(stream).collect()
}

fn five() -> RingStream {
    let sample = |(index, level): (usize, &Level)| Sample::plain(*level, &index.to_string());
    let mut samples: Vec<Sample> = Level::ALL.iter().enumerate().map(sample).collect();
    samples[1] = samples[1].clone().of_task("worker@1");
    samples[3] = samples[3].clone().of_task("worker@2");
    stream_of(&samples)
}

#[test]
fn a_level_lets_the_worse_ones_pass() {
    let stream = five();
    assert_eq!(messages(Query::new().level(LevelFilter::Warn), &stream), ["0", "1"]);
    assert_eq!(messages(Query::new().level(LevelFilter::Off), &stream), [""; 0]);
}

#[test]
fn times_include_both_ends() {
    let stream = five();
    let moment = |s| UNIX_EPOCH + Duration::from_secs(FIRST_S + s);
    assert_eq!(messages(Query::new().since(moment(1)).until(moment(3)), &stream), ["1", "2", "3"]);
    let later = DateTime::from_timestamp(FIRST_S as i64 + 4, 0).unwrap();
    assert_eq!(messages(Query::new().since(later), &stream), ["4"]);
    let before = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(messages(Query::new().until(before), &stream), [""; 0]);
}

#[test]
fn tasks_and_targets_have_patterns() {
    let stream = five();
    assert_eq!(messages(Query::new().task(pattern("worker*")), &stream), ["1", "3"]);
    assert_eq!(messages(Query::new().task(pattern("*@1")), &stream), ["1"]);
    let others = pattern("worker*").invert();
    assert_eq!(messages(Query::new().task(others), &stream), ["0", "2", "4"]);
    assert_eq!(messages(Query::new().target(pattern("shop::*")), &stream).len(), 5);
    assert_eq!(messages(Query::new().target(pattern("shop")), &stream).len(), 5);
    assert_eq!(messages(Query::new().target(pattern("bank")), &stream).len(), 0);
}

#[test]
fn patterns_look_at_the_line_of_cat_whatever_is_printed() {
    let stream = five();
    let query = Query::new().grep(pattern("[WARN] [worker@1]"));
    assert_eq!(messages(query.clone(), &stream), ["1"]);
    let json: Vec<String> = query.format(Format::Json).zone(Zone::Utc).lines(&stream).collect();
    assert!(json.len() == 1 && json[0].contains(r#""task":"worker@1""#), "{json:?}");
    let both = Query::new().grep(pattern("worker")).grep(pattern("DEBUG"));
    assert_eq!(messages(both, &stream), ["3"]);
}

#[test]
fn an_empty_stream_has_no_lines() {
    let stream = stream_of(&[]);
    let mut text = String::new();
    stream.cat(&mut text).unwrap();
    assert_eq!(stream.grep("", &mut text), Ok(0));
    let query = Query::new().context(3, 3).last(4);
    assert_eq!(query.write_to(&stream, &mut text), Ok(0));
    assert_eq!(query.last_match(&stream), None);
    assert_eq!(text, "");
}

#[test]
fn an_empty_record_is_a_line() {
    let stream = stream_of(&[Sample::plain(Level::Info, "")]);
    assert_eq!(cat(&stream), ["2000-01-01 00:00:00 [[é] log] [INFO]"]);
    assert_eq!(stream.grep("[INFO]", &mut String::new()), Ok(1));
    assert_eq!(stream.grep("[INFO] ", &mut String::new()), Ok(0));
}

#[test]
fn a_huge_record_is_cut_and_found() {
    let huge = std::format!("{}needle", "漢".repeat(1200));
    let stream = stream_of(&[Sample::plain(Level::Info, &huge), Sample::plain(Level::Info, "b")]);
    assert_eq!(stream.grep("needle", &mut String::new()), Ok(1));
    let stream = stream_of(&[Sample::plain(Level::Info, &"漢".repeat(3000))]);
    assert_eq!(stream.grep("漢…", &mut String::new()), Ok(1));
}

#[test]
fn a_bad_pattern_is_shown_with_its_place() {
    let stream = five();
    let error = stream.grep("/a(b/", &mut String::new()).unwrap_err();
    let GrepError::Pattern(inner) = &error else { panic!("{error}") };
    assert_eq!((inner.pattern(), inner.column()), ("/a(b/", 3));
    assert!(error.to_string().contains("\"/a(b/\" at column 3"), "{error}");
}

#[test]
fn the_error_of_an_output_comes_back() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let stream = five();
    let error = Query::new().print_to(&stream, Full).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let mut bytes = Vec::new();
    assert_eq!(Query::new().zone(Zone::Utc).print_to(&stream, &mut bytes).unwrap(), 5);
    assert_eq!(String::from_utf8(bytes).unwrap().lines().collect::<Vec<_>>(), cat(&stream));
}

#[test]
fn json_tells_losses_as_objects() {
    let stream = Config::new().bytes(1 << 14).shards(1).build().unwrap();
    let mut cursor = stream.cursor();
    for _ in 0..1000 {
        Sample::plain(Level::Info, "0123456789").write(&stream, "t");
    }
    let mut scan = super::super::Scan::new(&Query::new().format(Format::Json), &stream.core);
    let mut lines = std::collections::VecDeque::new();
    let next = cursor.advance();
    scan.take(next, &mut cursor, &mut lines).unwrap();
    let object: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(object["lost"], cursor.lost());
}
