//! The same files as Python's own handlers leave behind, which `tests/golden/python_handlers.py`
//! wrote down.

use core::time::Duration;
use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use super::fake::Fake;
use super::schedule::vienna;
use super::scratch::{LONG, say, timed};
use crate::record::Template;
use crate::sink::{File, Keep, Schedule};

const GOLDEN: &str = include_str!("../../../../tests/golden/python_handlers.txt");

type Files = BTreeMap<String, String>;

fn cases(kind: &str) -> Vec<(Vec<&'static str>, Files)> {
    let mut cases: Vec<(Vec<&str>, Files)> = Vec::new();
    for line in GOLDEN.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match (words[0], cases.last_mut()) {
            ("file", Some((_, files))) => {
                files.insert(words[1].to_string(), words[2..].join(" "));
            }
            _ => cases.push((words, Files::new())),
        }
    }
    cases.retain(|(words, _)| words[0] == kind);
    cases
}

fn ours(file: File, steps: &[(i64, String)]) -> Files {
    let (stream, clock) = timed();
    let disk = Fake::default();
    let mut file = file.format("{message}".parse::<Template>().unwrap());
    file.rules.offset = vienna;
    let mut sink = None;
    for (moment, message) in steps {
        if *moment != 0 && clock.wall_ns() < *moment * 1_000_000_000 {
            let by = moment * 1_000_000_000 - clock.wall_ns();
            clock.advance(Duration::from_nanos(by as u64));
        }
        let sink = sink
            .get_or_insert_with(|| file.clone().start_on(&stream, Arc::new(disk.clone())).unwrap());
        say(&stream, message);
        assert!(sink.flush(LONG));
    }
    drop(sink);
    let text = |name: &String| disk.text(name).trim_end().replace('\n', " ");
    disk.names().iter().map(|name| (name.clone(), text(name))).collect()
}

#[test]
fn files_of_time_are_called_as_pythons() {
    let cases = cases("timed");
    assert!(cases.len() > 5);
    for (words, files) in cases {
        let mut schedule: Schedule = words[1].parse().unwrap();
        if let Some((hour, minute)) = words[2].split_once(':') {
            schedule = schedule.at(hour.parse().unwrap(), minute.parse().unwrap());
        }
        let steps = words[3..].iter().enumerate();
        let steps: Vec<_> = steps.map(|(i, at)| (at.parse().unwrap(), i.to_string())).collect();
        let file = File::new("x.log").schedule(schedule).keep(Keep::all());
        assert_eq!(ours(file, &steps), files, "{words:?}");
    }
}

#[test]
fn files_of_a_size_are_called_as_pythons() {
    for (words, files) in cases("sized") {
        // Python begins anew where a file would be full, we where it would be more than full.
        let most = words[1].parse::<u64>().unwrap() - 1;
        let lengths = words[3..].iter().map(|length| length.parse::<usize>().unwrap());
        let steps: Vec<_> = lengths
            .enumerate()
            .map(|(i, length)| (0, format!("{:x<length$}", i.to_string())))
            .collect();
        let keep = Keep::files(words[2].parse().unwrap());
        let file = File::new("x.log").max_bytes(most).keep(keep);
        assert_eq!(ours(file, &steps), files, "{words:?}");
    }
}
