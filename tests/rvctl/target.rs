//! Which program is meant.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc::channel;
use std::time::Instant;

use core::time::Duration;
use ringvisor::control::{Operator, Place, Running, Server, View};
use ringvisor::{RingStream, Supervisor};

use crate::bench::Bench;

/// A program of that name whose socket lies where sockets do.
fn program(directory: &Path, name: &str) -> Running {
    let stream = RingStream::with_bytes(1 << 16).unwrap();
    let view = View::new(name, stream, Supervisor::new());
    let place = Place::in_directory(directory.join("ringvisor"), name);
    Server::new(Operator::new(view)).listen(&place).start().unwrap()
}

fn run(directory: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rvctl"));
    command.args(args).env("XDG_RUNTIME_DIR", directory).env("TMPDIR", directory);
    let Output { status, stdout, stderr } =
        command.env_remove("RINGVISOR_SOCKET").output().unwrap();
    (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

#[test]
fn the_only_one_is_meant_and_of_several_one_has_to_be_named() {
    let name = format!("rvctl-target-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::DirBuilder::new().mode(0o700).create(&directory).unwrap();
    let (code, text) = run(&directory, &["status"]);
    assert_eq!(code, Some(5), "{text}");

    let billing = program(&directory, "billing");
    assert_eq!(run(&directory, &["ring"]).0, Some(0));
    let orders = program(&directory, "orders");
    let (code, text) = run(&directory, &["ring"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("billing (pid ") && text.contains("orders (pid "), "{text}");
    assert!(text.trim_end().ends_with("with -n NAME or --pid PID"), "{text}");
    assert_eq!(run(&directory, &["-n", "orders", "ring"]).0, Some(0));
    let (code, text) = run(&directory, &["-n", "order", "ring"]);
    assert_eq!(code, Some(5), "{text}");

    let (code, text) = run(&directory, &["ls"]);
    assert_eq!(code, Some(0), "{text}");
    let names = text.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["NAME", "billing", "orders"]);
    drop((billing, orders));
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn it_answers_while_all_workers_of_the_program_are_blocked() {
    let bench = Bench::new();
    let (release, blocked) = channel::<()>();
    let (entered, is_in) = channel();
    bench.runtime.spawn(async move {
        entered.send(()).unwrap();
        _ = blocked.recv();
    });
    is_in.recv().unwrap();
    let begun = Instant::now();
    let output = bench.run("status");
    let took = begun.elapsed();
    drop(release);
    assert!(output.status.success());
    assert!(took < Duration::from_secs(1), "{took:?}");
}
