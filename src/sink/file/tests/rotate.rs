//! When files change, on a real disk.

use core::time::Duration;
use std::fs;
use std::string::ToString;
use std::vec::Vec;

use super::scratch::{Scratch, say, timed, write};
use crate::sink::{Keep, Schedule};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_file_is_as_long_as_allowed_and_no_line_is_lost() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let file = scratch.file("x.log").max_bytes(40).keep(Keep::files(3));
    let sink = file.start(&stream).unwrap();
    // Thirteen bytes with the line feed: three of them fit.
    (0..14).for_each(|i| say(&stream, &std::format!("line number{i}")[..12]));
    drop(sink);
    assert_eq!(scratch.names(), ["x.log", "x.log.1", "x.log.2", "x.log.3"]);
    assert_eq!(scratch.lines("x.log").len(), 2);
    for name in ["x.log.1", "x.log.2", "x.log.3"] {
        assert_eq!(fs::metadata(scratch.path(name)).unwrap().len(), 39);
    }
}

#[test]
fn time_and_size_together_keep_what_they_promise() {
    let scratch = Scratch::new();
    let (stream, clock) = timed();
    let file = scratch.file("x.log").max_bytes(20).schedule(Schedule::hourly().utc());
    let sink = file.keep(Keep::files(5)).start(&stream).unwrap();
    for hour in 0..3 {
        for i in 0..4 {
            write(&stream, &sink, &std::format!("hour{hour} {i}"));
        }
        clock.advance(HOUR);
    }
    drop(sink);
    assert_eq!(
        scratch.names(),
        [
            "x.log",
            "x.log.2000-01-01_00",
            "x.log.2000-01-01_00.1",
            "x.log.2000-01-01_01",
            "x.log.2000-01-01_01.1",
            "x.log.2000-01-01_02",
        ]
    );
    assert_eq!(scratch.lines("x.log.2000-01-01_01.1"), ["hour1 2", "hour1 3"]);
    assert_eq!(scratch.lines("x.log"), ["hour2 2", "hour2 3"]);
}

#[test]
fn a_boundary_that_has_passed_rotates_once() {
    let scratch = Scratch::new();
    let (stream, clock) = timed();
    let file = scratch.file("x.log").schedule(Schedule::secondly().utc()).keep(Keep::files(3));
    let sink = file.start(&stream).unwrap();
    (0..3).for_each(|i| write(&stream, &sink, &i.to_string()));
    clock.advance(Duration::from_secs(100));
    (3..11).for_each(|i| write(&stream, &sink, &i.to_string()));
    drop(sink);
    assert_eq!(scratch.lines("x.log.2000-01-01_00-00-00"), ["0", "1", "2"]);
    let expected: Vec<_> = (3..11).map(|i| i.to_string()).collect();
    assert_eq!(scratch.lines("x.log"), expected);
}

#[test]
fn a_file_of_an_earlier_run_is_gone_on_with() {
    let scratch = Scratch::new();
    fs::write(scratch.path("x.log"), "before\n").unwrap();
    let (stream, _) = timed();
    let sink = scratch.file("x.log").start(&stream).unwrap();
    write(&stream, &sink, "after");
    drop(sink);
    assert_eq!(scratch.lines("x.log"), ["before", "after"]);

    let sink = scratch.file("x.log").rotate_at_start().start(&stream).unwrap();
    write(&stream, &sink, "next run");
    drop(sink);
    assert_eq!(scratch.lines("x.log.1"), ["before", "after"]);
    assert_eq!(scratch.lines("x.log"), ["next run"]);

    let sink = scratch.file("x.log").truncate().start(&stream).unwrap();
    write(&stream, &sink, "anew");
    drop(sink);
    assert_eq!(scratch.text("x.log"), "anew\n");
    assert_eq!(scratch.names(), ["x.log", "x.log.1"]);
}

#[test]
fn a_delayed_file_comes_with_its_first_line() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let sink = scratch.file("deep/er/x.log").delay().start(&stream).unwrap();
    assert!(scratch.names().is_empty());
    write(&stream, &sink, "here");
    drop(sink);
    assert_eq!(scratch.text("deep/er/x.log"), "here\n");
}

#[cfg(unix)]
#[test]
fn the_link_leads_to_the_file_that_is_written() {
    let scratch = Scratch::new();
    let (stream, _) = timed();
    let file = scratch.file("run-{pid}.log").latest(scratch.path("latest.log"));
    let sink = file.max_bytes(4).start(&stream).unwrap();
    ["one", "two"].iter().for_each(|text| write(&stream, &sink, text));
    drop(sink);
    assert_eq!(scratch.text("latest.log"), "two\n");
    assert_eq!(
        fs::read_link(scratch.path("latest.log")).unwrap().to_str(),
        Some(&*std::format!("run-{}.log", std::process::id()))
    );
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_rotation() {
    let scratch = Scratch::new();
    let (stream, clock) = timed();
    let start = clock.wall_ns();
    let file = scratch.file("x.log").schedule(Schedule::daily().utc());
    let sink = file.start(&stream).unwrap();
    let day_ns = 86_400_000_000_000_i64;
    let days = [(400, "far ahead"), (1, "back again"), (2, "the day after")];
    for (day, message) in days {
        clock.advance(Duration::from_secs(1));
        clock.set_wall(start + day * day_ns);
        clock.advance(Duration::from_secs(1));
        write(&stream, &sink, message);
    }
    drop(sink);
    assert_eq!(scratch.lines("x.log"), ["the day after"]);
    assert_eq!(scratch.lines("x.log.2000-01-02"), ["far ahead", "back again"]);
    assert_eq!(scratch.names().len(), 2);
}
