//! Levels that change, against a model that forgets nothing and saves nothing.

use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::audit;
use crate::clock::{Clock, Manual};
use crate::record::{Level, LevelFilter, Value};
use crate::ring::{Inline, Storage};
use crate::stream::filter::Directives;
use crate::stream::{Config, Entry, RingStream};

const TARGETS: [&str; 4] = ["", "a", "a::b", "c"];

#[derive(Clone, Debug)]
enum Op {
    Configure(Directives),
    Set(usize, LevelFilter),
    SetFor(usize, LevelFilter, u64),
    Reset(usize),
    Wait(u64),
}

fn level() -> impl Strategy<Value = LevelFilter> {
    (0..6_u8).prop_map(LevelFilter::from_u8)
}

fn directives() -> impl Strategy<Value = Directives> {
    (level(), prop::collection::vec((1..TARGETS.len(), level()), 0..3)).prop_map(|(all, some)| {
        let mut directives = Directives::at(all);
        for (target, level) in some {
            directives.set(TARGETS[target], level).unwrap();
        }
        directives
    })
}

fn op() -> impl Strategy<Value = Op> {
    let target = 0..TARGETS.len();
    prop_oneof![
        1 => directives().prop_map(Op::Configure),
        3 => (target.clone(), level()).prop_map(|(target, level)| Op::Set(target, level)),
        6 => (target.clone(), level(), 0..20_u64).prop_map(|(t, level, limit)| Op::SetFor(t, level, limit)),
        2 => target.prop_map(Op::Reset),
        6 => (1..15_u64).prop_map(Op::Wait),
    ]
}

/// All changes ever made, and whether something ended them before their time.
struct Model {
    now: u64,
    configured: Directives,
    changes: Vec<(usize, LevelFilter, u64, bool)>,
}

impl Model {
    fn apply(&mut self, op: &Op) {
        match *op {
            Op::Configure(ref directives) => {
                self.configured = directives.clone();
                self.revoke(|_| true);
            }
            Op::Set(target, level) => {
                self.revoke(|it| it == target);
                self.changes.push((target, level, u64::MAX, false));
            }
            Op::SetFor(target, level, limit) => {
                self.changes.push((target, level, self.now + limit, false));
            }
            Op::Reset(target) => self.revoke(|it| it == target),
            Op::Wait(by) => self.now += by,
        }
    }

    fn revoke(&mut self, which: impl Fn(usize) -> bool) {
        self.changes.iter_mut().filter(|it| which(it.0)).for_each(|it| it.3 = true);
    }

    fn directives(&self) -> Directives {
        let mut directives = self.configured.clone();
        for (index, target) in TARGETS.iter().enumerate() {
            let holds =
                |it: &&(usize, LevelFilter, u64, bool)| it.0 == index && it.2 > self.now && !it.3;
            match self.changes.iter().rev().find(holds) {
                Some(&(_, level, ..)) if target.is_empty() => directives.set_default(level),
                Some(&(_, level, ..)) => directives.set(target, level).unwrap(),
                None => {}
            }
        }
        directives
    }
}

fn manual() -> (&'static Manual, RingStream) {
    let time: &Manual = Box::leak(Box::default());
    let stream = Config::new().bytes(1 << 18).shards(1).clock(Clock::manual(time)).build();
    (time, stream.unwrap())
}

