//! Processes that print what they are told, and how long that takes.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::stats::quantile;
use crate::supervise::Effort;

/// This program again, with these arguments.
pub fn itself(args: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("Linux tells"));
    command.args(args.split(' ')).stdin(Stdio::null());
    command
}

/// A directory for one measurement, gone with this value.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        let path = env::temp_dir().join(format!("ringvisor-peers-{}", std::process::id()));
        fs::create_dir(&path).expect("a directory of its own");
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that ends with this value.
pub struct Ending(pub Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Milliseconds from `write` to the line that `follower` prints for it, at that quantile. What is
/// there already is the line `begin`.
pub fn latency(effort: Effort, q: f64, mut follower: Command, mut write: impl FnMut(&str)) -> f64 {
    let child = follower.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut child = Ending(child);
    let mut printed = BufReader::new(child.0.stdout.take().expect("it is piped"));
    let mut line = String::new();
    let mut next = || {
        line.clear();
        printed.read_line(&mut line).expect("it prints text");
        line.trim_end().to_owned()
    };
    assert_eq!(next(), "begin");
    let mut spent = Vec::new();
    for number in 0..if effort.quick { 300_u64 } else { 2_000 } {
        let text = format!("number {number}");
        let begun = Instant::now();
        write(&text);
        assert_eq!(next(), text);
        spent.push(begun.elapsed().as_secs_f64() * 1e3);
        // Out of step with whatever goes by a clock.
        thread::sleep(Duration::from_micros(500 + number * 37 % 1_000));
    }
    spent.sort_unstable_by(f64::total_cmp);
    quantile(&spent, q).expect("there are some")
}

/// Adds lines to a file.
pub fn lines_of(path: &Path) -> impl FnMut(&str) {
    let mut file = fs::File::create(path).expect("a file of its own");
    move |line| writeln!(file, "{line}").expect("there is room")
}
