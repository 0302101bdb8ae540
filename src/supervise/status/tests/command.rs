//! The screens of the command.

use core::time::Duration;
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use super::sample::*;
use crate::record::{TaskId, Time};
use crate::supervise::status::*;
use crate::supervise::{Backoff, Budget, Hold, Jitter, Outcome, Policy, State};

const NOW: &str = "2026-11-21 09:26:23";
const MORNING: &str = "2026-11-21 09:12:03";

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn ingest() -> Snapshot {
    let mut task = task("ingest", State::Running, MORNING);
    task.run = 1;
    task.started = Some(at(MORNING));
    task.status = "batch".into();
    task.progress = Some(Progress { done: 412, of: 1000 });
    task.polls = Some(1_035_440);
    task.busy = Busy::Exact(ms(328_520));
    task.longest_poll = Some(ms(4) + Duration::from_micros(100));
    task.last_wake = Some(ms(0));
    task
}

fn worker(number: u32) -> Snapshot {
    let names = ["worker@1", "worker@2", "worker@3"];
    let mut task = task(names[number as usize - 1], State::Running, MORNING);
    task.run = 1;
    task
}

fn workers() -> Vec<Snapshot> {
    let mut group = task("worker.service", State::Running, MORNING);
    group.kind = Kind::Group;
    group.members = Members { count: 3, running: 3 };
    let mut idle = worker(1);
    idle.status = "idle, queue 0".into();
    let mut second = worker(2);
    (second.since, second.run, second.attempt) = (at("2026-11-21 09:21:01"), 2, 1);
    vec![group, idle, second, worker(3)]
}

fn flaky() -> Snapshot {
    let mut task = task("flaky", State::Backoff, "2026-11-21 09:26:22.6");
    task.run = 39;
    task.restarts = 3;
    task.attempt = 38;
    task.budget = Some(Budget::default());
    task.due = Some(at("2026-11-21 09:26:25.1").mono_ns);
    task.failure = panic("checksum mismatch in block 7", "examples/demo.rs", 61, 13);
    task.outcome = Some(Outcome::Panicked);
    task.counts = RunCounts { ok: 0, failed: 0, panicked: 39 };
    task.spawned_at = Some(Place { file: "examples/demo.rs".into(), line: 144, column: 8 });
    task.args.keyed = vec![("block".into(), "7".into()), ("seed".into(), "42".into())];
    let backoff = Backoff { jitter: Jitter::None, ..Backoff::default() };
    let policy = Policy { backoff, ..Policy::default() };
    task.policy = format!("{}", PolicyText(&policy)).into();
    task.history = vec![RunRecord {
        number: 39,
        started: at("2026-11-21 09:26:02.8"),
        ended: at("2026-11-21 09:26:22.6"),
        outcome: Outcome::Panicked,
        detail: "checksum mismatch in block 7".into(),
    }];
    task
}

fn lost() -> Snapshot {
    let mut task = task("lost", State::Running, MORNING);
    task.run = 1;
    task.health = Health::Stalled;
    task.status = "waiting for rx".into();
    task.last_wake = Some(ms(13 * 60_000));
    task
}

fn report() -> Snapshot {
    let (started, ended) = ("2026-11-21 09:25:00", "2026-11-21 09:25:00.041");
    let mut task = over("report", State::Waiting(Hold::Schedule), started, ended);
    task.schedule = Some(Schedule {
        text: "0 * * * * *".into(),
        repeats: true,
        last: Some(at(started)),
        next: Some(at("2026-11-21 09:27:00")),
        ..Schedule::default()
    });
    task.history = vec![RunRecord {
        number: 1,
        started: at(started),
        ended: at(ended),
        outcome: Outcome::Completed,
        detail: String::new(),
    }];
    task
}

fn status(screen: &mut Screen<'_, String>) -> core::fmt::Result {
    let mut mailer = task("mailer.service", State::Running, "2026-11-21 09:12:04");
    mailer.needs = "worker.service (ready)".into();
    let workers = workers();
    let mut tally = Tally::default();
    for task in [&ingest(), &mailer, &flaky(), &lost(), &report()].into_iter().chain(&workers[1..])
    {
        tally.add(task);
    }
    screen.header(&Header {
        name: "demo".into(),
        pid: 48213,
        started: at(MORNING),
        tally,
        runtime: Some(Runtime { alive: 11, unsupervised: 3 }),
        ring: "8.0 MiB, 61% full, holds 12 min 40 s at this rate; 0 lost".into(),
        health: "ready; 2 findings, see 'rvctl diagnose'".into(),
    })?;
    screen.row(&ingest(), Twig::default())?;
    screen.row(&workers[0], Twig::default())?;
    for (at, worker) in workers[1..].iter().enumerate() {
        screen.row(worker, Twig { depth: 1, is_last: at == 2 })?;
    }
    for task in [mailer, flaky(), lost(), report()] {
        screen.row(&task, Twig::default())?;
    }
    Ok(())
}

