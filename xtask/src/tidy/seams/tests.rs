use super::super::Rule;
use super::*;

fn count(rule: Rule, path: &str, code: &str) -> usize {
    rule(&Source::new(path, code)).len()
}

#[test]
fn atomics_have_one_door() {
    let groups = "use std::sync::{Arc, atomic::{AtomicU64, Ordering}};";
    assert_eq!(count(atomics, "src/ring.rs", groups), 2);
    assert_eq!(count(atomics, "src/ring.rs", "use core::sync::atomic;"), 1);
    assert_eq!(count(atomics, "src/ring.rs", "use portable_atomic::AtomicU64;"), 1);
    assert_eq!(count(atomics, "src/ring/tests.rs", "loom::model(f);"), 1);
    assert_eq!(count(atomics, "src/ring.rs", "use crate::sync::AtomicU64;"), 0);
    assert_eq!(count(atomics, "src/sync.rs", groups), 0);
    assert_eq!(count(atomics, "tests/it/main.rs", groups), 0);
}

#[test]
fn the_clock_has_one_door() {
    assert_eq!(count(clock, "src/stream.rs", "let t = std::time::Instant::now();"), 1);
    assert_eq!(count(clock, "src/stream/tests.rs", "let t = Instant::now();"), 0);
    assert_eq!(count(clock, "src/clock/wall.rs", "let t = SystemTime::now();"), 0);
}

#[test]
fn unsafe_stays_where_it_is_allowed() {
    assert_eq!(count(unsafe_code, "src/stream.rs", "unsafe { f() }"), 1);
    assert_eq!(count(unsafe_code, "src/stream.rs", "#![deny(unsafe_code)] // unsafe"), 0);
    assert_eq!(count(unsafe_code, "src/ring/slot.rs", "unsafe { f() }"), 0);
}

#[test]
fn the_library_does_not_panic() {
    assert_eq!(count(panics, "src/ring.rs", "a.unwrap();\nb.expect(\"c\");\npanic!();"), 3);
    assert_eq!(count(panics, "src/ring.rs", "a.unwrap_or(1); b.expect_err(2); \"panic!\""), 0);
    assert_eq!(count(panics, "src/ring.rs", "#[cfg(test)]\nmod t {\n    a.unwrap();\n}"), 0);
    assert_eq!(count(panics, "src/ring/tests.rs", "a.unwrap();"), 0);
    assert_eq!(count(panics, "src/ring.rs", "pub const A: u8 = {\n    panic!()\n};"), 0);
    assert_eq!(count(panics, "src/ring.rs", "const fn f() {\n    panic!()\n}"), 1);
    assert_eq!(count(panics, "examples/demo.rs", "a.unwrap();"), 0);
}

#[test]
fn tests_run_and_do_not_sleep() {
    assert_eq!(count(ignored_tests, "tests/a.rs", "#[test]\n#[ignore = \"slow\"]"), 1);
    assert_eq!(count(sleeping_tests, "tests/a.rs", "std::thread::sleep(d);"), 1);
    assert_eq!(count(sleeping_tests, "src/a.rs", "thread::sleep(d);"), 0);
    assert_eq!(count(unfinished, "tests/a.rs", "todo!();\nunimplemented!();"), 2);
}
