//! What asking is measured beside: a process, a file and `tail`, a socket.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::thread;
use std::time::Instant;

use super::process::{Scratch, itself, latency, lines_of};
use crate::supervise::Effort;
use crate::supervise::measure::median;

/// How often one thing is asked.
pub const TIMES: usize = 5;
/// About what a page of 1,000 tasks is long, in bytes.
const PAGE: usize = 400 << 10;

/// Median of what a call takes, in milliseconds of wall time.
pub fn wall_ms(mut call: impl FnMut()) -> f64 {
    let mut once = |_| {
        let begun = Instant::now();
        call();
        begun.elapsed().as_secs_f64() * 1e3
    };
    median(&(0..TIMES).map(&mut once).collect::<Vec<_>>())
}

/// This program, started to do nothing.
pub fn process(_: Effort) -> f64 {
    wall_ms(|| assert!(itself("--build-only").status().expect("it starts").success()))
}

/// A line added to a file, and `tail -F`.
fn tail(effort: Effort, q: f64) -> f64 {
    let scratch = Scratch::new();
    let path = scratch.file("log");
    let mut write = lines_of(&path);
    write("begin");
    let mut command = Command::new("tail");
    command.args(["-n", "1", "-F"]).arg(&path);
    latency(effort, q, command, write)
}

pub fn tail_p50(effort: Effort) -> f64 {
    tail(effort, 0.5)
}

pub fn tail_p99(effort: Effort) -> f64 {
    tail(effort, 0.99)
}

/// As many bytes as a page has, through a socket.
pub fn page(_: Effort) -> f64 {
    let bytes = vec![b'x'; PAGE];
    wall_ms(|| {
        let (mut one, mut other) = UnixStream::pair().expect("a pair of sockets");
        thread::scope(|scope| {
            scope.spawn(|| {
                other.write_all(&bytes).expect("it is read");
                drop(other);
            });
            let mut read = Vec::new();
            one.read_to_end(&mut read).expect("it is written");
            assert_eq!(read.len(), PAGE);
        });
    })
}
