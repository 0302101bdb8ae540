//! Records that go to several files.

use std::collections::BTreeMap;
use std::format;
use std::fs;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

use log::{Level, Log, Record};
use proptest::prelude::*;

use super::fake::Fake;
use super::scratch::{LONG, Scratch, names, say_to, timed};
use crate::context::{self, Current};
use crate::record::{TaskId, Template};
use crate::sink::{File, Route};
use crate::stream::RingStream;

fn field(stream: &RingStream, value: &str, message: &str) {
    let fields = [("tenant", value)];
    let mut record = Record::builder();
    let record = record.level(Level::Info).key_values(&fields);
    stream.log(&record.args(format_args!("{message}")).build());
}

fn to_target(stream: &RingStream, target: &str) {
    say_to(stream, Level::Info, target, target);
}

#[test]
fn a_target_and_its_ancestors_have_a_file_each() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let file = scratch.file("all.log").prefix("P").suffix("S");
    let sink = file.route(Route::by_target().consolidated()).start(&stream).unwrap();
    ["a::b::c", "a.b", "a", "z"].iter().for_each(|target| to_target(&stream, target));
    assert!(sink.flush(LONG));
    drop(sink);
    let files = ["P.a.S.log", "P.a.b.S.log", "P.a.b.c.S.log", "P.all.S.log", "P.z.S.log"];
    assert_eq!(scratch.names(), files);
    assert_eq!(scratch.lines("P.a.S.log"), ["a::b::c", "a.b", "a"]);
    assert_eq!(scratch.lines("P.a.b.S.log"), ["a::b::c", "a.b"]);
    assert_eq!(scratch.lines("P.a.b.c.S.log"), ["a::b::c"]);
    assert_eq!(scratch.lines("P.all.S.log"), ["a::b::c", "a.b", "a", "z"]);
}

#[test]
fn levels_and_fields_are_keys_too() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let by_level = scratch.file("rest.log").route(Route::by_level()).delay();
    let by_level = by_level.start(&stream).unwrap();
    let by_field = scratch.file("by/rest.log").route(Route::by_field("tenant"));
    let by_field = by_field.start(&stream).unwrap();
    say_to(&stream, Level::Error, "t", "bad");
    field(&stream, "blue", "sky");
    drop((by_level, by_field));
    assert_eq!(scratch.lines("error.log"), ["bad"]);
    assert_eq!(scratch.lines("info.log"), ["sky"]);
    assert_eq!(scratch.lines("by/blue.log"), ["sky"]);
    assert_eq!(scratch.lines("by/rest.log"), ["bad"]);
}

#[test]
fn hostile_keys_stay_in_the_folder_and_in_bounds() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let route = Route::by_field("tenant").most(20);
    let file = scratch.file("deep/rest.log").route(route).handles(3);
    let sink = file.start(&stream).unwrap();
    let hostile = ["../../etc/passwd", "/etc/passwd", "..", ".", "", "a\0b", "\u{1b}[2J", "C:\\x"];
    for (i, key) in hostile.iter().enumerate() {
        field(&stream, key, &format!("hostile {i}"));
    }
    for i in 0..50 {
        field(&stream, &format!("tenant{i}"), &format!("many {i}"));
    }
    assert!(sink.flush(LONG));
    drop(sink);
    assert_eq!(scratch.names(), ["deep"]);
    let files = names(&scratch.path("deep"));
    assert_eq!(files.len(), 21, "{files:?}");
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(scratch.path("deep").join(file)).unwrap();
            text.lines().map(ToString::to_string).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(lines.len(), hostile.len() + 50, "each record is in one file");
}

#[test]
fn each_file_rotates_by_itself_with_few_handles() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let file = scratch.file("rest.log").route(Route::by_field("tenant")).handles(2);
    let sink = file.max_bytes(20).start(&stream).unwrap();
    for i in 0..30 {
        field(&stream, ["one", "two", "three"][i % 3], &format!("message {i:02}"));
    }
    drop(sink);
    let mut all: Vec<String> =
        scratch.names().iter().flat_map(|name| scratch.lines(name)).collect();
    all.sort();
    assert_eq!(all, (0..30).map(|i| format!("message {i:02}")).collect::<Vec<_>>());
    assert!(scratch.names().iter().all(|name| scratch.text(name).len() <= 20));
}

