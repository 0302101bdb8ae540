//! A program whose standard error nobody reads goes on, and what was lost is told exactly.
#![cfg(all(feature = "std", feature = "log"))]

#[path = "common/child.rs"]
mod child;

use core::time::Duration;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

/// Together far more than the pipe, the staging and the ring hold.
const RECORDS: u64 = 30_000;

#[test]
fn a_stopped_pipe_stops_nobody() {
    if child::is_here() {
        return work(Duration::from_secs(60));
    }
    let mut command = child::command("a_stopped_pipe_stops_nobody");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    // Nothing reads standard error before the child says that it has logged everything.
    assert!(wait_for("all logged", &mut stdout), "the child stopped");
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(wait_for("flushed: true", &mut stdout));
    assert!(child.wait().unwrap().success());

    let (mut next, mut lost) = (0, 0);
    for line in stderr.lines() {
        if let Some(told) = told(line) {
            lost += told;
            next += told;
        } else if let Some((_, number)) = line.split_once("record ") {
            assert_eq!(number.parse(), Ok(next), "a record is missing and nobody told");
            next += 1;
        }
    }
    assert_eq!(next, RECORDS);
    assert!(lost > 0, "the pipe was not stopped at all");
}

#[test]
fn a_program_ends_although_nobody_reads() {
    if child::is_here() {
        return work(Duration::ZERO);
    }
    let mut command = child::command("a_program_ends_although_nobody_reads");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    assert!(wait_for("flushed: false", &mut stdout));
    assert!(child.wait().unwrap().success());
    drop(child.stderr.take());
}

#[test]
fn a_closed_pipe_ends_only_the_sink() {
    if child::is_here() {
        return work(Duration::from_secs(60));
    }
    let mut command = child::command("a_closed_pipe_ends_only_the_sink");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    assert!(wait_for("all logged", &mut stdout));
    assert!(wait_for("flushed: false", &mut stdout));
    assert!(child.wait().unwrap().success());
}

/// What the child does.
fn work(limit: Duration) {
    let ringvisor = ringvisor::builder("child").bytes(1 << 18).shards(1).init();
    for number in 0..RECORDS {
        log::info!("record {number}");
    }
    println!("all logged");
    println!("flushed: {}", ringvisor.flush(limit));
}

/// Reads lines until one holds `text`; false if there is none.
fn wait_for(text: &str, lines: &mut impl BufRead) -> bool {
    lines.lines().map_while(Result::ok).any(|line| line.contains(text))
}

fn told(line: &str) -> Option<u64> {
    let count = line.strip_prefix("-- ")?.split_once(" record")?.0;
    Some(count.parse().unwrap())
}
