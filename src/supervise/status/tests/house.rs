//! The lines of the house, byte for byte.

use std::boxed::Box;
use std::string::String;
use std::vec;

use super::sample::*;
use crate::supervise::status::*;
use crate::supervise::{Hold, Outcome, State, Wanted};

/// The line alone and with colours; each sign of `coloured` that begins with `<` is a colour.
#[track_caller]
fn assert_line(now: &str, task: &Snapshot, plain: &str, coloured: &str) {
    let text = drawn(look(now), |screen| screen.line(task));
    assert_eq!(text, std::format!("{plain}\n"));
    let text = drawn(look(now).colours(true), |screen| screen.line(task));
    assert_eq!(text, std::format!("{}\n", paint(coloured)));
}

fn paint(text: &str) -> String {
    let colours = [
        ("<lime>", "\x1b[92m"),
        ("<green>", "\x1b[32;1m"),
        ("<red>", "\x1b[31;1m"),
        ("<yellow>", "\x1b[33;1m"),
        ("<cyan>", "\x1b[36m"),
        ("</>", "\x1b[0m"),
    ];
    colours.iter().fold(text.into(), |text: String, (name, code)| text.replace(name, code))
}

#[test]
fn running() {
    assert_line(
        "2015-01-01 11:27:49",
        &task("blink", State::Running, "2015-01-01 11:27:11"),
        "● blink: status: running since 2015-01-01 11:27:11; 38 s ago",
        "<lime>●</> blink: status: <green>running</> since 2015-01-01 11:27:11; 38 s ago",
    );
}

#[test]
fn done() {
    let mut blink = over("blink", State::Completed, "2015-01-01 11:27:11", "2015-01-01 11:28:33");
    blink.outcome = Some(Outcome::Completed);
    let line = "● blink: status: done @ 2015-01-01 11:28:33; 3 s ago --> result: ";
    assert_line("2015-01-01 11:28:36", &blink, line, line);
    blink.result = Some("42".into());
    let line = "● blink: status: done @ 2015-01-01 11:28:33; 3 s ago --> result: 42";
    assert_line("2015-01-01 11:28:36", &blink, line, line);
}

#[test]
fn stopped() {
    let started = "2023-03-16 11:28:00";
    let mut blink = over("blink", State::Stopped, started, "2023-03-16 11:28:33");
    assert_line(
        "2023-03-16 11:28:36",
        &blink,
        "● blink: status: stopped @ 2023-03-16 11:28:33; 3 s ago --> result: ",
        "<yellow>●</> blink: status: <yellow>stopped</> @ 2023-03-16 11:28:33; 3 s ago --> result: ",
    );
    blink.wanted = Wanted::Disabled;
    assert!(drawn(look(started), |s| s.line(&blink)).contains(" disabled @ 2023-03-16 11:28:33; "));
    (blink.wanted, blink.outcome) = (Wanted::Down, Some(Outcome::Aborted));
    let text = drawn(look("2023-03-16 11:28:36"), |screen| screen.line(&blink));
    assert!(text.ends_with("; 3 s ago --> result: aborted\n"), "{text}");
    let never = task("blink", State::Stopped, started);
    let text = drawn(look("2023-03-16 11:28:36"), |screen| screen.line(&never));
    assert_eq!(text, "● blink: status: stopped @ 2023-03-16 11:28:00; 36 s ago --> result: \n");
}

#[test]
fn failed() {
    let (started, ended) = ("2026-11-21 01:08:00", "2026-11-21 01:08:53");
    let mut b1 = over("b1", State::Failed, started, ended);
    b1.failure = error("app::ZeroDivisionError", &["divide by zero"]);
    assert_line(
        ended,
        &b1,
        "● b1: status: ERROR @ 2026-11-21 01:08:53; 0 s ago --> result: \
         ZeroDivisionError: divide by zero",
        "<red>●</> b1: status: <red>ERROR</> @ 2026-11-21 01:08:53; 0 s ago --> result: \
         <red>ZeroDivisionError</>: divide by zero",
    );
    b1.failure = error("app::Error", &["no config", "no file"]);
    let text = drawn(look(ended), |screen| screen.line(&b1));
    assert!(text.ends_with("--> result: Error: no config: no file\n"), "{text}");
    b1.failure = panic("index out of bounds", "src/a.rs", 3, 9);
    let text = drawn(look(ended), |screen| screen.line(&b1));
    assert!(text.ends_with("--> result: panic: index out of bounds\n"), "{text}");
}

