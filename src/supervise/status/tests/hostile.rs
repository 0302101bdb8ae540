//! Whatever is in a task, what is written of it is harmless, valid and no wider than asked.

use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::sample::drawn;
use crate::record::{TaskId, Time, Zone};
use crate::supervise::status::*;
use crate::supervise::{Budget, Hold, Outcome, State, Wanted};

const STATES: [State; 12] = [
    State::Stopped,
    State::Waiting(Hold::Schedule),
    State::Waiting(Hold::Group),
    State::Starting,
    State::Running,
    State::Stopping,
    State::Aborting,
    State::Backoff,
    State::Completed,
    State::Failed,
    State::Dead,
    State::Detached,
];

const OUTCOMES: [Outcome; 7] = [
    Outcome::Completed,
    Outcome::Failed,
    Outcome::Panicked,
    Outcome::Stopped,
    Outcome::Aborted,
    Outcome::TimedOut,
    Outcome::Stalled,
];

const WANTED: [Wanted; 4] = [Wanted::Up, Wanted::Down, Wanted::Disabled, Wanted::Removed];

/// Texts that terminals, tables and JSON stumble over.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        Just("\x1b[31m\x07\r\n\t\0\u{85}\u{9b}2J\x7f".to_string()),
        Just("日本語 e\u{301} 🚀\u{fe0f}".to_string()),
        Just("\"\\\u{202e}".to_string()),
    ];
    prop::collection::vec(part, 0..3).prop_map(|parts| parts.concat())
}

fn time() -> impl Strategy<Value = Time> {
    let wall_ns = prop_oneof![Just(0), any::<i64>(), 0..2_000_000_000_000_000_000_i64];
    (wall_ns, any::<u64>()).prop_map(|(wall_ns, mono_ns)| Time { wall_ns, mono_ns })
}

fn failure() -> impl Strategy<Value = Option<Failure>> {
    let place = (text(), any::<u32>(), any::<u32>()).prop_map(|(file, line, column)| Place {
        file: file.into(),
        line,
        column,
    });
    let error = (text(), prop::collection::vec(text(), 0..3))
        .prop_map(|(class, chain)| Failure::Error(ErrorText { class: class.into(), chain }));
    let panic = (text(), prop::option::of(place))
        .prop_map(|(message, place)| Failure::Panic(PanicText { message, place }));
    let other = text().prop_map(|text| Failure::Other(text.into()));
    prop::option::of(prop_oneof![error, panic, other])
}

prop_compose! {
    /// Where a task is and what became of it.
    fn lived()(
        state in prop::sample::select(&STATES[..]),
        wanted in prop::sample::select(&WANTED[..]),
        outcome in prop::option::of(prop::sample::select(&OUTCOMES[..])),
        times in (time(), prop::option::of(time()), prop::option::of(time())),
        failure in failure(),
        result in prop::option::of(text()),
        numbers in any::<[u32; 5]>(),
        due in prop::option::of(any::<u64>()),
    ) -> Snapshot {
        let mut task = Snapshot::new(TaskId(numbers[0].into()), "");
        (task.state, task.wanted, task.outcome) = (state, wanted, outcome);
        (task.since, task.started, task.ended) = times;
        (task.failure, task.result, task.due) = (failure, result, due);
        (task.run, task.attempt, task.restarts) = (numbers[1], numbers[2], numbers[3]);
        task.budget = (numbers[4] % 2 == 0).then(Budget::default);
        if let Some(outcome) = outcome {
            task.history = vec![RunRecord {
                number: numbers[1],
                started: task.since,
                ended: task.since,
                outcome,
                detail: task.result.clone().unwrap_or_default(),
            }];
            task.counts.add(outcome);
        }
        task
    }
}