#[test]
fn header_and_tree() {
    assert_eq!(
        drawn(look(NOW), status),
        "\
● demo - pid 48213, running since 2026-11-21 09:12:03; 14 min ago
    Tasks: 8 loaded: 5 running, 1 stuck?, 1 backoff, 1 scheduled   (runtime: 11 alive, 3 not supervised)
     Ring: 8.0 MiB, 61% full, holds 12 min 40 s at this rate; 0 lost
   Health: ready; 2 findings, see 'rvctl diagnose'
● ingest: running since 09:12:03; 14 min ago - batch 412/1000 (41%)
● worker.service: running 3/3
┣━● worker@1: running since 09:12:03; 14 min ago - idle, queue 0
┣━● worker@2: running since 09:21:01; 5 min 22 s ago - restart 1
┗━● worker@3: running since 09:12:03; 14 min ago
● mailer.service: running since 09:12:04; 14 min ago
┗━► needs: worker.service (ready)
⏳ flaky: backoff, restart 4/5 in 2.1 s - panicked at examples/demo.rs:61:13: checksum mismatch in block 7
! lost: running, not woken for 13 min - stuck? - waiting for rx
⏰ report: scheduled
┗━► schedule: \"0 * * * * *\" last @ 09:25:00 (ok, 41 ms) --> next in 37 s
"
    );
}

