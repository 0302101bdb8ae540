//! Tests of a program that logs, side by side in one process, as its authors write them.
#![cfg(all(feature = "std", feature = "log"))]

use ringvisor::{assert_logged, assert_not_logged, test};

/// Logs as a program does, and sees that the others do the same without being seen.
fn check(who: &str) {
    let logged = test::capture();
    for round in 0..50 {
        log::info!(target: "orders", "{who} {round} begins");
        log::debug!(target: "orders", "{who} {round} ends");
    }
    assert_eq!(logged.records().len(), 100);
    assert!(logged.records().iter().all(|record| record.message.starts_with(who)));
    assert_logged!(logged, &format!("INFO orders: {who} 7 begins"));
    assert_logged!(logged, &format!("*{who} 4? ends"));
    assert_logged!(logged, r"/DEBUG orders: \w+ 49 ends$/");
    assert_not_logged!(logged, "ERROR");
    logged.clear();
    assert_not_logged!(logged, who);
}

#[test]
fn one() {
    check("one");
}

#[test]
fn two() {
    check("two");
}

#[test]
fn three() {
    check("three");
}

#[test]
fn four() {
    check("four");
}
