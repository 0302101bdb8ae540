//! What depends on the terminal, and on whether there is one.

use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use ringvisor::record::Level;
use ringvisor::supervise::Ctx;
use tokio::sync::oneshot;

use crate::bench::Bench;
use crate::pty::Pty;

/// What a terminal of so many columns shows.
fn shown(bench: &Bench, columns: u16, args: &str, variables: &[(&str, &str)]) -> String {
    let mut command = bench.command(args);
    command.env("TERM", "xterm").env("RINGVISOR_PAGER", "cat").envs(variables.iter().copied());
    let (text, status) = Pty::start(command, columns).finish();
    assert!(status.success(), "{text}");
    text
}

#[test]
fn colours_are_for_terminals_unless_somebody_says() {
    let bench = Bench::new();
    let has_colours = |args: &str, variables: &[(&str, &str)]| {
        shown(&bench, 80, args, variables).contains("\x1b[")
    };
    assert!(has_colours("status", &[]));
    assert!(!has_colours("status", &[("NO_COLOR", "1")]));
    assert!(!has_colours("status", &[("CLICOLOR", "0")]));
    assert!(!has_colours("status", &[("TERM", "dumb")]));
    assert!(!has_colours("status --color never", &[]));
    assert!(has_colours("status --color always", &[("NO_COLOR", "1")]));
    assert!(!has_colours("status -o json", &[]));
    let forced = bench.command("status").env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
}

#[test]
fn lines_are_as_wide_as_the_terminal() {
    let bench = Bench::new();
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    let narrow = shown(&bench, 40, "status --color never", &[]);
    assert!(widest(&narrow) <= 40, "{narrow}");
    assert!(widest(&shown(&bench, 40, "status --color never --no-trunc", &[])) > 40);
    let told = shown(&bench, 80, "status --color never --width 30", &[]);
    assert!(widest(&told) <= 30, "{told}");
    // Where nobody looks nothing is cut.
    assert!(widest(&String::from_utf8(bench.run("status").stdout).unwrap()) > 40);
}

#[test]
fn signs_are_ascii_where_the_locale_is() {
    let bench = Bench::new();
    assert!(!shown(&bench, 80, "status", &[]).is_ascii());
    assert!(shown(&bench, 80, "status", &[("LC_ALL", "POSIX")]).is_ascii());
}

#[test]
fn a_pager_is_for_terminals_and_not_for_what_never_ends() {
    let bench = Bench::new();
    let paged = bench.directory.join("paged");
    let pages = |args: &str| {
        shown(&bench, 80, args, &[("RINGVISOR_PAGER", "tee paged"), ("PAGER", "false")]);
        fs::remove_file(&paged).is_ok()
    };
    assert!(pages("status"));
    assert!(!pages("status --no-pager"));
    let from_pager = [("RINGVISOR_PAGER", "printenv LESS")];
    assert_eq!(shown(&bench, 80, "ring", &from_pager), "FRXK\n");

    bench.command("status").env("RINGVISOR_PAGER", "tee paged").output().unwrap();
    assert!(!paged.exists());
    bench.say(Level::Info, "followed");
    let mut command = bench.command("logs -f");
    command.env("RINGVISOR_PAGER", "tee paged");
    let mut follower = Pty::start(command, 80);
    follower.read_until("followed");
    assert!(!paged.exists());
    bench_end(bench, follower);
}

/// The follower ends with its program.
fn bench_end(mut bench: Bench, follower: Pty) {
    bench.end();
    assert!(follower.finish().1.success());
}

#[test]
fn answers_go_to_standard_output_and_remarks_do_not() {
    let bench = Bench::new();
    bench.say(Level::Info, "one");
    let output = bench.run("logs -o cat");
    assert_eq!(output.stdout, b"one\n");
    assert!(output.stderr.starts_with(b"-- 1 matching record, "));
    assert!(bench.run("logs -o cat -q").stderr.is_empty());
    assert!(bench.run("status nope").stdout.is_empty());
}

#[test]
fn who_has_seen_enough_is_no_failure() {
    let bench = Bench::new();
    for _ in 0..5_000 {
        bench.say(Level::Info, "a line that fills the pipe");
    }
    let mut command = bench.command("logs");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*said), (Some(0), ""));
}

#[test]
fn an_interrupt_ends_whoever_follows() {
    let bench = Bench::new();
    bench.say(Level::Info, "one");
    let mut child = bench.command("logs -f -o cat").stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    // SAFETY: the child was not waited for, so the number is its own.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGINT) }, 0);
    // A shell shows that as 130.
    assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGINT));
}

#[test]
fn what_takes_its_time_is_shown() {
    let bench = Bench::new();
    let (release, released) = oneshot::channel::<()>();
    let released = std::sync::Mutex::new(Some(released));
    bench.runtime.block_on(async {
        let slow = move |cx: Ctx| {
            let released = released.lock().unwrap().take();
            async move {
                cx.stopping().await;
                _ = released.unwrap().await;
            }
        };
        drop(bench.supervisor.task("slow", slow).stop_timeout(Duration::MAX).start());
    });
    let mut stopping = Pty::start(bench.command("stop slow --wait 60s"), 80);
    stopping.read_until("slow: stopping … (");
    release.send(()).unwrap();
    let (text, status) = stopping.finish();
    assert!(status.success() && text.contains("slow: stopped after "), "{text}");
}

#[test]
fn a_large_dump_counts_what_it_has() {
    let bench = Bench::new();
    // Each quote takes two letters in JSON, so this is more than the ring's 1 MiB.
    for _ in 0..10_000 {
        bench.say(Level::Info, &"\"".repeat(100));
    }
    let (text, status) = Pty::start(bench.command("dump -o all"), 80).finish();
    assert!(status.success() && text.contains("1 MiB") && text.contains("all: "), "{text}");
}
