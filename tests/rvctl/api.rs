//! Everything that the API can do the command can do, and the other way round.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::bench::Bench;

const DESCRIPTION: &str = include_str!("../../src/control/openapi.json");

/// What is typed, and what of the API carries it out. One line for each verb, and for each part of
/// the API.
const TABLE: &[(&str, &[&str])] = &[
    ("status", &["get /v1/status"]),
    ("status mailer", &["get /v1/tasks", "get /v1/tasks/{name}", "get /v1/logs"]),
    ("ps", &["get /v1/tasks", "get /v1/status"]),
    ("logs", &["get /v1/logs", "get /v1/ring"]),
    ("is-active mailer", &["get /v1/tasks"]),
    ("is-failed flaky", &["get /v1/tasks"]),
    ("trace flaky", &["get /v1/tasks"]),
    ("where mailer", &["get /v1/tasks"]),
    ("result answer", &["get /v1/tasks"]),
    ("runs flaky", &["get /v1/tasks", "get /v1/tasks/{name}/runs"]),
    ("api /v1/tasks/flaky/trace", &["get /v1/tasks/{name}/trace"]),
    ("diagnose", &["get /v1/diagnose"]),
    ("ring", &["get /v1/ring"]),
    ("dump -o -", &["get /v1/dump"]),
    ("level", &["get /v1/levels"]),
    ("level demo=trace", &["post /v1/levels"]),
    ("start spare", &["post /v1/tasks/{name}/start"]),
    ("restart spare", &["post /v1/tasks/{name}/restart"]),
    ("pause spare", &["post /v1/tasks/{name}/pause"]),
    ("resume spare", &["post /v1/tasks/{name}/resume"]),
    ("stop spare", &["post /v1/tasks/{name}/stop"]),
    ("enable spare", &["post /v1/tasks/{name}/enable"]),
    ("set spare led=3", &["post /v1/tasks/{name}/args"]),
    ("kill mailer", &["post /v1/tasks/{name}/kill"]),
    ("remove spare", &["post /v1/tasks/{name}/remove"]),
    ("run", &["get /v1/commands"]),
    ("run drain orders", &["post /v1/commands/{name}"]),
    ("complete m", &["get /v1/tasks"]),
    ("version", &["get /v1"]),
    ("api /", &["get /"]),
    ("api /debug", &["get /debug"]),
    ("api /livez", &["get /livez"]),
    ("api /readyz", &["get /readyz"]),
    ("api /v1/openapi.json", &["get /v1/openapi.json"]),
    ("api /v1/events?until=-1h", &["get /v1/events"]),
    ("api /v1/session -d {}", &["post /v1/session"]),
];

/// Verbs that ask nobody, or everybody.
const LOCAL: [&str; 4] = ["completions", "help", "ls", "man"];

/// Stands between the command and the program, and writes down what is asked.
struct Between {
    path: PathBuf,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Between {
    fn start(bench: &Bench) -> Self {
        let path = bench.directory.join("between");
        let listener = UnixListener::bind(&path).unwrap();
        let (socket, asked) = (bench.socket.clone(), Arc::<Mutex<Vec<String>>>::default());
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (socket, heard) = (socket.clone(), Arc::clone(&heard));
                thread::spawn(move || pass(stream, &socket, &heard));
            }
        });
        Self { path, asked }
    }

    /// What was asked since the last time.
    fn take(&self) -> Vec<String> {
        core::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// Passes on one request and its answer.
fn pass(mut from: UnixStream, socket: &Path, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        from.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let line = String::from_utf8_lossy(&head).lines().next()?.to_owned();
    heard.lock().unwrap().push(line);
    let mut to = UnixStream::connect(socket).ok()?;
    to.write_all(&head).ok()?;
    let (mut back, mut answer) = (from.try_clone().ok()?, to.try_clone().ok()?);
    let answering = thread::spawn(move || {
        // Whoever breaks off ends both.
        _ = io::copy(&mut answer, &mut back);
        _ = back.shutdown(Shutdown::Both);
    });
    _ = io::copy(&mut from, &mut to);
    _ = to.shutdown(Shutdown::Both);
    answering.join().ok()
}

/// All operations that are described: `get /v1/tasks`.
fn described() -> BTreeSet<String> {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let of = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

/// The operation that a request is: `GET /v1/tasks/a?x=1 HTTP/1.1`.
fn operation(line: &str, described: &BTreeSet<String>) -> Option<String> {
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split([' ', '?']).next()?;
    let asked = format!("{} {path}", method.to_lowercase());
    let fits = |one: &&String| {
        let (one, asked): (Vec<_>, Vec<_>) = (one.split('/').collect(), asked.split('/').collect());
        let is_same = |(a, b): (&&str, &&str)| a == b || *a == "{name}" && !b.is_empty();
        one.len() == asked.len() && one.iter().zip(&asked).all(is_same)
    };
    described.iter().find(fits).cloned()
}

#[test]
fn each_operation_has_a_verb_and_each_verb_an_operation() {
    let bench = Bench::new();
    let (between, described) = (Between::start(&bench), described());
    let mut carried_out = BTreeSet::new();
    for (line, expected) in TABLE {
        let mut command = bench.command(line);
        command.arg("--socket").arg(&between.path);
        if *line == "api /v1/events?until=-1h" {
            let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
            child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            command.output().unwrap();
        }
        let asked: BTreeSet<_> =
            between.take().iter().map(|asked| operation(asked, &described).unwrap()).collect();
        for one in *expected {
            assert!(asked.contains(*one), "rvctl {line} asks {asked:?} and not {one}");
        }
        carried_out.extend(asked);
    }
    let left: Vec<_> = described.difference(&carried_out).collect();
    assert!(left.is_empty(), "no verb does {left:?}");

    let help = String::from_utf8(bench.run("--help").stdout).unwrap();
    let (_, verbs) = help.split_once("[TASK…]\n\n").unwrap();
    let verbs = verbs.split("\n\n").next().unwrap().lines();
    for verb in verbs.map(|line| line.split_whitespace().next().unwrap()) {
        let is_there = TABLE.iter().any(|(line, _)| line.split(' ').next() == Some(verb));
        assert!(is_there || LOCAL.contains(&verb), "what {verb} asks is in no line of the table");
    }
}
