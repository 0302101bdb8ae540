//! Commands that the program offers.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::bench::Bench;

#[test]
fn they_are_listed_with_their_arguments() {
    let bench = Bench::new();
    let lines = [
        "boom",
        "broken",
        "drain QUEUE [LIMIT]  empties a queue (QUEUE: text, LIMIT: time such as 250ms, 90s, 10m or 2h)",
        "flood LINES          (LINES: u32)",
        "stuck",
    ];
    bench.prints("run", 0, &lines);
    bench.prints("task", 0, &lines);
    let json: Value = serde_json::from_slice(&bench.run("run -o json").stdout).unwrap();
    let limit = serde_json::json!({
        "name": "LIMIT", "kind": "time such as 250ms, 90s, 10m or 2h", "optional": true
    });
    assert_eq!(json["data"][2]["args"][1], limit);
}

#[test]
fn one_that_is_run_says_what_it_does_and_what_came_of_it() {
    let bench = Bench::new();
    bench.prints("run drain orders", 0, &["draining orders for None", "7"]);
    bench.prints("run drain orders 10s", 0, &["draining orders for Some(10s)", "7"]);
    bench.prints("task drain orders --reason monday", 0, &["draining orders for None", "7"]);
    let json: Value = serde_json::from_slice(&bench.run("run drain a -o json").stdout).unwrap();
    assert_eq!(json["data"]["said"], "draining a for None\n");
    assert_eq!(json["data"]["end"]["result"], "7");
    assert_eq!(json["data"]["end"]["task"], "command/drain@4");
    let log = String::from_utf8(bench.run("logs -q").stdout).unwrap();
    assert!(log.contains("run drain orders, by uid ") && log.contains("reason=monday"), "{log}");
}

#[test]
fn what_goes_wrong_is_told() {
    let bench = Bench::new();
    let broken = ["\\u{1b}[2Jhalf of it", "rvctl: broken: failed: the disk is full"];
    bench.prints("run broken", 1, &broken);
    bench.prints("run boom", 1, &["rvctl: boom: …no such block…"]);
    let late = "rvctl: stuck: took longer than it may and was aborted;…";
    bench.prints("run stuck --limit 20ms", 1, &[late]);
    let usage = "usage: drain QUEUE [LIMIT]";
    let missing = format!("rvctl: drain: QUEUE is missing; {usage}");
    bench.prints("run drain", 2, &[&missing]);
    let wrong = "LIMIT is a time such as 250ms, 90s, 10m or 2h, not \"soon\"";
    bench.prints("run drain orders soon", 2, &[&format!("rvctl: drain: {wrong}; {usage}")]);
    let many = format!("rvctl: drain: there is no argument for \"x\"; {usage}");
    bench.prints("run drain orders 1s x", 2, &[&many]);
    let near = "rvctl: there is no command \"drian\"; did you mean drain?";
    bench.prints("run drian", 4, &[near]);
}

#[test]
fn what_nobody_may_change_nobody_may_run() {
    let bench = Bench::read_only();
    let refused = "rvctl: this program can only be looked at; nothing was changed";
    bench.prints("run drain orders", 6, &[refused]);
    let log = String::from_utf8(bench.run("logs -q").stdout).unwrap();
    assert!(log.contains("run drain orders, by uid ") && log.contains("refused"), "{log}");
}

/// However much is said and however fast, all of it comes or is counted.
#[test]
fn no_line_is_lost_uncounted() {
    const LINES: u64 = 200_000;

    let bench = Bench::new();
    let mut command = bench.command(&format!("run flood {LINES}"));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let (mut shown, mut lost) = (0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        match line.unwrap().strip_prefix("-- ").and_then(|rest| rest.split(' ').next()) {
            Some(count) => lost += count.parse::<u64>().unwrap(),
            None => shown += 1,
        }
    }
    assert_eq!(shown + lost, LINES);
    assert!(child.wait().unwrap().success());
}

#[test]
fn who_goes_away_leaves_nothing_running() {
    let bench = Bench::new();
    let mut child = bench.command("run stuck").spawn().unwrap();
    let is_there = || bench.run("is-active command/stuck@1").status.code() == Some(0);
    while !is_there() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    while is_there() {
        std::thread::yield_now();
    }
}
