//! Each command line of the README is one that can be typed.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use ringvisor::record::Level;

use crate::bench::Bench;

const README: &str = include_str!("../../README.md");

/// The lines of its shell blocks that begin with the command, without what is said about them.
fn lines() -> Vec<&'static str> {
    let blocks = README.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter(|line| line.starts_with("rvctl "));
    lines.map(|line| line.split(" #").next().unwrap_or(line).trim()).collect()
}

/// A shell that finds the command and the program.
fn shell(bench: &Bench, line: &str) -> Command {
    let own = Path::new(env!("CARGO_BIN_EXE_rvctl")).parent().unwrap();
    let path = env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {line}")).current_dir(&bench.directory);
    command.env("PATH", format!("{}:{path}", own.display()));
    command.env("RINGVISOR_SOCKET", &bench.socket).env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::null());
    command
}

#[test]
fn its_command_lines_work() {
    let bench = Bench::new();
    bench.say(Level::Warn, "read block=7");
    assert!(lines().len() > 8, "{:?}", lines());
    for line in lines() {
        if line.contains(" -F") || line.contains(" -f") {
            let mut child = shell(&bench, line).stdout(Stdio::piped()).spawn().unwrap();
            let mut first = String::new();
            let mut stdout = BufReader::new(child.stdout.take().unwrap());
            stdout.read_line(&mut first).unwrap();
            assert!(first.contains("block=7"), "{line}: {first}");
            child.kill().unwrap();
            child.wait().unwrap();
            continue;
        }
        let output = shell(&bench, line).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // 1 is an answer: there is something to be found, or nothing.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{line}: {said}");
        assert!(!said.contains("rvctl: "), "{line}: {said}");
    }
}
