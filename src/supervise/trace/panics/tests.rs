use std::boxed::Box;
use std::collections::HashMap;
use std::panic::{catch_unwind, panic_any, resume_unwind};
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, thread};

use proptest::prelude::*;

use super::groups::Groups;
use super::{MAX_MESSAGE, Panic, Who, bounded, caught, install};
use crate::context::{Current, scope};
use crate::record::TaskId;
use crate::supervise::status::Place;

/// What `caught` says of a panic of `raise`.
fn report(raise: fn()) -> Panic {
    install();
    caught(&*catch_unwind(raise).unwrap_err())
}

#[test]
fn a_panic_tells_where_and_why_and_in_which_task() {
    let task = Current { id: TaskId(7), run: 3, name: "flaky" };
    let line = line!() + 1;
    let raise = || panic!("checksum mismatch in block {}", 7);
    let panic = scope(Some(&task), || report(raise));
    assert_eq!(panic.message, "checksum mismatch in block 7");
    let place = panic.place.as_ref().unwrap();
    assert!(place.file.ends_with("panics/tests.rs"), "{place:?}");
    assert_eq!(place.line, line);
    assert_eq!(panic.task, Some(Who { id: TaskId(7), run: 3, name: "flaky".to_string() }));
    assert_eq!(Some(panic.thread.as_str()), thread::current().name());
    assert!(panic.seen >= 1);
}

#[test]
fn a_panic_that_the_hook_did_not_see_is_not_mistaken_for_another() {
    install();
    drop(catch_unwind(|| panic!("the one before")));
    let panic = report(|| resume_unwind(Box::new("raised again")));
    assert!(!panic.was_seen());
    assert_eq!(panic.message, "raised again");
    let panic = report(|| panic_any(5));
    assert!(panic.was_seen());
    assert_eq!(panic.message, "a value that is no text");
}

#[cfg(not(miri))]
#[test]
fn the_stack_is_read() {
    use core::time::Duration;

    use crate::supervise::trace::symbols::{lookup, settle};

    #[inline(never)]
    fn culprit() {
        panic!("deep down");
    }
    let panic = report(culprit);
    assert!(settle(Duration::from_secs(60)));
    let known = panic.frames.addresses().iter().filter_map(|address| lookup(*address));
    let names: Vec<String> = known
        .flat_map(|frames| frames.iter().map(|f| f.function.clone()).collect::<Vec<_>>())
        .collect();
    assert!(names.iter().any(|name| name.ends_with("culprit")), "{names:?}");
}

#[test]
fn a_message_is_cut_between_characters() {
    let long = "é".repeat(MAX_MESSAGE);
    assert_eq!(bounded(&long).len(), MAX_MESSAGE);
    assert_eq!(bounded(&format!("a{long}")).len(), MAX_MESSAGE - 1);
    assert_eq!(bounded("short"), "short");
}

fn panic_at(line: u32, ticks: u64) -> Panic {
    let place = Place { file: "a.rs".into(), line, column: 1 };
    Panic { ticks, ..Panic::at(format!("at {ticks}"), Some(place)) }
}

proptest! {
    #[test]
    fn groups_count_like_a_table(lines in prop::collection::vec(0..6u32, 0..60)) {
        let (mut groups, mut table) = (Groups::default(), HashMap::<u32, (u64, u64, u64)>::new());
        for (ticks, line) in (0u64..).zip(&lines) {
            let counts = table.entry(*line).or_insert((0, ticks, ticks));
            (counts.0, counts.2) = (counts.0 + 1, ticks);
            prop_assert_eq!(groups.count(&panic_at(*line, ticks)), (counts.0, counts.1));
        }
        prop_assert_eq!(groups.all.len(), table.len());
        for group in &groups.all {
            prop_assert_eq!((group.count, group.first, group.last), table[&group.place.line]);
            prop_assert_eq!(&group.message, &format!("at {}", group.last));
        }
    }
}

#[test]
fn the_group_that_was_silent_longest_makes_room() {
    let mut groups = Groups::default();
    for line in 0..256 {
        groups.count(&panic_at(line, u64::from(line)));
    }
    groups.count(&panic_at(0, 1_000));
    groups.count(&panic_at(900, 1_001));
    assert_eq!((groups.all.len(), groups.evicted), (256, 1));
    let lines: Vec<u32> = groups.all.iter().map(|group| group.place.line).collect();
    assert!(lines.contains(&0) && !lines.contains(&1));
}