#[test]
fn failed_service() {
    let (started, ended) = ("2023-06-04 00:35:05", "2023-06-04 00:36:05");
    let mut hello = over("hello.service", State::Failed, started, ended);
    hello.service = Some(Box::default());
    hello.failure = error("ValueError", &["bad value"]);
    assert_line(
        "2023-06-04 00:36:07",
        &hello,
        "● hello.service: status: failed @ 2023-06-04 00:36:05; 2 s ago --> result: \
         ValueError: bad value",
        "<red>●</> hello.service: status: <red>failed</> @ 2023-06-04 00:36:05; 2 s ago --> \
         result: <red>ValueError</>: bad value",
    );
}

#[test]
fn scheduled_again() {
    let (started, ended) = ("2023-06-04 00:35:16", "2023-06-04 00:35:21");
    let mut world = over("world.service", State::Waiting(Hold::Schedule), started, ended);
    world.outcome = Some(Outcome::Completed);
    world.schedule = Some(Schedule {
        repeats: true,
        last: Some(at(started)),
        next: Some(at("2023-06-04 00:36:46")),
        ..Schedule::default()
    });
    assert_line(
        "2023-06-04 00:35:46",
        &world,
        "● world.service: status: scheduled - done @ 2023-06-04 00:35:21; 25 s ago --> result: \n    \
         ┗━► schedule: last @ 2023-06-04 00:35:16 --> next in 00:01:00 @ 2023-06-04 00:36:46",
        "<cyan>●</> world.service: status: scheduled - done @ 2023-06-04 00:35:21; 25 s ago --> \
         result: \n    \
         ┗━► schedule: last @ 2023-06-04 00:35:16 --> next in 00:01:00 @ 2023-06-04 00:36:46",
    );
    world.outcome = Some(Outcome::Failed);
    let text = drawn(look(ended), |screen| screen.line(&world));
    assert!(text.contains("status: ERROR @ 2023-06-04 00:35:21; "), "{text}");
    let text = drawn(look("2023-06-04 00:36:48"), |screen| screen.line(&world));
    assert!(text.ends_with("--> next in the past by 2 s @ 2023-06-04 00:36:46\n"), "{text}");
}

#[test]
fn scheduled_for_the_first_time() {
    let mut test = task("test", State::Waiting(Hold::Schedule), "2023-03-29 12:06:39");
    let next = Some(at("2023-03-29 12:06:49"));
    test.schedule = Some(Schedule { next, ..Schedule::default() });
    assert_line(
        "2023-03-29 12:06:39",
        &test,
        "● test: status: scheduled @ 2023-03-29 12:06:49 --> result: \n    \
         ┗━► schedule: starts in 10 s @ 2023-03-29 12:06:49",
        "<cyan>●</> test: status: scheduled @ 2023-03-29 12:06:49 --> result: \n    \
         ┗━► schedule: starts in 10 s @ 2023-03-29 12:06:49",
    );
    test.schedule = Some(Schedule { next, repeats: true, ..Schedule::default() });
    let text = drawn(look("2023-03-29 12:06:47.7"), |screen| screen.line(&test));
    assert!(text.ends_with("┗━► schedule: next in 2 s @ 2023-03-29 12:06:49\n"), "{text}");
}

#[test]
fn states_that_the_house_did_not_know() {
    for (state, word) in [
        (State::Starting, "starting since"),
        (State::Stopping, "stopping since"),
        (State::Aborting, "aborting since"),
        (State::Detached, "detached since"),
        (State::Backoff, "backoff since"),
        (State::Waiting(Hold::Dependency), "waiting since"),
        (State::Dead, "dead @"),
    ] {
        let text = drawn(look("2023-03-29 12:08:01"), |screen| {
            screen.line(&over("a", state, "2023-03-29 12:06:00", "2023-03-29 12:06:39"))
        });
        let line = std::format!("● a: status: {word} 2023-03-29 12:06:39; 00:01:22 ago");
        assert!(text.starts_with(&line), "{text}");
    }
}

