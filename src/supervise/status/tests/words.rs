//! Spans of time, policies and classes in words.

use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::string::ToString;

use crate::supervise::status::*;
use crate::supervise::{Backoff, Exhausted, Jitter, Policy, When};

#[test]
fn spans_of_time() {
    for (ms, long, short) in [
        (0, "0 ms", "0ms"),
        (999, "999 ms", "999ms"),
        (1_000, "1 s", "1s"),
        (2_199, "2.1 s", "2s"),
        (59_999, "59.9 s", "59s"),
        (60_000, "1 min", "1m"),
        (322_000, "5 min 22 s", "5m22s"),
        (599_999, "9 min 59 s", "9m59s"),
        (600_000, "10 min", "10m"),
        (3_599_000, "59 min", "59m"),
        (3_600_000, "1 h", "1h"),
        (21_780_000, "6 h 3 min", "6h3m"),
        (86_400_000, "1 day", "1d"),
        (187_200_000, "2 days 4 h", "2d4h"),
    ] {
        let rough = Rough(Duration::from_millis(ms));
        assert_eq!(rough.to_string(), long);
        assert_eq!(format!("{rough:#}"), short);
    }
}

#[test]
fn policies() {
    let text = |policy: &Policy| PolicyText(policy).to_string();
    assert_eq!(
        text(&Policy::default()),
        "on-failure, backoff 200 ms..30 s x2 -50%, limit 5 in 60 s"
    );
    assert_eq!(text(&Policy::never()), "never");
    let backoff = Backoff { growth_percent: 150, jitter: Jitter::Full, ..Backoff::default() };
    let policy =
        Policy { when: When::Always, backoff, budget: None, exhausted: Exhausted::Escalate };
    assert_eq!(text(&policy), "always, backoff 200 ms..30 s x1.5 -100%, no limit, then escalate");
    let backoff = Backoff::constant(Duration::from_secs(1));
    let policy = Policy { backoff, ..Policy::default() };
    assert_eq!(text(&policy), "on-failure, backoff 1 s, limit 5 in 60 s");
}

#[test]
fn classes_of_errors() {
    let class = |class: &'static str| {
        let error = ErrorText { class: class.into(), ..ErrorText::default() };
        error.short_class().to_string()
    };
    assert_eq!(class("core::num::ParseIntError"), "ParseIntError");
    assert_eq!(class("app::Error<alloc::string::String>"), "Error");
    assert_eq!(class("alloc::boxed::Box<dyn core::error::Error>"), "");
    assert_eq!(class("dyn core::error::Error"), "");
    assert_eq!(class("&str"), "&str");
}

/// An error that is its own source.
#[derive(Debug)]
struct Endless(Option<Box<Endless>>);

impl core::fmt::Display for Endless {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("again")
    }
}

impl core::error::Error for Endless {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        static ENDLESS: Endless = Endless(None);
        Some(self.0.as_deref().unwrap_or(&ENDLESS))
    }
}

#[test]
fn endless_sources_end() {
    assert_eq!(ErrorText::of(&Endless(None)).chain.len(), 16);
}
