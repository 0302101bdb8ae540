//! Texts that are several records, on their way through a sink.

use std::io::Write;

use super::{Capture, Config, Kept, LONG, Pump, message};
use crate::record::Level;

#[test]
fn a_long_text_is_one_line_of_a_sink_and_one_of_a_capture() {
    let stream = Config::new().bytes(1 << 20).shards(1).build().unwrap();
    let capture = Capture::of(&stream);
    let kept = Kept::default();
    let sink = Pump::new("kept").format(message()).start(&stream, kept.clone()).unwrap();
    let text = "frame ".repeat(2_000);
    stream.write_text(Level::Error, "panic", format_args!("{text}"));
    assert!(sink.flush(LONG));
    assert_eq!(kept.lines(), [&*text]);
    assert_eq!(sink.stats().records, 1);
    assert_eq!(capture.records()[0].message, text);
    assert_eq!(capture.records().len(), 1);
}

#[test]
fn a_flush_has_what_is_there_of_a_long_line() {
    let stream = Config::new().bytes(1 << 20).shards(1).build().unwrap();
    let kept = Kept::default();
    let sink = Pump::new("kept").format(message()).start(&stream, kept.clone()).unwrap();
    let mut writer = stream.writer();
    writer.write_all("a".repeat(5_000).as_bytes()).unwrap();
    assert!(sink.flush(LONG));
    writer.write_all(b"b\n").unwrap();
    drop(sink);
    let lines = kept.lines();
    assert!(lines[0].starts_with("aaa") && lines[0].ends_with("a…"));
    assert!(lines[1].starts_with("…aaa") && lines[1].ends_with("ab"));
    assert_eq!(lines.concat().matches('a').count(), 5_000);
}