#[test]
fn waiting_for_a_restart() {
    let (started, ended) = ("2026-11-21 01:08:00", "2026-11-21 01:08:53");
    let mut flaky = over("flaky", State::Backoff, started, ended);
    flaky.failure = panic("boom", "src/a.rs", 3, 9);
    assert_line(
        ended,
        &flaky,
        "● flaky: status: backoff since 2026-11-21 01:08:53; 0 s ago --> result: panic: boom",
        "<yellow>●</> flaky: status: backoff since 2026-11-21 01:08:53; 0 s ago --> result: \
         <red>panic</>: boom",
    );
}

#[test]
fn debug_of_a_task() {
    let mut blink = over("blink", State::Completed, "2015-01-01 11:27:11", "2015-01-01 11:28:33");
    blink.args.positional = vec!["2".into()];
    blink.args.keyed = vec![("sleep".into(), "5".into())];
    let text = drawn(look("2015-01-01 11:28:36"), |screen| screen.debug(&blink, []));
    assert_eq!(
        text,
        "\
● blink: status: done @ 2015-01-01 11:28:33; 3 s ago --> result: 
    Task: <Taskctl object at 2000c7d0>
    ┗━► runtime: 00:01:22
    ┗━► args: (2,)
    ┗━► kwargs: { 'sleep': 5 }
"
    );
    blink.args = Args::default();
    let text = drawn(look("2015-01-01 11:28:36"), |screen| screen.debug(&blink, []));
    assert!(text.ends_with("    ┗━► args: ()\n    ┗━► kwargs: {}\n"), "{text}");
    blink.state = State::Running;
    let text = drawn(look("2015-01-01 11:28:36"), |screen| screen.debug(&blink, []));
    assert!(!text.contains("runtime"), "{text}");
}

#[test]
fn debug_of_a_failure() {
    let (started, ended) = ("2026-11-21 01:08:00", "2026-11-21 01:08:53");
    let mut b1 = over("b1", State::Failed, started, ended);
    b1.failure = error("app::Error", &["no config", "no file"]);
    b1.traceback = "in app::load src/app.rs:7\nin app::main".into();
    b1.callbacks = vec!["on_stop".into(), "on_error".into()];
    let text = drawn(look(ended), |screen| screen.debug(&b1, []));
    assert_eq!(
        text,
        "\
● b1: status: ERROR @ 2026-11-21 01:08:53; 0 s ago --> result: Error: no config: no file
    Task: <Taskctl object at 2000c7d0>
    ┗━► runtime: 53 s
    ┗━► args: ()
    ┗━► kwargs: { 'on_stop': <function>,
                  'on_error': <function> }
    ┗━► traceback: b1: Traceback
                  in app::load src/app.rs:7
                  in app::main
                  Error: no config
                  caused by: no file
"
    );
    b1.traceback.clear();
    b1.failure = panic("boom", "src/a.rs", 3, 9);
    let text = drawn(look(ended), |screen| screen.debug(&b1, []));
    let end = "\
    ┗━► traceback: b1: Traceback
                  at src/a.rs:3:9
                  panic: boom
";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn results_and_tracebacks() {
    let (started, ended) = ("2026-11-21 01:08:00", "2026-11-21 01:08:53");
    let mut report = over("report", State::Completed, started, ended);
    let both = |task: &Snapshot| {
        drawn(look(ended), |screen| {
            screen.result(task)?;
            screen.traceback(task)
        })
    };
    assert_eq!(both(&report), "report --> \n");
    report.result = Some("42".into());
    assert_eq!(both(&report), "report --> 42\n");
    report.failure = panic("boom", "src/a.rs", 3, 0);
    let text = "report --> panic: boom\nreport: Traceback\nat src/a.rs:3\npanic: boom\n";
    assert_eq!(both(&report), text);
}

fn service(name: &'static str, from: &str) -> Option<Box<Service>> {
    Some(Box::new(Service {
        description: "Hello example runner v1.0".into(),
        loaded_from: std::format!("./services/{from}").into(),
        kind: "runtime.service".into(),
        docs: std::format!("https://example.org/{name}").into(),
        stats: Some(Stats {
            title: "Stats".into(),
            text: "   Temp: 25.79095 C   Loop info: exec time: 5 ms; # loops: 186".into(),
        }),
    }))
}

