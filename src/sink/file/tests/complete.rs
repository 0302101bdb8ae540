//! A process dies at any moment, and so do those that complete its file: in the end each record is
//! there once.

use std::format;
use std::io;
use std::path::Path;
use std::string::{String, ToString};
use std::sync::Arc;
use std::thread::yield_now;
use std::time::Instant;
use std::vec::Vec;

use log::Level;
use parking_lot::Mutex;
use proptest::prelude::*;

use super::fake::Fake;
use super::scratch::{LONG, say_to, timed};
use crate::record::{LevelFilter, Template};
use crate::sink::file::disk::Disk;
use crate::sink::file::ledger::{BYTES, Ledger, Notes};
use crate::sink::{File, Keep, Lanes, Route};

/// A page that dies with the disk.
#[derive(Debug)]
struct Page(Fake, Mutex<Vec<u8>>);

impl Page {
    fn on(disk: &Fake) -> Arc<dyn Notes> {
        Arc::new(Self(disk.clone(), Mutex::new(std::vec![0; BYTES])))
    }
}

impl Notes for Page {
    fn read(&self) -> io::Result<Vec<u8>> {
        Ok(self.1.lock().clone())
    }

    fn write(&self, at: usize, bytes: &[u8]) -> io::Result<()> {
        self.0.set(|disk| {
            let len = disk.burn().of(bytes.len());
            self.1.lock()[at..at + len].copy_from_slice(&bytes[..len]);
        });
        Ok(())
    }
}

fn file(max_bytes: Option<u64>, is_urgent: bool) -> File {
    let template: Template = "{message}".parse().unwrap();
    let mut file = File::new("/logs/x.log").format(template).keep(Keep::all());
    file.rules.direct = 64;
    if let Some(most) = max_bytes {
        file = file.max_bytes(most);
    }
    if is_urgent { file.lanes(Lanes::new().urgent(LevelFilter::Warn)) } else { file }
}

/// The lines of all files, the oldest first.
fn lines(disk: &Fake) -> Vec<String> {
    let number =
        |name: &String| name.strip_prefix("/logs/x.log.").map_or(0, |n| n.parse().unwrap());
    let mut names = disk.names();
    names.sort_by_key(|name| core::cmp::Reverse(number(name)));
    let text: String = names.iter().map(|name| disk.text(name)).collect();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines().map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(96) })]
    #[test]
    fn each_record_is_there_once_whenever_processes_die(
        sizes in prop::collection::vec((0_usize..90, 0_u32..4), 1..60),
        deaths in prop::collection::vec(0_usize..40, 1..4),
        flush_every in 1_usize..20,
        max_bytes in prop::option::of(60_u64..400),
        is_urgent: bool,
    ) {
        let (stream, _) = timed();
        let disk = Fake::default();
        let page = Page::on(&disk);
        let file = || file(max_bytes, is_urgent);
        let sink = file().note_in(Some(Arc::clone(&page)));
        let sink = sink.start_on(&stream, Arc::new(disk.clone())).unwrap();
        disk.set(|disk| disk.fuel = Some(deaths[0]));
        let mut all: Vec<String> = Vec::new();
        for (number, (size, level)) in sizes.iter().enumerate() {
            let line = format!("{number} {}", "x".repeat(*size));
            let level = if *level == 0 { Level::Warn } else { Level::Info };
            say_to(&stream, level, "tests", &line);
            all.push(line);
            if number % flush_every == 0 {
                prop_assert!(sink.flush(LONG));
            }
        }
        drop(sink);
        for fuel in deaths[1..].iter().map(|fuel| Some(*fuel)).chain([None, None]) {
            disk.set(|disk| disk.fuel = fuel);
            let done = file().complete_on(&stream, &[Arc::clone(&page)], Arc::new(disk.clone()));
            let done = done.unwrap().unwrap();
            prop_assert_eq!(done.lost, 0);
        }
        let mut found = lines(&disk);
        if is_urgent {
            let number = |line: &String| line.split(' ').next().unwrap().parse::<u32>().unwrap();
            found.sort_by_key(number);
        }
        prop_assert_eq!(found, all);
    }
}

#[test]
fn what_the_box_no_longer_has_is_told_once() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let page = Page::on(&disk);
    let sink = file(None, false).note_in(Some(Arc::clone(&page)));
    let sink = sink.start_on(&stream, Arc::new(disk.clone())).unwrap();
    say_to(&stream, Level::Info, "tests", "first");
    assert!(sink.flush(LONG));
    disk.set(|disk| disk.fuel = Some(0));
    drop(sink);
    let count = 40_000;
    (0..count).for_each(|i| say_to(&stream, Level::Info, "tests", &format!("number {i}")));
    disk.set(|disk| disk.fuel = None);
    let complete = || {
        let done = file(None, false).complete_on(
            &stream,
            core::slice::from_ref(&page),
            Arc::new(disk.clone()),
        );
        done.unwrap().unwrap()
    };
    let done = complete();
    assert!(done.lost > 0 && done.records + done.lost == count, "{done:?}");
    assert_eq!((complete().records, complete().lost), (0, 0));
    let lines = lines(&disk);
    assert_eq!(lines[..2], ["first".to_string(), format!("-- {} records lost --", done.lost)]);
    assert_eq!(lines.len() as u64, 2 + done.records);
    assert_eq!(lines.last(), Some(&format!("number {}", count - 1)));
}

