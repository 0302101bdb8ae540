//! Programs that are not asked, because they are dead or hang: their black boxes answer.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ringvisor::black_box::{self, BlackBox, LastState};
use ringvisor::pattern::Pattern;
use ringvisor::record::{Level, LevelFilter};
use ringvisor::stream::Query;
use ringvisor::supervise::{State, When};

use crate::bench::prints;
use crate::child;

/// A folder of its own, as the place for boxes, on a tmpfs where there is one.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let path = base.join(format!("rvctl-past-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> String {
        self.0.join("ringvisor/demo.box").display().to_string()
    }

    /// A program that has done its work and waits to be killed.
    fn start(&self, test: &str) -> Child {
        let mut command = child::command(test);
        command.env("XDG_RUNTIME_DIR", &self.0).env("RINGVISOR_SOCKET", "off");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let is_ready = output.lines().map_while(Result::ok).any(|line| line.ends_with("ready"));
        assert!(is_ready, "the child says so before it ends");
        child
    }

    fn start_and_kill(&self, test: &str) {
        let mut child = self.start(test);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rvctl"));
        command.args(args.split_whitespace()).current_dir(&self.0).stdin(Stdio::null());
        command.env("XDG_RUNTIME_DIR", &self.0).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        for key in ["RINGVISOR_SOCKET", "RINGVISOR_OUTPUT", "CLICOLOR_FORCE", "NO_COLOR"] {
            command.env_remove(key);
        }
        command
    }

    #[track_caller]
    fn prints(&self, args: &str, code: i32, expected: &[&str]) {
        prints(&mut self.command(args), args, code, expected);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// What the child does: it logs, has tasks of several kinds, and waits.
fn work() {
    let builder = ringvisor::builder("demo").bytes(1 << 20).stderr(LevelFilter::Off);
    let ringvisor = builder.black_box(BlackBox::new()).try_init().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let supervisor = ringvisor::supervisor();
        log::info!(target: "demo::work", block = 7; "read");
        log::warn!(target: "demo::work", "Slow query");
        let flaky = supervisor.task("flaky", |_| async { panic!("no such block") as () });
        _ = flaky.restart(When::Never).start().unwrap().await;
        let answer = supervisor.task("answer", |_| async { 42 }).start().unwrap();
        _ = answer.await;
        let mailer = supervisor.task("mailer", |cx| async move {
            log::debug!(target: "demo::mail", "waiting for rx");
            cx.stopping().await;
        });
        let mailer = mailer.start().unwrap();
        while !is_running("mailer", ringvisor.black_box().unwrap()) {
            tokio::task::yield_now().await;
        }
        println!("\nready");
        _ = mailer.await;
    });
}

/// Whether the box says so, that the task has spoken, and how the panic came about.
fn is_running(name: &str, path: &Path) -> bool {
    let recording = black_box::open(path).unwrap();
    let runs = |state: &&LastState| state.name == name && state.state == State::Running;
    let has_spoken = |state: &LastState| {
        recording.tasks().iter().any(|task| task.id == state.id && task.level == Level::Debug)
    };
    let panic = Query::new().target(Pattern::glob("ringvisor::panic"));
    let is_traced =
        panic.last_match(recording.stream()).is_some_and(|line| line.contains("    at "));
    is_traced && recording.states().iter().find(runs).is_some_and(has_spoken)
}

#[test]
fn a_dead_program_answers_out_of_its_box() {
    if child::is_here() {
        return work();
    }
    let place = Place::new("dead");
    place.start_and_kill("past::a_dead_program_answers_out_of_its_box");
    let read = "…:… INFO  demo::work read block=7";
    let slow = "…:… WARN  demo::work Slow query  tests/rvctl/past.rs:…";
    let mail = "…:… DEBUG mailer    waiting for rx";
    let file = format!("--file {}", place.path());
    let logs = |args: &str| format!("{file} logs -q {args}");
    place.prints(&logs("-t demo::*"), 0, &[read, slow, mail]);
    place.prints(&logs("-t demo::* -r"), 0, &[mail, slow, read]);
    place.prints(&logs("-t demo::* -n 1"), 0, &[mail]);
    place.prints(&logs("-u mailer -t demo::*"), 0, &[mail]);
    place.prints(&logs("-g slow"), 0, &[slow]);
    place.prints(&logs("-g slow -S -1h -U 1h"), 1, &[]);
    place.prints(&logs("-p warn -t demo::*"), 0, &[slow]);
    place.prints(&logs("-g slow -o cat"), 0, &["Slow query"]);
    place.prints(&logs("-g slow -o full"), 0, &["20… [demo] [WARN] Slow query"]);
    place.prints(&logs("-g slow -o json"), 0, &["{\"ts\":\"20…\"level\":\"WARN\"…}"]);
    place.prints(&logs("-u nobody"), 1, &[]);
}