#[test]
fn tree_without_utf8() {
    let text = drawn(look(NOW).ascii(true), status);
    assert!(text.is_ascii(), "{text}");
    for line in [
        "|-* worker@2: running since 09:21:01; 5 min 22 s ago - restart 1\n",
        "\\-* worker@3: running",
        "\\_> needs: worker",
        "~ flaky: backoff",
        "@ report: ",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn trunks_of_a_deep_tree() {
    let mut group = task("g", State::Running, MORNING);
    group.kind = Kind::Group;
    group.members = Members { count: 2, running: 2 };
    group.needs = "db".into();
    let leaves = [1, 2, 3].map(worker);
    let text = drawn(look(NOW), |screen| {
        let mut row = |task, depth, is_last| screen.row(task, Twig { depth, is_last });
        row(&group, 0, true)?;
        row(&group, 1, false)?;
        row(&leaves[0], 2, true)?;
        row(&group, 1, true)?;
        row(&leaves[1], 2, false)?;
        row(&leaves[2], 2, true)
    });
    assert_eq!(
        text,
        "\
● g: running 2/2
┣━► needs: db
┣━● g: running 2/2
┃ ┣━► needs: db
┃ ┗━● worker@1: running since 09:12:03; 14 min ago
┗━● g: running 2/2
  ┣━► needs: db
  ┣━● worker@2: running since 09:12:03; 14 min ago
  ┗━● worker@3: running since 09:12:03; 14 min ago
"
    );
}

#[test]
fn detail() {
    let text = drawn(look(NOW).command("rvctl"), |screen| screen.detail(&flaky()));
    assert_eq!(
        text,
        "\
⏳ flaky: backoff since 09:26:22; 400 ms ago
    Policy: on-failure, backoff 200 ms..30 s x2, limit 5 in 60 s (used 4)
      Runs: 39 (0 ok, 39 panicked), mean life 19.8 s
   Spawned: examples/demo.rs:144
    ┗━► args: block=7, seed=42
 Last exit: panicked at examples/demo.rs:61:13: checksum mismatch in block 7   ('rvctl trace flaky')
"
    );
    let text = drawn(look(NOW), |screen| screen.detail(&ingest()));
    assert_eq!(
        text,
        "\
● ingest: running since 09:12:03; 14 min ago
    Status: batch 412/1000 (41%)
     Polls: 1035440, busy 5 min 28 s, longest 4 ms
      Runs: 1 (0 ok)
"
    );
}

#[test]
fn table() {
    let mut hog = task("hog", State::Running, MORNING);
    hog.run = 1;
    hog.started = Some(at(MORNING));
    hog.polls = Some(2_600);
    hog.longest_poll = Some(ms(302));
    hog.busy = Busy::Sampled(ms(18_000));
    hog.last_wake = Some(ms(11_000));
    let mut tasks = [lost(), hog, ingest()];
    tasks.sort_by(|a, b| SortKey::Busy.compare(a, b, at(NOW)));
    let text = drawn(look(NOW), |screen| screen.tasks(&tasks));
    assert_eq!(
        text,
        "\
STATE    NAME    RUN  SINCE  RESTARTS  BUSY%   LONGEST  POLLS/s  LAST WAKE  STATUS
running  ingest    1  14m           0   38.2    4.1 ms     1204       0 ms  batch 412/1000 (41%)
running  hog       1  14m           0   ~2.1  302 ms !        3       11 s  -
stuck?   lost      1  14m           0      -         -        -     13 min  waiting for rx
"
    );
    let text = drawn(look(NOW).width(40), |screen| screen.tasks(&tasks));
    assert_eq!(text.lines().nth(1), Some("running  ingest    1  14m           0  …"));
    assert_eq!(drawn(look(NOW), |screen| screen.tasks(&[])).lines().count(), 1);
    assert_eq!(
        drawn(look(NOW), |screen| screen.unsupervised(3)),
        "3 more tasks of this runtime are not supervised (spawned with tokio::spawn).\n"
    );
}

#[test]
fn runs() {
    let mut task = flaky();
    task.state = State::Running;
    task.run = 40;
    task.started = Some(at("2026-11-21 09:26:20"));
    let text = drawn(look(NOW), |screen| screen.runs(&task));
    assert_eq!(
        text,
        "\
RUN  STARTED              LASTED      OUTCOME    DETAIL
 39  2026-11-21 09:26:02  19.8 s      panicked   checksum mismatch in block 7
 40  2026-11-21 09:26:20  3 s         running    -
"
    );
}

#[test]
fn sorted_by_every_key() {
    let now = Time::default();
    let mut urgent = Snapshot::new(TaskId(2), "b");
    urgent.state = State::Dead;
    let calm = Snapshot::new(TaskId(1), "a");
    for (name, key) in SortKey::ALL {
        assert_eq!(SortKey::parse(name), Some(key));
        assert!(key.compare(&calm, &calm, now).is_eq());
        let first = if key == SortKey::State { &urgent } else { &calm };
        let mut tasks = [&urgent, &calm];
        tasks.sort_by(|a, b| key.compare(a, b, now));
        assert_eq!(tasks[0].name, first.name, "{name}");
    }
    assert_eq!(SortKey::parse("colour"), None);
}

#[test]
fn a_tally_finds_every_condition() {
    for (at, condition) in Condition::ALL.into_iter().enumerate() {
        assert_eq!(condition as usize, at);
    }
    let mut tally = Tally::default();
    tally.add(&flaky());
    tally.add(&flaky());
    assert_eq!((tally.count(Condition::Backoff), tally.total()), (2, 2));
    assert_eq!(format!("{tally}"), "2 loaded: 2 backoff");
    assert_eq!(format!("{}", Tally::default()), "0 loaded");
}

#[test]
fn lines_are_cut_with_a_mark() {
    let log = |text: &str, look: Look| {
        let text = drawn(look, |screen| screen.log([text]));
        text.lines().next().map(String::from)
    };
    let cut = |text, width| log(text, look(NOW).width(width)).unwrap_or_default();
    assert_eq!(cut("abcd", 4), "abcd");
    assert_eq!(cut("abcde", 4), "abc…");
    assert_eq!(cut("日本", 4), "日本");
    assert_eq!(cut("日本語", 4), "日…");
    assert_eq!(cut("a日本", 4), "a日…");
    assert_eq!(cut("abce\u{301}", 4), "abce\u{301}");
    assert_eq!(cut("ab\tc", 4), "ab\\…");
    assert_eq!(cut("ab", 0), "…");
    assert_eq!(log("é日", look(NOW).ascii(true).width(12)).as_deref(), Some("\\u{e9}\\u{65~"));
}

#[test]
fn needs_stand_above_the_schedule() {
    let mut task = report();
    task.needs = "db (ready)".into();
    let text = drawn(look(NOW), |screen| screen.row(&task, Twig::default()));
    assert!(text.contains("\n┣━► needs: db (ready)\n┗━► schedule: "), "{text}");
}

#[test]
fn state_and_health_make_a_condition() {
    let mut task = worker(1);
    for (health, condition) in [
        (Health::Ok, Condition::Running),
        (Health::Degraded("slow".into()), Condition::Degraded),
        (Health::Late, Condition::Late),
        (Health::Stalled, Condition::Stuck),
        (Health::NoWaker, Condition::Stuck),
    ] {
        task.health = health;
        assert_eq!(Condition::of(&task), condition);
        assert_eq!(condition.is_bad(), condition != Condition::Running);
    }
    let line = |task: &Snapshot| drawn(look(NOW), |screen| screen.row(task, Twig::default()));
    assert!(line(&task).contains("running, waiting with nobody to wake it - stuck?\n"));
    task.health = Health::Degraded("slow".into());
    assert!(line(&task).contains("running, degraded since 09:12:03; 14 min ago - slow\n"));
}

#[test]
fn runs_are_counted_by_how_they_ended() {
    let mut counts = RunCounts::default();
    for outcome in [Outcome::Completed, Outcome::Stopped, Outcome::Failed, Outcome::Panicked] {
        counts.add(outcome);
    }
    assert_eq!(counts, RunCounts { ok: 2, failed: 1, panicked: 1 });
    assert_eq!(counts.total(), 4);
}
