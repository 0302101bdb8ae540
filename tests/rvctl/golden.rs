//! What each command prints, and how it ends.

use core::time::Duration;
use std::fs;
use std::time::Instant;

use ringvisor::record::Level;

use crate::bench::Bench;

#[test]
fn status_shows_the_program_and_its_tasks() {
    let bench = Bench::new();
    bench.prints(
        "status",
        0,
        &[
            "● demo - pid …, running since …; … ago",
            "    Tasks: 6 loaded: …",
            "     Ring: 1.… MiB, 0% full, 0 records written; 0 refused",
            "   Health: not ready: flaky",
            "",
            "● answer: done … - result 42",
            "✖ flaky: failed … - … no such block",
            "● mailer: running since …; … ago - waiting for rx",
            "● net: running 1/1",
            "┗━● net/dhcp: running since …; … ago - waiting for rx",
            "○ spare: stopped …",
        ],
    );
}

#[test]
fn status_of_a_task_ends_with_its_lines_and_its_exit_code() {
    let bench = Bench::new();
    bench.prints("status mailer --line", 0, &["● mailer: status: running since …; … ago"]);
    bench.prints(
        "status flaky",
        3,
        &[
            "✖ flaky: failed since …; … ago",
            "     Polls: 1",
            "    Policy: never…",
            "      Runs: 1 (0 ok, 1 failed), mean life …",
            "   Spawned: tests/rvctl/bench.rs:…",
            " Last exit: …no such block   ('rvctl trace flaky')",
        ],
    );
}

#[test]
fn ascii_where_the_locale_knows_no_more() {
    let bench = Bench::new();
    let output = bench.command("status").env("LC_ALL", "C").output().unwrap();
    assert!(output.stdout.is_ascii());
    assert!(output.stdout.starts_with(b"* demo - pid"));
}

#[test]
fn colours_only_if_wanted() {
    let bench = Bench::new();
    let has_colours = |args: &str| bench.run(args).stdout.contains(&b'\x1b');
    assert!(!has_colours("status"));
    assert!(has_colours("status --color always"));
    assert!(!has_colours("status -o json --color always"));
}

#[test]
fn ps_shows_a_table() {
    let bench = Bench::new();
    bench.prints(
        "ps net/dhcp mailer --sort name",
        0,
        &[
            "STATE    NAME      RUN  SINCE…STATUS",
            "running  mailer      1  …  waiting for rx",
            "running  net/dhcp    1  …  waiting for rx",
        ],
    );
    let json = bench.run("ps mailer -o json").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["v"], 1);
    assert_eq!(json["data"][0]["name"], "mailer");
}

#[test]
fn logs_are_cat_grep_and_tail() {
    let bench = Bench::new();
    bench.say(Level::Info, "read block=7");
    bench.say(Level::Warn, "Slow \x1b[31m query");
    bench.say(Level::Debug, "read block=8");
    let info = "…:… INFO  demo::work read block=7";
    let warn = "…:… WARN  demo::work Slow \\u{1b}[31m query";
    let debug = "…:… DEBUG demo::work read block=8";
    let since = "ring holds since … --";
    bench.prints("logs", 0, &[info, warn, debug, &format!("-- 3 matching records, {since}")]);
    bench.prints("logs -q -n 1", 0, &[debug]);
    bench.prints("logs -q -r", 0, &[debug, warn, info]);
    bench.prints("logs -q -p warn", 0, &[warn]);
    bench.prints("logs -q -g block=\\d", 0, &[info, debug]);
    bench.prints("logs -q -g slow", 0, &[warn]);
    bench.prints("logs -q -g SLOW", 1, &[]);
    bench.prints("logs -q --match *block=8", 0, &[debug]);
    bench.prints("logs -q -v -g block", 0, &[warn]);
    bench.prints("logs -q -g Slow -C 1", 0, &[info, warn, debug]);
    bench.prints("logs -q -o cat -n 1", 0, &["read block=8"]);
    bench.prints("logs -q -o full -n 1", 0, &["20… [demo] [DEBUG] read block=8"]);
    bench.prints("logs -q -o json -n 1", 0, &["{\"ts\":\"20…\",\"seq\":…\"level\":\"DEBUG\",…}"]);
    bench.prints("logs -q -S 1h -U -1h", 1, &[]);
    bench.prints("logs -q -u mailer", 1, &[]);
}

#[test]
fn logs_of_tasks_are_told_apart() {
    let bench = Bench::new();
    bench.say_as("net/dhcp", 1, "lease");
    bench.say_as("mailer", 3, "sent");
    let (lease, sent) = ("…:… INFO  net/dhcp  lease", "…:… INFO  mailer#3  sent");
    bench.prints("logs -q -u net/*", 0, &[lease]);
    bench.prints("logs -q mailer", 0, &[sent]);
    bench.prints("logs -q -u mailer -u net/dhcp", 0, &[lease, sent]);
    let detail = String::from_utf8(bench.run("status mailer").stdout).unwrap();
    assert!(detail.ends_with("INFO  mailer#3  sent\n"), "{detail}");
}

#[test]
fn a_cursor_goes_on_where_it_was() {
    let bench = Bench::new();
    bench.say(Level::Info, "one");
    let shown = String::from_utf8(bench.run("logs --show-cursor").stderr).unwrap();
    let cursor = shown.lines().find_map(|line| line.strip_prefix("-- cursor: ")).unwrap();
    let cursor = cursor.trim_end_matches(" --");
    bench.say(Level::Info, "two");
    bench.prints(&format!("logs -q -o cat --cursor {cursor}"), 0, &["two"]);
}

