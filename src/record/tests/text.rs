//! Lines for people.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::sample::{NOON, Sample, rich, rich_record};
use crate::record::*;

fn line(record: &Record<'_>) -> String {
    let mut line = String::new();
    Text::new("pyboard").zone(Zone::Utc).render(record, &mut line).unwrap();
    line
}

fn hello(message: &str) -> Record<'_> {
    Record { time: NOON, ..Record::new(Level::Info, "demo", message) }
}

#[test]
fn the_line_is_date_name_level_task_message() {
    let mut record = hello("LED 2 toggled!");
    assert_eq!(line(&record), "2023-03-29 12:16:30 [pyboard] [INFO] LED 2 toggled!");
    record.task = Some(Task { id: TaskId(1), run: 1, name: "hello.service" });
    record.truncated = true;
    assert_eq!(
        line(&record),
        "2023-03-29 12:16:30 [pyboard] [INFO] [hello.service] LED 2 toggled!…"
    );
}

#[test]
fn spans_come_before_the_message_and_fields_behind_it() {
    let bytes = rich();
    assert_eq!(
        line(&rich_record(&bytes)),
        concat!(
            r#"2023-03-29 12:16:30 [pyboard] [WARN] [worker@2] request{id=7 name="a b"}:query: "#,
            r#"slow\nquery yes=true i64=-5 u64=18446744073709551615 i128=-7 "#,
            r#"u128=340282366920938463463374607431768211455 f64=1.5 nan=NaN str=plain "#,
            r#"said="say \"hi\"\n" bytes=0x00ff debug=Some(\n1) "#,
            r#"error="no rows: disk: \"full\"""#,
        )
    );
}

#[test]
fn without_wall_time_it_begins_with_the_uptime() {
    let mut record = hello("up");
    for (mono_ns, text) in [
        (12_345_678_901, "[   12.345] [pyboard] [INFO] up"),
        (7_000_000, "[    0.007] [pyboard] [INFO] up"),
        (1_234_567_000_000_000, "[1234567.000] [pyboard] [INFO] up"),
    ] {
        record.time = Time { wall_ns: 0, mono_ns };
        assert_eq!(line(&record), text);
    }
}

#[test]
fn colours_stand_around_the_level() {
    let mut line = String::new();
    let mut text = Text::new("demo").zone(Zone::Utc).style(Some(Style::ANSI));
    text.render(&hello("hi"), &mut line).unwrap();
    assert_eq!(line, "2023-03-29 12:16:30 [demo] [\x1b[32mINFO\x1b[0m] hi");
}

#[test]
fn control_characters_are_escaped_and_other_text_is_not() {
    let shown = |message: &str| line(&hello(message)).split_off(37);
    assert_eq!(shown("a\tb £ é 😀 \"q\" \\ ="), "a\tb £ é 😀 \"q\" \\ =");
    assert_eq!(shown("a\r\nb\x1b[2J\x7f\u{9b}\0"), r"a\r\nb\x1b[2J\x7f\u{9b}\x00");
    assert_eq!(shown("€ …\u{2027}\u{606}"), "€ …\u{2027}\u{606}");
    for turn in ["061c", "200e", "200f", "202a", "202e", "2066", "2069"] {
        let turn = char::from_u32(u32::from_str_radix(turn, 16).unwrap()).unwrap();
        let escaped = format!("a\\u{{{:x}}}b", u32::from(turn));
        assert_eq!(shown(&format!("a{turn}b")), escaped);
    }
    let mut kept = String::new();
    Text::new("").zone(Zone::Utc).keep_lines(true).render(&hello("a\nb\x1b"), &mut kept).unwrap();
    assert!(kept.ends_with("a\nb\\x1b"), "{kept}");
}

fn is_control(c: char) -> bool {
    let turns = ['\u{61c}', '\u{200e}', '\u{200f}'];
    let ranges = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    c.is_control() || turns.contains(&c) || ranges.iter().any(|range| range.contains(&c))
}

proptest! {
    #[test]
    fn any_record_is_one_line_of_harmless_text(sample in Sample::any()) {
        let bytes = sample.encode(MAX_LEN);
        let line = line(&decode(&bytes, &NoNames).unwrap());
        let dull = |c: char| !is_control(c) || c == '\t';
        prop_assert!(line.chars().all(dull), "{}", line);
        if sample.message.chars().all(dull) {
            prop_assert!(line.contains(&sample.message));
        }
    }

    #[test]
    fn integers_are_written_as_core_writes_them(
        unsigned in prop_oneof![any::<u64>(), 0..1000_u64],
        signed in prop_oneof![any::<i64>(), -1000..1000_i64],
    ) {
        let header = Header { level: Level::Info, thread: 0, site: 0, ticks: 0 };
        let mut buffer = Buffer::new();
        let mut encoder = Encoder::new(&mut buffer, header);
        encoder.field(Key::Name("u"), Value::U64(unsigned)).field(Key::Name("i"), Value::I64(signed));
        let line = line(&decode(encoder.finish(), &NoNames).unwrap());
        let words: Vec<&str> = line.rsplit(' ').take(2).collect();
        prop_assert_eq!(words[1].strip_prefix("u="), Some(&unsigned.to_string()[..]));
        prop_assert_eq!(words[0].strip_prefix("i="), Some(&signed.to_string()[..]));
    }
}