#[test]
fn its_tasks_are_as_they_were() {
    if child::is_here() {
        return work();
    }
    let place = Place::new("tasks");
    place.start_and_kill("past::its_tasks_are_as_they_were");
    let kept = format!("      Box: {}, 1.… MiB, … records", place.path());
    place.prints(
        "status -b 0",
        0,
        &[
            "✖ demo - pid …, was killed; last seen …, … ago, after …",
            "    Tasks: 3 loaded: 1 running, 1 failed, 1 done   (as they were then)",
            &kept,
            "",
            "● answer: done since …",
            "✖ flaky: failed since … - panicked at tests/rvctl/past.rs:…: no such block",
            "● mailer: running since … - last heard of at tests/rvctl/past.rs:…: [DEBUG] waiting for rx",
        ],
    );
    // How many frames there are depends on what the debug information says.
    let traced = place.command("trace -b 0 flaky").output().unwrap();
    let traced = String::from_utf8([traced.stdout, traced.stderr].concat()).unwrap();
    assert!(traced.starts_with("flaky: Traceback\n"), "{traced}");
    assert!(
        traced.ends_with("no such block\nLog before it: rvctl logs -u flaky -n 20\n"),
        "{traced}"
    );
    place.prints("trace -b 0 mailer", 1, &["no last run has failed"]);
    place.prints("is-active -b 0 mailer flaky", 3, &["failed", "running"]);
    place.prints("stop -b 0 mailer --yes", 6, &["rvctl: this program can only be looked at; …"]);
    place.prints(
        "status -b 0 mialer",
        4,
        &["rvctl: there is no task \"mialer\"; did you mean mailer?"],
    );
}

#[test]
fn a_program_that_hangs_answers_too() {
    if child::is_here() {
        return work();
    }
    let place = Place::new("hangs");
    let mut child = place.start("past::a_program_that_hangs_answers_too");
    let id = i32::try_from(child.id()).unwrap();
    // SAFETY: the child was not waited for, so its number is still its own.
    assert_eq!(unsafe { libc::kill(id, libc::SIGSTOP) }, 0);
    let file = place.path();
    place.prints(&format!("logs -q --file {file} -g slow -o cat"), 0, &["Slow query"]);
    let status = place.command("status -n demo -b 0").output().unwrap();
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(status.starts_with(&format!("● demo - pid {id}, is running; last seen ")), "{status}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn earlier_runs_are_listed_and_read() {
    if child::is_here() {
        return work();
    }
    let place = Place::new("boots");
    place.prints("logs -b -1", 5, &["rvctl: there is no black box; name one with --file PATH"]);
    for _ in 0..2 {
        place.start_and_kill("past::earlier_runs_are_listed_and_read");
    }
    place.prints(
        "logs --list-boots",
        0,
        &[
            "BOOT  PID    STARTED              LAST SEEN            END",
            "  -1  …  20…  20…  was killed",
            "   0  …  20…  20…  was killed",
        ],
    );
    place.prints("logs -q -b -1 -g slow -o cat", 0, &["Slow query"]);
    let told = "last run (pid …) was killed";
    place.prints("logs -q -b 0 -n 1 -t ringvisor::black_box -o cat", 0, &[told]);
    place.prints("logs -q -b -1 -t ringvisor::black_box", 1, &[]);
    place.prints("logs -b -2", 5, &["rvctl: there is no black box …/demo.box.2; …"]);
    place.prints("logs -b 3", 2, &["rvctl: --boot=3: it is -1 for the last run, …"]);
    place.prints("logs -b 0 -f", 2, &["rvctl: a black box is read as it is; …"]);
}

#[test]
fn what_cannot_be_read_says_why() {
    if child::is_here() {
        return work();
    }
    let place = Place::new("damaged");
    place.start_and_kill("past::what_cannot_be_read_says_why");
    let bytes = fs::read(place.path()).unwrap();
    let write = |name: &str, at: usize, with: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        fs::write(place.0.join(name), bytes).unwrap();
    };
    write("older", 9, &[9]);
    let older = "rvctl: black box older: it is of format 9 and this is a reader of format 1; …";
    place.prints("logs --file older", 1, &[older]);
    write("damaged", 64, &[0xff]);
    let damaged = "rvctl: black box damaged: its first page is damaged, …";
    place.prints("status --file damaged", 1, &[damaged]);
    fs::write(place.0.join("letter"), "dear reader").unwrap();
    let letter = "rvctl: black box letter: the file is no black box, or only the start of one";
    place.prints("trace --file letter", 1, &[letter]);
    place.prints("logs --file none", 5, &["rvctl: there is no black box none; …"]);
}