#[test]
fn tasks_are_started_and_stopped() {
    let bench = Bench::new();
    bench.prints("start spare", 0, &["spare: running (run …) after …"]);
    bench.prints("stop spare", 0, &["spare: stopped after …"]);
    bench.prints("restart mailer", 0, &["mailer: running (run 2) after …"]);
    bench.prints("pause mailer", 0, &["mailer: disabled after …"]);
    bench.prints("is-active mailer", 3, &["disabled"]);
    bench.prints("resume mailer", 0, &["mailer: running (run …) after …"]);
    bench.prints("is-active mailer -q", 0, &[]);
    bench.prints("kill mailer", 0, &["mailer: stopped after …"]);
    bench.prints("is-failed flaky mailer", 0, &["failed", "stopped"]);
}

#[test]
fn what_takes_others_along_is_asked_first() {
    let bench = Bench::new();
    let refused = "rvctl: Stopping net also affects: net/dhcp. Say --yes if that is meant";
    bench.prints("stop net", 2, &[refused]);
    bench.prints("is-active net/dhcp", 0, &["running"]);
    bench.prints("stop net --yes --reason maintenance", 0, &["net: stopped after …"]);
    let log = String::from_utf8(bench.run("logs -q").stdout).unwrap();
    assert!(log.contains("stop net") && log.contains("reason=maintenance"), "{log}");
}

#[test]
fn runs_results_and_reasons() {
    let bench = Bench::new();
    bench.prints("result answer", 0, &["answer --> 42"]);
    bench.prints(
        "trace flaky",
        0,
        &["flaky: Traceback", "…no such block", "Log before it: rvctl logs -u flaky -n 20"],
    );
    bench.prints("trace mailer", 1, &["no last run has failed"]);
    bench.prints(
        "runs flaky",
        0,
        &[
            "RUN  STARTED              LASTED      OUTCOME    DETAIL",
            "  1  …  failed     no such block",
        ],
    );
    until_read(&bench, "where mailer");
    bench.prints(
        "where mailer",
        0,
        &[
            "mailer, run 1, suspended, last polled … ago",
            "  waits in  …Notified…",
            "  at        tests/rvctl/bench.rs:…   in …",
            "  spawned   tests/rvctl/bench.rs:…",
            "  (… frames of libraries are not shown)",
        ],
    );
    bench.prints(
        "diagnose",
        1,
        &["1 finding", " 1 flaky: failed…no such block.", "   Evidence: rvctl trace flaky"],
    );
}

/// Asks until the program has read what its addresses mean: at first an answer may come before.
fn until_read(bench: &Bench, args: &str) {
    let start = Instant::now();
    while String::from_utf8(bench.run(args).stdout).unwrap().contains('?') {
        assert!(start.elapsed() < Duration::from_secs(60), "rvctl {args} never names a frame");
    }
}

#[test]
fn levels_are_changed_for_a_time() {
    let bench = Bench::new();
    let before = String::from_utf8(bench.run("level").stdout).unwrap();
    bench.prints(
        "level demo::work=trace --for 5m",
        0,
        &["demo::work: … -> TRACE for 5 min, then back.  Undo: rvctl level --reset demo::work"],
    );
    bench.prints("level demo::work", 0, &["demo::work: TRACE"]);
    bench.prints("level --reset demo::work", 0, &["demo::work: TRACE -> …"]);
    assert_eq!(String::from_utf8(bench.run("level").stdout).unwrap(), before);
}

#[test]
fn a_dump_holds_everything_and_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new();
    bench.say(Level::Info, "in the dump");
    bench.prints("dump -o all.jsonl", 0, &["all.jsonl: … bytes"]);
    let path = bench.directory.join("all.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    for part in ["{\"program\":", "{\"health\":", "{\"task\":", "in the dump"] {
        assert!(text.contains(part), "{part} is not in the dump:\n{text}");
    }
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // What is there is not overwritten.
    bench.prints("dump -o all.jsonl", 1, &["rvctl: cannot write all.jsonl: …"]);
}

#[test]
fn the_ring_the_version_and_the_manual() {
    let bench = Bench::new();
    let ring = String::from_utf8(bench.run("ring").stdout).unwrap();
    assert!(ring.contains("  Written: 0 records\n"), "{ring}");
    let version = format!("ringvisor {}, protocol 1", env!("CARGO_PKG_VERSION"));
    let own = format!("rvctl: {version}");
    bench.prints("--version", 0, &[&own]);
    bench.prints("version", 0, &[&own, &format!("demo (pid …): {version}")]);
    let man = String::from_utf8(bench.run("man").stdout).unwrap();
    assert!(man.starts_with(".TH RVCTL 1") && man.contains(".SH EXIT STATUS"), "{man}");
    let help = String::from_utf8(bench.run("logs --help").stdout).unwrap();
    assert!(help.starts_with("    rvctl logs -f\n"), "{help}");
}

#[test]
fn completions_know_the_names_of_tasks() {
    let bench = Bench::new();
    bench.prints("complete ", 0, &["answer", "flaky", "mailer", "net", "net/dhcp", "spare"]);
    bench.prints("complete net/", 0, &["net/dhcp"]);
    bench.prints("complete --commands b", 0, &["boom", "broken"]);
    for shell in ["bash", "zsh", "fish"] {
        let script = String::from_utf8(bench.run(&format!("completions {shell}")).stdout).unwrap();
        assert!(script.contains("rvctl complete"), "{script}");
    }
}