#[test]
fn what_was_written_and_emptied_is_not_written_again() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let page = Page::on(&disk);
    let sink = file(None, false).note_in(Some(Arc::clone(&page)));
    let sink = sink.start_on(&stream, Arc::new(disk.clone())).unwrap();
    say_to(&stream, Level::Info, "tests", "copied away");
    assert!(sink.flush(LONG));
    disk.open(Path::new("/logs/x.log"), false).unwrap().cut(0).unwrap();
    disk.set(|disk| disk.fuel = Some(0));
    drop(sink);
    disk.set(|disk| disk.fuel = None);
    let done = file(None, false).complete_on(&stream, &[page], Arc::new(disk.clone()));
    assert_eq!(done.unwrap().unwrap().records, 0);
    assert_eq!(disk.text("/logs/x.log"), "");
}

#[test]
fn a_lane_that_had_nothing_to_write_has_lost_nothing() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let page = Page::on(&disk);
    let sink = file(None, true).note_in(Some(Arc::clone(&page)));
    let sink = sink.start_on(&stream, Arc::new(disk.clone())).unwrap();
    for number in 0..40_000 {
        say_to(&stream, Level::Info, "tests", &format!("number {number}"));
        if number % 1_000 == 0 {
            assert!(sink.flush(LONG));
        }
    }
    assert!(sink.flush(LONG));
    disk.set(|disk| disk.fuel = Some(0));
    drop(sink);
    disk.set(|disk| disk.fuel = None);
    let done = file(None, true).complete_on(&stream, &[page], Arc::new(disk.clone()));
    let done = done.unwrap().unwrap();
    assert_eq!((done.records, done.lost), (0, 0));
}

#[test]
fn only_what_can_be_completed_is() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let page = Page::on(&disk);
    let complete = |file: File| {
        file.complete_on(&stream, core::slice::from_ref(&page), Arc::new(disk.clone()))
    };
    assert_eq!(complete(file(None, false)).unwrap(), None, "nothing was noted");
    let sink = file(None, false).note_in(Some(page.clone()));
    drop(sink.start_on(&stream, Arc::new(disk.clone())).unwrap());
    let other = File::new("/logs/y.log");
    assert_eq!(complete(other).unwrap(), None, "another file");
    let error = complete(file(None, true)).unwrap_err();
    assert_eq!(error.to_string(), "cannot complete /logs/x.log: its lanes were others");
    assert!(!file(None, false).route(Route::by_level()).is_completed());
    assert!(!file(None, false).truncate().is_completed());
}

#[test]
fn a_file_of_another_name_is_not_touched() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let begin = |given: &str, path: &str| {
        let page = Page::on(&disk);
        let paths = [given, path].map(Path::new);
        assert!(Ledger::begin(page.clone(), paths, 1, &[0]).unwrap().is_some());
        page
    };
    let complete = |file: &str, page: Arc<dyn Notes>| {
        File::new(file).complete_on(&stream, &[page], Arc::new(disk.clone())).unwrap()
    };
    say_to(&stream, Level::Info, "tests", "text");
    for (file, path) in [("/logs/x.log", "/etc/passwd"), ("/logs/{pid}.log", "/etc/1.log")] {
        assert_eq!(complete(file, begin(file, path)), None, "{path}");
    }
    assert!(disk.names().is_empty());
    let run = complete("/logs/{pid}.log", begin("/logs/{pid}.log", "/logs/1.log")).unwrap();
    assert_eq!((run.path.as_path(), run.records), (Path::new("/logs/1.log"), 1));
    assert_eq!(disk.names(), ["/logs/1.log"]);
}

#[test]
fn what_a_full_disk_took_is_not_added_again() {
    let (stream, _) = timed();
    let disk = Fake::default();
    let page = Page::on(&disk);
    disk.set(|disk| disk.room = Some(20));
    let described = || file(None, false).prefix("p").suffix("s");
    let sink = described().note_in(Some(page.clone()));
    let sink = sink.start_on(&stream, Arc::new(disk.clone())).unwrap();
    let lines: Vec<String> = (0..5).map(|number| format!("line {number}")).collect();
    lines.iter().for_each(|line| say_to(&stream, Level::Info, "tests", line));
    // It waits for room, and is killed while it waits.
    let start = Instant::now();
    while sink.stats().errors == 0 {
        assert!(start.elapsed() < LONG, "waited in vain");
        yield_now();
    }
    disk.set(|disk| (disk.fuel, disk.room) = (Some(0), None));
    assert_eq!(disk.lines("/logs/p.x.s.log"), lines[..2]);
    drop(sink);
    disk.set(|disk| disk.fuel = None);
    let done = described().complete_on(&stream, &[page], Arc::new(disk.clone()));
    assert_eq!(done.unwrap().unwrap().path, Path::new("/logs/p.x.s.log"));
    let written = disk.lines("/logs/p.x.s.log");
    let ours: Vec<&String> = written.iter().filter(|line| line.starts_with("line")).collect();
    assert_eq!(ours, lines.iter().collect::<Vec<_>>());
}