fn apply(stream: &RingStream, time: &Manual, op: &Op) {
    match *op {
        Op::Configure(ref directives) => stream.set_levels(directives.clone()),
        Op::Set(target, level) => stream.set_level(TARGETS[target], level).unwrap(),
        Op::SetFor(target, level, limit) => {
            stream.set_level_for(TARGETS[target], level, Duration::from_secs(limit)).unwrap();
        }
        Op::Reset(target) => stream.reset_level(TARGETS[target]),
        Op::Wait(by) => time.advance(Duration::from_secs(by)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn levels_are_what_they_were_without_what_has_ended(ops in prop::collection::vec(op(), 0..40)) {
        let (time, stream) = manual();
        let mut model = Model { now: 0, configured: stream.levels(), changes: Vec::new() };
        for op in ops {
            apply(&stream, time, &op);
            model.apply(&op);
            let expected = model.directives();
            prop_assert_eq!(stream.levels(), expected.clone(), "after {:?}", op);
            prop_assert_eq!(stream.max_level(), expected.max_level());
            for target in ["a", "a::bc", "cd", "z"] {
                let passes = stream.allows(Level::Info, target);
                prop_assert_eq!(passes, Level::Info <= expected.level_for(target), "{}", target);
            }
        }
    }
}

fn audit<S: Storage>(stream: &RingStream<S>) -> Vec<String> {
    let mut cursor = stream.cursor();
    let mut messages = Vec::new();
    while let Some(Entry::Record(record)) = cursor.next() {
        assert_eq!((record.target, record.level), (audit::TARGET, Level::Info));
        messages.push(record.message.to_string());
    }
    messages
}

#[test]
fn every_change_is_told_whatever_the_levels() {
    let (time, stream) = manual();
    stream.set_levels("off".parse().unwrap());
    stream.set_level("hyper", LevelFilter::Warn).unwrap();
    stream.set_level_for("hyper", LevelFilter::Trace, Duration::from_secs(90)).unwrap();
    time.advance(Duration::from_secs(90));
    assert_eq!(stream.levels().to_string(), "off,hyper=warn");
    stream.reset_level("hyper");
    stream.set_level("", LevelFilter::Error).unwrap();
    assert_eq!(
        audit(&stream),
        [
            "levels set from \"trace\" to \"off\"",
            "level of hyper set from OFF to WARN",
            "level of hyper set from WARN to TRACE for 90s",
            "level of hyper back from TRACE to WARN",
            "level of hyper reset from WARN to OFF",
            "default level set from OFF to ERROR",
        ]
    );
}

#[test]
fn a_record_of_a_change_has_typed_fields() {
    let (_, stream) = manual();
    stream.set_level_for("hyper", LevelFilter::Debug, Duration::from_millis(1500)).unwrap();
    let mut cursor = stream.cursor();
    let Some(Entry::Record(record)) = cursor.next() else { panic!("a record") };
    assert_eq!(record.fields.get("target"), Some(Value::Str("hyper")));
    assert_eq!(record.fields.get("from"), Some(Value::Str("TRACE")));
    assert_eq!(record.fields.get("to"), Some(Value::Str("DEBUG")));
    assert_eq!(record.fields.get("for_ms"), Some(Value::U64(1500)));
}

#[test]
fn a_target_that_no_directive_can_name_changes_nothing() {
    let (_, stream) = manual();
    let long = Duration::from_secs(1);
    assert!(stream.set_level("a,b", LevelFilter::Off).is_err());
    assert!(stream.set_level_for("a=b", LevelFilter::Off, long).is_err());
    assert_eq!(stream.levels(), Directives::at(LevelFilter::Trace));
    assert_eq!(audit(&stream), [""; 0]);
}

/// Waits until the stream's own thread has ended a change.
fn wait_for_the_end<S: Storage>(stream: &RingStream<S>) {
    let mut follow = crate::stream::Follow::new(stream.cursor());
    loop {
        let Entry::Record(record) = follow.wait() else { panic!("nothing was lost") };
        if record.fields.get("change") == Some(Value::Str("ended")) {
            break;
        }
    }
}

#[test]
fn the_stream_s_thread_ends_changes_in_time() {
    let stream = RingStream::with_bytes(1 << 18).unwrap();
    stream.set_levels("info".parse().unwrap());
    stream.set_level_for("far", LevelFilter::Off, Duration::MAX).unwrap();
    stream.set_level_for("near", LevelFilter::Trace, Duration::from_millis(2)).unwrap();
    wait_for_the_end(&stream);
    assert_eq!(stream.levels().to_string(), "info,far=off");
}

#[test]
fn a_static_stream_s_changes_end_too() {
    static RING: RingStream<Inline<8, 512>> = RingStream::new();
    RING.set_level_for("near", LevelFilter::Off, Duration::from_millis(2)).unwrap();
    wait_for_the_end(&RING);
    assert_eq!(RING.levels(), Directives::at(LevelFilter::Trace));
}

#[test]
fn a_pending_end_keeps_no_stream_alive() {
    let (_, stream) = manual();
    stream.set_level_for("a", LevelFilter::Off, Duration::MAX).unwrap();
    let core = std::sync::Arc::downgrade(&stream.core);
    drop(stream);
    // The stream's thread may hold it for the moment of a look.
    while core.strong_count() > 0 {
        std::thread::yield_now();
    }
}
