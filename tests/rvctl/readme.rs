//! Each command line of the README is one that can be typed.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

use ringvisor::record::Level;

use crate::bench::Bench;

const README: &str = include_str!("../../README.md");

/// The lines of its shell blocks that begin so, without what is said about them.
fn lines(begin: &str) -> Vec<&'static str> {
    let blocks = README.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter(|line| line.starts_with(begin));
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
    bench.say_as("flaky", 1, "read block=7");
    assert!(lines("rvctl ").len() > 8);
    for line in lines("rvctl ") {
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

/// A request as curl makes it of such a line.
fn request(line: &str) -> String {
    let line = line.replace('\'', "");
    let body = line.split("-d ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or("");
    let method = if body.is_empty() { "GET" } else { "POST" };
    let target = line.split("http://x").nth(1).unwrap();
    let head = format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    format!("{head}content-length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn its_requests_are_answered() {
    let bench = Bench::new();
    assert!(lines("curl ").len() > 3);
    for line in lines("curl ") {
        let mut stream = UnixStream::connect(&bench.socket).unwrap();
        stream.write_all(request(line).as_bytes()).unwrap();
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status).unwrap();
        assert_eq!(status, "HTTP/1.1 200 OK\r\n", "{line}");
    }
}

/// What is no request to a program is a step of the build, or a program of this crate.
#[test]
fn its_other_lines_name_what_there_is() {
    const STEPS: [&str; 3] = ["test", "bench --quick", "torture --seconds 20"];

    let is_known = |line: &str| {
        let here = |folder: &str, name: &str| {
            Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("{name}.rs")).exists()
        };
        let named = |flag: &str| line.split(flag).nth(1).and_then(|rest| rest.split(' ').next());
        match (line.strip_prefix("cargo xtask "), named("--example "), named("--bin ")) {
            (Some(step), _, _) => STEPS.contains(&step),
            (_, Some(example), _) => here("examples", example),
            (_, _, Some(bin)) => here("src/bin", bin),
            _ => false,
        }
    };
    for line in lines("") {
        let is_asked = ["rvctl ", "curl ", "S="].iter().any(|begin| line.starts_with(begin));
        assert!(is_asked || is_known(line), "{line}");
    }
}
