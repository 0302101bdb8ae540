use core::time::Duration;
use std::fs;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use super::{Failed, Found, Json, Panicked, Running, Span, Suspended, Text, Traceback, group};
use crate::record::{Level, TaskId, Time, Zone};
use crate::supervise::status::{ErrorText, Place};
use crate::supervise::trace::last_lines::LogLine;
use crate::supervise::trace::stack::{Frame, Owner, Stack};
use crate::supervise::trace::watchdog::Activity;

const S: u64 = 1_000_000_000;

/// That second of 2026-11-21, 09:00 UTC.
fn at(second: u64) -> Time {
    Time { wall_ns: (1_795_251_600 + second as i64) * S as i64, mono_ns: second * S }
}

fn place(file: &str, line: u32, column: u32) -> Option<Place> {
    Some(Place { file: String::from(file).into(), line, column })
}

fn frame(function: &str, place: Option<Place>, owner: Owner) -> Frame {
    Frame { function: function.into(), place, owner }
}

fn user(function: &str, line: u32) -> Frame {
    frame(function, place("examples/demo.rs", line, 5), Owner::User)
}

fn wait(line: u32, module: &str) -> Stack {
    let file = std::format!("tokio-1.54.1/src/{module}.rs");
    let leaf = frame("async fn", place(&file, 245, 42), Owner::Library("tokio".into()));
    let std = frame("poll", place("core/src/future/poll_fn.rs", 151, 9), Owner::Std);
    Stack::from([leaf, std, user("demo::drain", line), user("demo::lost", 9)].to_vec())
}

fn suspended() -> Suspended {
    let waits = [wait(118, "sync/mpsc/bounded"), wait(120, "time/sleep")].into();
    Suspended { waits, missed: 0, idle: Some(Duration::from_secs(780)) }
}

fn panicked() -> Panicked {
    let begin = frame("begin_unwind", place("std/src/panicking.rs", 689, 5), Owner::Std);
    Panicked {
        message: "checksum mismatch\nin block 7".into(),
        place: place("examples/demo.rs", 61, 13),
        thread: "tokio-rt-worker".into(),
        time: at(1_561),
        after: Duration::from_millis(19_800),
        seen: 39,
        first: Some(at(743)),
        stack: Stack::from([begin, user("demo::verify", 61), user("demo::flaky", 47)].to_vec()),
    }
}

fn traceback(name: &str, found: Found) -> Traceback {
    let spawned_at = place("examples/demo.rs", 144, 8);
    Traceback { spawned_at, ..Traceback::new(TaskId(7), name, 1, found) }
}

fn all() -> Vec<Traceback> {
    let chain = ["cannot read the queue".into(), "connection reset".into()].into();
    let error = ErrorText { class: "demo::Broken".into(), chain };
    let (after, last) = (Duration::from_secs(3), Some((suspended(), Duration::from_secs(2))));
    let failed = Failed {
        error,
        debug: "Broken(Reset)".into(),
        time: at(5),
        after,
        stack: None,
        last: None,
    };
    let running = Running {
        held: Duration::from_millis(3_200),
        thread: "tokio-rt-worker".into(),
        activity: Some(Activity::Sleeping),
        stack: None,
        last: last.clone(),
    };
    let mut lost = traceback("lost", Found::Suspended(suspended()));
    let span = |name: &str, ms| Span { name: name.into(), age: Duration::from_millis(ms) };
    lost.spans = [span("drain", 780_000), span("rx", 41)].into();
    let bare = frame("shop::cart::total", None, Owner::User);
    let bare = Suspended { waits: [Stack::from([bare].to_vec())].into(), missed: 3, idle: None };
    let mut flaky = traceback("flaky", Found::Panicked(panicked()));
    let line = |second, level, text: &str| LogLine { time: at(second), level, text: text.into() };
    flaky.log = [
        line(1_560, Level::Debug, "read block=7 bytes=4096"),
        line(1_561, Level::Warn, "again \\x1b[2J"),
    ]
    .into();
    [
        lost,
        flaky,
        traceback("hog", Found::Running(running)),
        traceback("broken", Found::Failed(failed)),
        traceback("orphan", Found::NoWaker),
        traceback("far", Found::Unanswered { last }),
        traceback("digest", Found::Blocking),
        traceback("bare", Found::Suspended(bare)),
        Traceback::new(TaskId(9), "report", 0, Found::Down("waits for its time".into())),
    ]
    .into()
}

/// Compares with the file of that name beside this one; with `BLESS=1` in the environment, writes it.
fn same(text: &str, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/supervise/trace/traceback/tests");
    if std::env::var_os("BLESS").is_some() {
        fs::write(folder.join(name), text).unwrap();
    }
    assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), text, "{text}");
}

#[test]
fn the_text_is_what_it_was() {
    let mut text = String::new();
    let mut renderer = Text::at(at(1_600), Zone::Utc);
    for traceback in all() {
        renderer.render(&traceback, &mut text).unwrap();
        text.push('\n');
    }
    same(&text, "tracebacks.txt");
}

#[test]
fn the_json_is_what_it_was() {
    let mut lines = String::new();
    for traceback in all() {
        Json::new().render(&traceback, &mut lines).unwrap();
        lines.push('\n');
    }
    same(&lines, "tracebacks.jsonl");
    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
    assert!(lines.lines().all(parsed));
}

#[test]
fn nothing_in_a_name_or_a_message_ends_a_line() {
    let mut hostile = traceback("a\x1b[2J\nb", Found::Panicked(panicked()));
    if let Found::Panicked(panicked) = &mut hostile.found {
        panicked.message = "\x07\r\x1b]0;x".into();
    }
    let (mut text, mut json) = (String::new(), String::new());
    Text::at(at(0), Zone::Utc).render(&hostile, &mut text).unwrap();
    Json::new().render(&hostile, &mut json).unwrap();
    assert!(!text.contains(['\x1b', '\x07', '\r']) && text.lines().count() == 6, "{text}");
    assert!(!json.contains(['\x1b', '\n']), "{json}");
}

#[test]
fn tasks_that_wait_alike_are_one_group() {
    let mut all: Vec<Traceback> = Vec::new();
    for at in 0..9_812 {
        all.push(traceback(&std::format!("session/{at}"), Found::Suspended(suspended())));
    }
    all.push(traceback("orphan/1", Found::NoWaker));
    all.push(traceback("orphan/2", Found::NoWaker));
    all.push(traceback("flaky", Found::Panicked(panicked())));
    all.push(traceback("shaky", Found::Panicked(panicked())));
    let counts: Vec<usize> = group(&all).iter().map(|group| group.count).collect();
    assert_eq!(counts, [9_812, 2, 1, 1]);
    let mut text = String::new();
    Text::at(at(1_600), Zone::Utc).render_all(&all, &mut text).unwrap();
    let first = "9,812 tasks wait at examples/demo.rs:118:5: session/0, session/1, session/2, …\n";
    assert!(text.starts_with(first), "{text}");
    assert!(text.contains("\n2 tasks wait for ever, nobody can wake them: orphan/1, orphan/2\n"));
}

#[test]
fn full_text_folds_nothing() {
    let mut text = String::new();
    let lost = traceback("lost", Found::Suspended(suspended()));
    Text::at(at(0), Zone::Utc).full(true).render(&lost, &mut text).unwrap();
    assert!(text.contains("core/src/future/poll_fn.rs:151:9"), "{text}");
    assert!(!text.contains("not shown"), "{text}");
}
