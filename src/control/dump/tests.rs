//! A file of the program's own, of bounded length and number.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::Value;

use super::{DUMPS, Dumps};
use crate::control::service::Service;
use crate::control::tests::Fixture;

fn dumps(fixture: &Fixture) -> Dumps {
    Dumps::new(Service::read_only(fixture.view.clone()), fixture.directory.join("dumps"))
}

fn say(fixture: &Fixture, count: u64) {
    use core::fmt::Write;

    for number in 0..count {
        let mut line = fixture.stream.writer_at(crate::record::Level::Info, "test");
        writeln!(line, "number {number}").unwrap();
    }
}

#[test]
fn it_is_what_the_command_writes_and_nobody_else_reads_it() {
    let fixture = Fixture::new();
    say(&fixture, 3);
    let (path, bytes) = dumps(&fixture).write().unwrap();
    assert!(path.ends_with("dumps/test.dump-1.jsonl"), "{path:?}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.len() as u64, bytes);
    let asked = fixture.client.text("/v1/dump").unwrap();
    let kinds = |text: &str| -> Vec<String> {
        let first = |line| serde_json::from_str::<Value>(line).unwrap();
        let key = |value: Value| value.as_object().unwrap().keys().next().unwrap().to_string();
        text.lines().map(first).map(key).collect()
    };
    assert_eq!(kinds(&text), kinds(&asked));
    assert!(text.contains("number 2"), "{text}");
}

#[test]
fn what_lies_there_stays_and_at_some_point_it_is_enough() {
    let fixture = Fixture::new();
    let dumps = dumps(&fixture);
    let precious = fixture.directory.join("precious");
    fs::write(&precious, "kept").unwrap();
    fs::create_dir(&dumps.directory).unwrap();
    symlink(&precious, dumps.directory.join("test.dump-1.jsonl")).unwrap();
    symlink("nowhere", dumps.directory.join("test.dump-2.jsonl")).unwrap();
    for number in 3..=DUMPS {
        let (path, _) = dumps.write().unwrap();
        assert!(path.ends_with(std::format!("test.dump-{number}.jsonl")), "{path:?}");
    }
    let full = dumps.write().unwrap_err().to_string();
    assert!(full.contains("remove some"), "{full}");
    assert_eq!(fs::read_to_string(precious).unwrap(), "kept");
}

#[test]
fn one_that_is_too_long_is_cut_and_says_so() {
    let fixture = Fixture::new();
    say(&fixture, 1_000);
    let dumps = Dumps { most: 1_000, ..dumps(&fixture) };
    let (path, bytes) = dumps.write().unwrap();
    let text = fs::read_to_string(path).unwrap();
    assert!(text.lines().last().unwrap().starts_with("{\"cut\":"), "{text}");
    assert!(bytes < 64 << 10, "{bytes}");
}
