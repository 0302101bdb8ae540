//! The object that programs read.

use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::vec;

use super::sample::*;
use crate::record::Time;
use crate::supervise::status::*;
use crate::supervise::{Budget, Hold, Outcome, State, Wanted};

fn json(task: &Snapshot, now: Time) -> String {
    let mut text = String::new();
    Json::new().render(task, now, &mut text).unwrap();
    let _: serde_json::Value = serde_json::from_str(&text).unwrap();
    text
}

#[test]
fn a_task_of_which_little_is_known() {
    let task = task("blink", State::Running, "2015-01-01 11:27:11");
    assert_eq!(
        json(&task, at("2015-01-01 11:27:49.25")),
        "{\"v\":1,\"id\":536922064,\"name\":\"blink\",\"kind\":\"task\",\"state\":\"running\",\
         \"condition\":\"running\",\"since\":\"2015-01-01T11:27:11.000000Z\",\"for_ms\":38250,\
         \"wanted\":\"down\",\"health\":\"ok\",\"run\":0,\
         \"counts\":{\"ok\":0,\"failed\":0,\"panicked\":0},\"attempt\":0,\"restarts\":0}"
    );
}

/// A task in which nothing is missing.
pub(super) fn full() -> Snapshot {
    let (started, ended) = ("2023-06-04 00:35:16", "2023-06-04 00:35:21.5");
    let mut task = over("net/world", State::Waiting(Hold::Schedule), started, ended);
    task.kind = Kind::Local;
    task.group = "net".into();
    task.parent = Some(crate::record::TaskId(1));
    task.tags = vec!["a".into(), "b".into()];
    task.spawned_at = Some(Place { file: "src/main.rs".into(), line: 7, column: 9 });
    task.args.positional = vec!["2".into(), "5".into()];
    task.args.keyed = vec![("sleep".into(), "5".into())];
    task.callbacks = vec!["on_stop".into()];
    task.policy = "always".into();
    task.schedule = Some(Schedule {
        text: "every 90 s".into(),
        repeats: true,
        last: Some(at(started)),
        next: Some(at("2023-06-04 00:36:46")),
        options: vec![("repeat".into(), "90".into())],
    });
    task.needs = "db (ready)".into();
    task.service = Some(Box::new(Service {
        description: "World v1.0".into(),
        loaded_from: "./world.rs".into(),
        kind: "schedule.service".into(),
        docs: "https://example.org".into(),
        stats: Some(Stats { title: "Stats".into(), text: "1".into() }),
    }));
    task.wanted = Wanted::Up;
    task.health = Health::Degraded("slow".into());
    task.status = "says \"hello\"".into();
    task.progress = Some(Progress { done: 1, of: 2 });
    task.members = Members { count: 3, running: 2 };
    task.outcome = Some(Outcome::Failed);
    task.result = Some("42".into());
    task.failure = error("app::Error", &["outer", "inner"]);
    task.traceback = "a\nb".into();
    task.counts = RunCounts { ok: 1, failed: 2, panicked: 3 };
    task.history = vec![RunRecord {
        number: 1,
        started: at(started),
        ended: at(ended),
        outcome: Outcome::TimedOut,
        detail: "too slow".into(),
    }];
    (task.attempt, task.restarts, task.budget) = (1, 2, Some(Budget::default()));
    task.due = Some(at("2023-06-04 00:36:46").mono_ns);
    task.polls = Some(9);
    task.busy = Busy::Sampled(Duration::from_nanos(1500));
    task.longest_poll = Some(Duration::from_nanos(700));
    task.last_wake = Some(Duration::from_secs(2));
    task.idle_ok = true;
    task
}

#[test]
fn a_task_of_which_all_is_known() {
    assert_eq!(
        json(&full(), at("2023-06-04 00:36:47")),
        "{\"v\":1,\"id\":536922064,\"name\":\"net/world\",\"kind\":\"local\",\"group\":\"net\",\
         \"parent\":1,\"tags\":[\"a\",\"b\"],\"state\":\"waiting\",\"hold\":\"schedule\",\
         \"condition\":\"scheduled\",\"since\":\"2023-06-04T00:35:21.500000Z\",\"for_ms\":85500,\
         \"wanted\":\"up\",\"health\":\"degraded\",\"health_text\":\"slow\",\
         \"status\":\"says \\\"hello\\\"\",\"progress\":{\"done\":1,\"of\":2},\
         \"members\":{\"count\":3,\"running\":2},\"run\":1,\
         \"started\":\"2023-06-04T00:35:16.000000Z\",\"ended\":\"2023-06-04T00:35:21.500000Z\",\
         \"outcome\":\"failed\",\"result\":\"42\",\
         \"failure\":{\"kind\":\"error\",\"class\":\"app::Error\",\"chain\":[\"outer\",\"inner\"]},\
         \"traceback\":\"a\\nb\",\"counts\":{\"ok\":1,\"failed\":2,\"panicked\":3},\
         \"history\":[{\"run\":1,\"started\":\"2023-06-04T00:35:16.000000Z\",\
         \"ended\":\"2023-06-04T00:35:21.500000Z\",\"lasted_ms\":5500,\"outcome\":\"timeout\",\
         \"detail\":\"too slow\"}],\"policy\":\"always\",\"attempt\":1,\"restarts\":2,\
         \"budget\":{\"restarts\":5,\"window_ms\":60000},\"due_in_ms\":-1000,\"polls\":9,\
         \"busy_ns\":1500,\"busy_is\":\"sampled\",\"longest_poll_ns\":700,\"last_wake_ms\":2000,\"idle_ok\":true,\
         \"args\":[\"2\",\"5\"],\"kwargs\":{\"sleep\":\"5\"},\"callbacks\":[\"on_stop\"],\
         \"schedule\":{\"text\":\"every 90 s\",\"repeats\":true,\
         \"last\":\"2023-06-04T00:35:16.000000Z\",\"next\":\"2023-06-04T00:36:46.000000Z\",\
         \"options\":{\"repeat\":\"90\"}},\"needs\":\"db (ready)\",\
         \"service\":{\"description\":\"World v1.0\",\"type\":\"schedule.service\",\
         \"loaded_from\":\"./world.rs\",\"docs\":\"https://example.org\",\
         \"stats\":{\"title\":\"Stats\",\"text\":\"1\"}},\
         \"spawned_at\":{\"file\":\"src/main.rs\",\"line\":7,\"column\":9}}"
    );
}

#[test]
fn without_a_wall_clock() {
    let mut task = full();
    task.since = Time { wall_ns: 0, mono_ns: 12_345_678_901 };
    let text = json(&task, Time::default());
    assert!(text.contains("\"since_mono_ns\":12345678901,\"for_ms\":0,"), "{text}");
}

#[test]
fn failures_of_other_kinds() {
    let mut task = full();
    task.failure = panic("boom", "a.rs", 1, 0);
    let text = json(&task, Time::default());
    let failure = "{\"kind\":\"panic\",\"message\":\"boom\",\"at\":{\"file\":\"a.rs\",\"line\":1}}";
    assert!(text.contains(failure), "{text}");
    task.failure = Some(Failure::Other("not ready in 5 s".into()));
    let text = json(&task, Time::default());
    assert!(text.contains("{\"kind\":\"other\",\"message\":\"not ready in 5 s\"}"), "{text}");
}