#[test]
fn debug_of_a_service() {
    let mut hello = task("hello.service", State::Running, "2015-01-01 00:35:00");
    hello.service = service("hello", "hello_service.rs");
    hello.args.positional = vec!["3".into(), "10".into()];
    hello.args.keyed = vec![("wdfeed".into(), "30000".into()), ("debug".into(), "false".into())];
    hello.members = Members { count: 1, running: 1 };
    let mut child = task("hello.service.wdt", State::Running, "2015-01-01 00:35:10");
    child.args.positional = vec!["30000".into()];
    child.args.keyed = vec![("a".into(), "1".into()), ("b".into(), "\"x\"".into())];
    let text = drawn(look("2015-01-01 00:37:31"), |screen| screen.debug(&hello, [&child]));
    assert_eq!(
        text,
        "\
● hello.service - Hello example runner v1.0
    Loaded: Service: hello.service from ./services/hello_service.rs
    Active: (active) running since 2015-01-01 00:35:00; 00:02:31 ago
    Type: runtime.service
    Docs: https://example.org/hello
    Stats:     Temp: 25.79095 C   Loop info: exec time: 5 ms; # loops: 186
    CTasks: 1
        ┗━► ● hello.service.wdt: status: running since 2015-01-01 00:35:10; 00:02:21 ago
                Task: <Taskctl object at 2000c7d0>
                ┗━► args: (30000,)
                ┗━► kwargs: { 'a': 1,
                              'b': \"x\" }
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
    Task: <Taskctl object at 2000c7d0>
    ┗━► args: (3, 10)
    ┗━► kwargs: { 'wdfeed': 30000,
                  'debug': false }
"
    );
    let coloured = drawn(look("2015-01-01 00:37:31").colours(true), |s| s.debug(&hello, []));
    let active = paint("    Active: <green>(active) running</> since 2015-01-01 00:35:00; ");
    assert!(coloured.contains(&active), "{coloured}");
}

#[test]
fn debug_of_a_scheduled_service() {
    let (started, ended) = ("2023-06-04 00:35:16", "2023-06-04 00:35:21");
    let mut world = over("world.service", State::Waiting(Hold::Schedule), started, ended);
    world.service = service("world", "world_service.rs");
    world.outcome = Some(Outcome::Completed);
    world.schedule = Some(Schedule {
        repeats: true,
        last: Some(at(started)),
        next: Some(at("2023-06-04 00:36:46")),
        options: vec![("repeat".into(), "90".into()), ("start_in".into(), "20".into())],
        ..Schedule::default()
    });
    let text = drawn(look("2023-06-04 00:36:37"), |screen| screen.debug(&world, []));
    assert_eq!(
        text,
        "\
● world.service - Hello example runner v1.0
    Loaded: Service: world.service from ./services/world_service.rs
    Active: status: scheduled - done @ 2023-06-04 00:35:21; 00:01:16 ago --> result: 
    Type: runtime.service
    Docs: https://example.org/world
    Stats:     Temp: 25.79095 C   Loop info: exec time: 5 ms; # loops: 186
    Task: <Taskctl object at 2000c7d0>
    ┗━► runtime: 5 s
    ┗━► schedule: last @ 2023-06-04 00:35:16 --> next in 9 s @ 2023-06-04 00:36:46
    ┗━► schedule opts: repeat=90, start_in=20
    ┗━► args: ()
    ┗━► kwargs: {}
"
    );
}

#[test]
fn log_lines_and_the_ruler() {
    let line = "2023-06-04 00:36:07 [pyb] [INFO] [hello.service] LED 3 toggled!";
    let text = drawn(look("2023-06-04 00:36:07"), |screen| screen.log([line, line]));
    let dashes = "-".repeat(80);
    assert_eq!(text, std::format!("{line}\n{line}\n<{dashes}>\n"));
}

#[test]
fn without_utf8() {
    let blink = task("blink", State::Running, "2015-01-01 11:27:11");
    let text = drawn(look("2015-01-01 11:27:49").ascii(true), |screen| screen.debug(&blink, []));
    assert_eq!(
        text,
        "\
* blink: status: running since 2015-01-01 11:27:11; 38 s ago
    Task: <Taskctl object at 2000c7d0>
    \\_> args: ()
    \\_> kwargs: {}
"
    );
}
