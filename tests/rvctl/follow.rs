//! What follows the log goes on through everything that can happen to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use ringvisor::record::Level;

use crate::bench::Bench;

/// The command, following.
struct Follower {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Follower {
    fn start(bench: &Bench, args: &str) -> Self {
        let mut child = bench.command(args).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[test]
fn it_begins_with_the_last_lines_and_goes_on() {
    let bench = Bench::new();
    for number in 1..=12 {
        bench.say(Level::Info, &format!("number {number}"));
    }
    let mut follower = Follower::start(&bench, "logs -f -n 2 -o cat -g number");
    assert_eq!([follower.line(), follower.line()], ["number 11", "number 12"]);
    bench.say(Level::Info, "something else");
    bench.say(Level::Info, "number 13");
    assert_eq!(follower.line(), "number 13");
}

#[test]
fn it_shows_tasks_that_come_later_and_those_that_run_again() {
    let bench = Bench::new();
    bench.say_as("job-1", 1, "first");
    let mut follower = Follower::start(&bench, "logs -F -u job-*");
    let mut next = || follower.line().split_once(' ').unwrap().1.to_owned();
    assert_eq!(next(), "INFO  job-1     first");
    bench.say_as("other", 1, "not asked for");
    bench.say_as("job-2", 1, "new");
    bench.say_as("job-1", 2, "again");
    assert_eq!(next(), "INFO  job-2     new");
    assert_eq!(next(), "INFO  job-1#2   again");
}

#[test]
fn with_the_end_of_the_program_it_ends_too() {
    let mut bench = Bench::new();
    bench.say(Level::Info, "first");
    let mut follower = Follower::start(&bench, "logs -f -q -o cat");
    assert_eq!(follower.line(), "first");
    bench.end();
    assert_eq!(follower.line(), "");
    assert_eq!(follower.child.wait().unwrap().code(), Some(0));
}

#[test]
fn it_survives_the_restart_of_the_program() {
    let mut bench = Bench::new();
    bench.say(Level::Info, "before");
    let mut follower = Follower::start(&bench, "logs -F -o cat");
    assert_eq!(follower.line(), "before");
    bench.end();
    bench.start_again();
    bench.say(Level::Info, "after");
    let restarted = follower.line();
    assert!(restarted.starts_with("-- demo restarted (pid "), "{restarted}");
    assert!(restarted.ends_with(" gap --"), "{restarted}");
    assert_eq!(follower.line(), "after");
}

/// The ring is overwritten several times: what it shows and what it says that it lost are all.
#[test]
fn it_survives_that_the_ring_comes_round() {
    const RECORDS: u64 = 60_000;

    let bench = Bench::new();
    bench.say(Level::Info, "0");
    let mut follower = Follower::start(&bench, "logs -F -o cat");
    assert_eq!(follower.line(), "0");
    for number in 1..=RECORDS {
        bench.say(Level::Info, &number.to_string());
    }
    let (mut shown, mut lost) = (0, 0);
    while shown + lost < RECORDS {
        let line = follower.line();
        match line.strip_prefix("-- ").and_then(|rest| rest.split(' ').next()) {
            Some(count) => lost += count.parse::<u64>().unwrap(),
            None => shown += 1,
        }
    }
    assert_eq!(shown + lost, RECORDS);
}
