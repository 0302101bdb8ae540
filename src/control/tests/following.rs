//! The log over the wire: pages, everything, and what comes.

use std::os::unix::net::UnixStream;
use std::string::{String, ToString};
use std::thread;
use std::vec::Vec;

use super::Fixture;
use crate::control::Ask;
use crate::control::api::{LogLine, LogPage, Lost};
use crate::record::Level;
use crate::stream::RingStream;

fn say(stream: &RingStream, numbers: core::ops::Range<u64>) {
    use core::fmt::Write;

    for number in numbers {
        writeln!(stream.writer_at(Level::Info, "test"), "number {number}").unwrap();
    }
}

fn numbers(page: &LogPage) -> Vec<u64> {
    let number = |line: &LogLine| line.msg.strip_prefix("number ").unwrap().parse().unwrap();
    page.records.iter().map(number).collect()
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let fixture = Fixture::new();
    say(&fixture.stream, 0..250);
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let ask = Ask::path(&["v1", "logs"]).query("limit", 100).some("cursor", cursor);
        let page = fixture.client.get::<LogPage>(ask).unwrap();
        assert_eq!(page.data.lost, 0);
        seen.extend(numbers(&page.data));
        let Some(next) = page.next else { break };
        cursor = Some(next);
    }
    assert_eq!(seen, (0..250).collect::<Vec<_>>());
}

#[test]
fn the_last_few_are_found_and_a_pattern_selects() {
    let fixture = Fixture::new();
    say(&fixture.stream, 0..100);
    let last = fixture.client.get::<LogPage>("/v1/logs?last=3").unwrap();
    assert_eq!(numbers(&last.data), [97, 98, 99]);
    let ask = Ask::path(&["v1", "logs"]).query("grep", "*number ?7");
    assert_eq!(fixture.client.text(ask).unwrap().lines().count(), 9);
    let refused = fixture.client.text("/v1/logs?gerp=x").unwrap_err();
    assert!(refused.to_string().contains("known are"), "{refused}");
}

#[test]
fn whoever_comes_back_misses_nothing_and_sees_nothing_twice() {
    let fixture = Fixture::new();
    say(&fixture.stream, 0..10);
    let ask = || Ask::path(&["v1", "logs"]).query("follow", 1);
    let (mut seen, mut last) = (Vec::new(), None::<String>);
    for round in 1..=5_u64 {
        let first = if last.is_none() { ask().query("last", 10) } else { ask() };
        let mut follow = fixture.client.follow(first, last.as_deref()).unwrap();
        say(&fixture.stream, round * 10..round * 10 + 10);
        for _ in 0..7 {
            let event = loop {
                let event = follow.next_event().unwrap().unwrap();
                if event.name != "hello" {
                    break event;
                }
            };
            assert_eq!(event.name, "log");
            let line: LogLine = serde_json::from_str(&event.data).unwrap();
            seen.push(line.msg);
        }
        last = Some(follow.last_id().into());
    }
    let wanted: Vec<_> = (0..35).map(|number| std::format!("number {number}")).collect();
    assert_eq!(seen, wanted);
}

#[test]
fn whoever_is_too_slow_learns_how_much_is_lost() {
    let fixture = Fixture::new();
    say(&fixture.stream, 0..1);
    let position = fixture.client.get::<LogPage>("/v1/logs").unwrap().data.position;
    let written = fixture.stream.stats().written;
    // Several times what the ring holds.
    say(&fixture.stream, 0..50_000);
    let mut follow = fixture.client.follow("/v1/logs?follow=1", Some(&position)).unwrap();
    let (mut lost, mut seen) = (0, 0);
    while lost + seen < fixture.stream.stats().written - written {
        let event = follow.next_event().unwrap().unwrap();
        match &*event.name {
            "lost" => lost += serde_json::from_str::<Lost>(&event.data).unwrap().lost,
            "log" => seen += 1,
            _ => {}
        }
    }
    assert!(lost > 0 && seen > 0);
    assert_eq!(lost + seen, fixture.stream.stats().written - written);
}

#[test]
fn a_position_of_another_run_begins_with_this_one() {
    let (before, fixture) = (Fixture::new(), Fixture::new());
    let position = before.client.get::<LogPage>("/v1/logs").unwrap().data.position;
    say(&fixture.stream, 0..1);
    let mut follow = fixture.client.follow("/v1/logs?follow=1", Some(&position)).unwrap();
    assert_eq!(follow.next_event().unwrap().unwrap().name, "restarted");
    assert_eq!(follow.next_event().unwrap().unwrap().name, "log");
}

#[test]
fn fifty_follow_one_has_stopped_and_nobody_else_loses_anything() {
    let fixture = Fixture::new();
    let followers: Vec<_> = (0..50)
        .map(|_| fixture.client.follow("/v1/logs?follow=1&grep=number", None).unwrap())
        .collect();
    let mut followers: Vec<_> = followers
        .into_iter()
        .map(|mut follow| {
            assert_eq!(follow.next_event().unwrap().unwrap().name, "hello");
            follow
        })
        .collect();
    let stopped = followers.pop().unwrap();
    say(&fixture.stream, 0..1_000);
    let readers = followers.into_iter().map(|mut follow| {
        thread::spawn(move || {
            for number in 0..1_000 {
                let event = follow.next_event().unwrap().unwrap();
                let wanted = std::format!("\"msg\":\"number {number}\"");
                assert!(event.data.contains(&wanted), "{wanted} in {event:?}");
            }
        })
    });
    readers.collect::<Vec<_>>().into_iter().for_each(|reader| reader.join().unwrap());
    drop(stopped);
}

#[test]
fn too_many_followers_are_refused_and_the_rest_is_still_answered() {
    let fixture = Fixture::new();
    let follow = || fixture.client.follow("/v1/logs?follow=1", None);
    let followers: Vec<_> = (0..64).map(|_| follow().unwrap()).collect();
    assert!(follow().unwrap_err().to_string().contains("follow already"));
    assert_eq!(fixture.client.text("/livez").unwrap(), "ok\n");
    drop(followers);
}

/// What a browser sends by itself when it comes back, and `curl` when it is told to.
#[test]
fn the_last_event_id_is_where_it_goes_on() {
    use std::io::{BufRead, BufReader, Write};

    let fixture = Fixture::new();
    say(&fixture.stream, 0..2);
    let position = fixture.client.get::<LogPage>("/v1/logs?limit=1").unwrap().next.unwrap();
    let mut socket = UnixStream::connect(fixture.running.path().unwrap()).unwrap();
    let head = "GET /v1/logs HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n";
    write!(socket, "{head}last-event-id: {position}\r\n\r\n").unwrap();
    let mut events = BufReader::new(socket).lines().map(Result::unwrap);
    let first = events.find(|line| line.contains("number")).unwrap();
    assert!(first.contains("\"msg\":\"number 1\""), "{first}");
}