#[test]
fn a_file_that_fails_does_not_hold_up_the_others() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("broken.log")).unwrap();
    let (stream, clock) = timed();
    let file = scratch.file("rest.log").route(Route::by_field("tenant"));
    let sink = file.start(&stream).unwrap();
    for i in 0..10 {
        field(&stream, ["sound", "broken"][i % 2], &format!("message {i}"));
    }
    assert!(sink.flush(LONG), "{:?}", sink.stats());
    assert_eq!(scratch.lines("sound.log").len(), 5);
    assert_eq!(sink.stats().lost, 5);
    fs::remove_dir(scratch.path("broken.log")).unwrap();
    clock.advance(core::time::Duration::from_secs(1));
    field(&stream, "broken", "whole again");
    assert!(sink.flush(LONG));
    assert_eq!(scratch.lines("broken.log"), ["-- 5 records lost --", "whole again"]);
}

#[test]
fn a_name_is_made_of_placeholders() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let sink = scratch.file("%day%-{pid}.log").start(&stream).unwrap();
    drop(sink);
    assert!(scratch.names()[0].ends_with(&format!("-{}.log", std::process::id())));
    let error = File::new(scratch.path("{nothing}.log")).start(&stream).unwrap_err();
    assert!(error.to_string().contains("no placeholder has this name"), "{error}");
}

/// What a record has that may be a key.
#[derive(Clone, Debug)]
struct Keys {
    target: &'static str,
    task: Option<&'static str>,
    level: Level,
    tenant: Option<&'static str>,
}

impl Keys {
    fn log(&self, stream: &RingStream, message: &str) {
        let name = self.task.unwrap_or_default();
        let task = Current { id: TaskId(7), run: 1, name };
        let fields: Vec<(&str, &str)> = self.tenant.iter().map(|name| ("tenant", *name)).collect();
        let log = || {
            let mut record = Record::builder();
            let record = record.level(self.level).target(self.target).key_values(&fields);
            stream.log(&record.args(format_args!("{message}")).build());
        };
        context::scope(self.task.map(|_| &task), log);
    }

    /// The files that a route has for it.
    fn files(&self, route: usize) -> Vec<String> {
        let parts: Vec<&str> = self.target.split("::").collect();
        let own = |name: Option<&str>| vec![name.unwrap_or("all").to_string()];
        match route {
            0 => (1..=parts.len()).map(|count| parts[..count].join(".")).collect(),
            1 => own(Some(&parts.join("."))),
            2 => own(self.task),
            3 => own(Some(&self.level.as_str().to_lowercase())),
            _ => own(self.tenant),
        }
    }
}

fn keys() -> impl Strategy<Value = Keys> {
    let target = prop::sample::select(vec!["a", "a::b", "a::b::c", "z"]);
    let task = prop::sample::select(vec![None, Some("ingest"), Some("flush@2")]);
    let level = prop::sample::select(vec![Level::Error, Level::Warn, Level::Info]);
    let tenant = prop::sample::select(vec![None, Some("blue"), Some("red")]);
    (target, task, level, tenant).prop_map(|(target, task, level, tenant)| Keys {
        target,
        task,
        level,
        tenant,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn each_record_is_in_the_files_of_its_key_and_in_no_other(
        records in prop::collection::vec(keys(), 1..40),
        which in 0_usize..5,
        is_consolidated: bool,
        handles in 1_usize..4,
    ) {
        let (stream, _) = timed();
        let disk = Fake::default();
        let route = match which {
            0 => Route::by_target(),
            1 => Route::by_whole_target(),
            2 => Route::by_task(),
            3 => Route::by_level(),
            _ => Route::by_field("tenant"),
        };
        let route = if is_consolidated { route.consolidated() } else { route };
        let template: Template = "{message}".parse().unwrap();
        let file = File::new("all.log").route(route).handles(handles).delay().format(template);
        let sink = file.start_on(&stream, Arc::new(disk.clone())).unwrap();
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, keys) in records.iter().enumerate() {
            keys.log(&stream, &number.to_string());
            let mut names = keys.files(which);
            if is_consolidated && !names.contains(&"all".to_string()) {
                names.push("all".into());
            }
            for name in names {
                let name = format!("{}.log", name.replace('@', "_"));
                expected.entry(name).or_default().push(number.to_string());
            }
        }
        prop_assert!(sink.flush(LONG));
        drop(sink);
        let found = disk.names().into_iter().map(|name| (name.clone(), disk.lines(&name)));
        prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
    }
}
