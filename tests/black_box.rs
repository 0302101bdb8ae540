//! The last words are there after any death. Each way to die is tried by a process of its own.

#![cfg(all(feature = "std", feature = "log", unix))]

#[path = "black_box/kill.rs"]
mod kill;
#[path = "black_box/memory.rs"]
mod memory;
#[cfg(feature = "tokio")]
#[path = "black_box/stop.rs"]
mod stop;

#[path = "common/child.rs"]
mod child;

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ringvisor::black_box::{self, End};
use ringvisor::record::LevelFilter;
use ringvisor::stream::Entry;

/// A folder of its own on a tmpfs, where there is one.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let path = base.join(format!("ringvisor-test-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The messages of a target, the oldest first.
fn messages(recording: &black_box::Recording, target: &str) -> Vec<String> {
    let mut cursor = recording.stream().cursor();
    let mut messages = Vec::new();
    while let Some(entry) = cursor.next() {
        if let Entry::Record(record) = entry {
            if record.target == target {
                messages.push(record.message.to_owned());
            }
        }
    }
    messages
}

/// This test binary again, to die as `how` says.
fn dying(test: &str, how: &str, path: &Path) -> Command {
    let mut command = child::command(test);
    command.env("HOW", how).env("BOX", path).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Waits until the child says that it has nothing more to do.
fn wait_until_ready(child: &mut Child) {
    let output = BufReader::new(child.stdout.take().unwrap());
    let ready = output.lines().map_while(Result::ok).any(|line| line.ends_with("ready"));
    assert!(ready, "the child says so before it ends");
}

const RECORDS: usize = 2_000;

/// The words that are to be found.
fn say_words() -> ringvisor::Ringvisor {
    let path = std::env::var_os("BOX").unwrap();
    let builder = ringvisor::builder("dying").stderr(LevelFilter::Off);
    let ringvisor = builder.black_box(&path).try_init().unwrap();
    for number in 0..RECORDS {
        log::info!(target: "words", "number {number}");
    }
    ringvisor
}

/// Reads the box, finds all words in it and that it ended so.
fn assert_all_there(path: &Path, how: &str, end: &End) {
    let recording = black_box::open(path).unwrap();
    let words = messages(&recording, "words");
    let expected: Vec<String> = (0..RECORDS).map(|number| format!("number {number}")).collect();
    assert!(words == expected, "{how}: {} of {RECORDS}", words.len());
    assert_eq!(recording.end(), end, "{how}");
    assert_eq!(recording.salvaged().damaged, 0, "{how}");
}

/// Uses up the stack.
fn deep(depth: u64) -> u64 {
    let pad = core::hint::black_box([depth; 64]);
    if depth == 0 { 0 } else { deep(depth - 1).wrapping_add(pad[7]) }
}

fn die() {
    // Under `nohup` it would be ignored, and stay so.
    // SAFETY: nobody else in this process cares for the signal yet.
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_DFL) };
    let ringvisor = say_words();
    match std::env::var("HOW").as_deref() {
        Ok("return") => {}
        Ok("exit") => std::process::exit(3),
        Ok("exit of a thread") => {
            let _ = std::thread::spawn(|| std::process::exit(3)).join();
        }
        Ok("abort") => std::process::abort(),
        Ok("fault") => {
            // SAFETY: it is not, which is the point: nothing is mapped there.
            unsafe { core::ptr::null_mut::<u8>().wrapping_add(8).write_volatile(1) };
        }
        Ok("overflow") => {
            core::hint::black_box(deep(core::hint::black_box(u64::MAX)));
        }
        Ok("raised fault") => {
            // SAFETY: raising a signal touches no memory.
            unsafe { libc::raise(libc::SIGSEGV) };
        }
        _ => {
            println!("\nready");
            loop {
                std::thread::park();
            }
        }
    }
    drop(ringvisor);
}

/// The way to die, the end that is told, and what is to be done to the child if it waits.
fn ways() -> Vec<(&'static str, End, Option<i32>)> {
    let killed = End::Killed { asked: None, out_of_memory: false };
    let signal = |number| End::Signal { number };
    let stopped = |signal, in_order| End::Stopped { signal, in_order };
    vec![
        ("return", End::InOrder, None),
        ("exit", End::InOrder, None),
        ("exit of a thread", End::InOrder, None),
        ("abort", signal(libc::SIGABRT), None),
        ("fault", signal(libc::SIGSEGV), None),
        ("raised fault", signal(libc::SIGSEGV), None),
        ("overflow", signal(libc::SIGSEGV), None),
        ("wait", stopped(libc::SIGTERM, false), Some(libc::SIGTERM)),
        ("wait", stopped(libc::SIGINT, false), Some(libc::SIGINT)),
        ("wait", stopped(libc::SIGHUP, false), Some(libc::SIGHUP)),
        ("wait", killed, Some(libc::SIGKILL)),
    ]
}

#[test]
fn the_last_words_are_there_after_any_death() {
    const THIS: &str = "the_last_words_are_there_after_any_death";
    if child::is_here() {
        return die();
    }
    let folder = Folder::new("exit");
    for (how, end, signal) in ways() {
        let path = folder.path("words.box");
        let mut child = dying(THIS, how, &path).stdout(Stdio::piped()).spawn().unwrap();
        if let Some(signal) = signal {
            wait_until_ready(&mut child);
            // SAFETY: the child was not waited for, so its number is still its own.
            unsafe { libc::kill(child.id() as i32, signal) };
        }
        let status = child.wait().unwrap();
        assert!(signal.is_none() || status.signal() == signal, "{how}: {status}");
        assert_all_there(&path, how, &end);
    }
}

#[test]
fn a_panic_of_another_thread_is_not_the_end() {
    const THIS: &str = "a_panic_of_another_thread_is_not_the_end";
    if child::is_here() {
        let _ringvisor = say_words();
        panic!("meant by the test");
    }
    let folder = Folder::new("panic");
    let path = folder.path("words.box");
    assert!(!dying(THIS, "panic", &path).status().unwrap().success());
    let recording = black_box::open(&path).unwrap();
    assert_eq!(messages(&recording, "words").len(), RECORDS);
    // The test's thread is not the main one, so its panic is not the end of the process.
    assert_eq!(*recording.end(), End::InOrder);
}

#[test]
fn the_next_run_tells_how_the_last_one_ended() {
    const THIS: &str = "the_next_run_tells_how_the_last_one_ended";
    if child::is_here() {
        return die();
    }
    let folder = Folder::new("next");
    let path = folder.path("words.box");
    assert!(!dying(THIS, "abort", &path).status().unwrap().success());
    assert!(dying(THIS, "return", &path).status().unwrap().success());
    let recording = black_box::open(&path).unwrap();
    let told = messages(&recording, "ringvisor::black_box");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("last run (pid ") && told[0].ends_with("(SIGABRT)"), "{told:?}");
    let runs = black_box::runs(&path);
    assert_eq!(runs.iter().map(|(back, _)| *back).collect::<Vec<_>>(), [0, 1]);
    let end = End::Signal { number: libc::SIGABRT };
    assert_all_there(&runs[1].1, "the run before", &end);
}