prop_compose! {
    fn snapshot()(
        mut task in lived(),
        texts in prop::collection::vec(text(), 16),
        numbers in any::<[u64; 4]>(),
        kind in any::<[u8; 4]>(),
        moments in prop::collection::vec(prop::option::of(time()), 2),
    ) -> Snapshot {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap_or_default();
        task.name = text().into();
        task.kind = if kind[0] % 2 == 0 { Kind::Group } else { Kind::Task };
        task.group = text().into();
        task.tags = vec![text().into()];
        task.args.positional = vec![text()];
        task.args.keyed = vec![(text().into(), text())];
        task.callbacks = vec![text().into()];
        (task.policy, task.needs) = (text().into(), text().into());
        (task.status, task.traceback) = (text(), text());
        task.health = match kind[1] % 5 {
            0 => Health::Ok,
            1 => Health::Degraded(text()),
            2 => Health::Late,
            3 => Health::Stalled,
            _ => Health::NoWaker,
        };
        task.progress = Some(Progress { done: numbers[0], of: numbers[1] });
        task.members = Members { count: kind[0].into(), running: 1 };
        task.polls = Some(numbers[2]);
        task.busy = Busy::Exact(Duration::from_nanos(numbers[3]));
        task.longest_poll = Some(Duration::from_nanos(numbers[0]));
        task.last_wake = Some(Duration::from_nanos(numbers[1]));
        if kind[2] % 2 == 0 {
            let options = vec![(text().into(), text())];
            let (last, next) = (moments[0], moments[1]);
            let repeats = kind[2] % 4 == 0;
            task.schedule = Some(Schedule { text: text().into(), repeats, last, next, options });
        }
        if kind[3] % 2 == 0 {
            let (description, docs) = (text().into(), text().into());
            let stats = Some(Stats { title: text(), text: text() });
            task.service = Some(Box::new(Service { description, docs, stats, ..Service::default() }));
        }
        task
    }
}

/// All that can be written of a task.
fn everything(task: &Snapshot, look: Look) -> String {
    let table = drawn(look.clone(), |screen| screen.tasks([task, task]));
    sentences(task, look) + &table
}

/// All but the table, whose cells have a width of their own.
fn sentences(task: &Snapshot, look: Look) -> String {
    drawn(look, |screen| {
        screen.line(task)?;
        screen.debug(task, [task])?;
        screen.log([&task.status])?;
        screen.result(task)?;
        screen.traceback(task)?;
        let name = task.name.clone();
        let (ring, health) = (task.status.clone(), task.traceback.clone());
        screen.header(&Header { name, ring, health, ..Header::default() })?;
        screen.row(task, Twig { depth: 3, is_last: false })?;
        screen.row(task, Twig::default())?;
        screen.detail(task)?;
        screen.runs(task)
    })
}

/// Takes the colours out again.
fn bleached(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut bare: Vec<&str> = pieces.next().into_iter().collect();
    bare.extend(pieces.map(|piece| piece.split_once('m').unwrap().1));
    bare.concat()
}

proptest! {
    #[test]
    fn no_control_character_comes_out(task in snapshot(), now in time(), ascii: bool) {
        let look = Look::at(now).zone(Zone::Utc).ascii(ascii);
        let text = everything(&task, look.clone());
        let bad = |char: char| char.is_control() && char != '\n' || ascii && !char.is_ascii();
        prop_assert!(!text.contains(bad), "{:?}", text);
        // Colours are all that they add.
        prop_assert_eq!(bleached(&everything(&task, look.colours(true))), text);
    }

    #[test]
    fn no_line_is_wider_than_asked(
        task in snapshot(),
        now in time(),
        limit in 1_usize..120,
        colours: bool,
    ) {
        let look = Look::at(now).zone(Zone::Utc).colours(colours).width(limit);
        for line in bleached(&everything(&task, look)).lines() {
            let width: usize = super::super::width::of(line);
            prop_assert!(width <= limit, "{} columns in {:?}", width, line);
        }
    }

    #[test]
    fn a_width_that_is_enough_changes_nothing(task in snapshot(), now in time()) {
        let look = Look::at(now).zone(Zone::Utc);
        let text = sentences(&task, look.clone());
        let widest = text.lines().map(super::super::width::of).max().unwrap_or(1);
        prop_assert_eq!(sentences(&task, look.width(widest)), text);
    }

    #[test]
    fn every_snapshot_is_valid_json(task in snapshot(), now in time()) {
        let mut text = String::new();
        Json::new().render(&task, now, &mut text).unwrap();
        prop_assert!(!text.contains(|char| char < ' '), "{:?}", text);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(value["name"].as_str(), Some(&*task.name));
        prop_assert_eq!(value["status"].as_str().unwrap_or_default(), task.status);
        prop_assert_eq!(value["args"][0].as_str(), Some(&*task.args.positional[0]));
        prop_assert_eq!(value["v"].as_u64(), Some(1));
    }

    #[test]
    fn tasks_have_an_order(tasks in prop::collection::vec(snapshot(), 0..6), now in time()) {
        for (_, key) in SortKey::ALL {
            // The sort panics where the order is none.
            let mut sorted: Vec<&Snapshot> = tasks.iter().collect();
            sorted.sort_by(|a, b| key.compare(a, b, now));
            prop_assert!(sorted.is_sorted_by(|a, b| key.compare(a, b, now).is_le()));
        }
    }
}
