//! Moments, tasks and screens.

use std::string::String;

use core::fmt;

use chrono::NaiveDateTime;

use crate::record::{TaskId, Time, Zone};
use crate::supervise::State;
use crate::supervise::status::*;

const S: i64 = 1_000_000_000;

/// A moment in UTC; the process began in 2010.
pub(super) fn at(text: &str) -> Time {
    let format = "%Y-%m-%d %H:%M:%S%.f";
    let moment = NaiveDateTime::parse_from_str(text, format).unwrap().and_utc();
    let wall_ns = moment.timestamp_nanos_opt().unwrap();
    let mono_ns = u64::try_from(wall_ns - 1_262_304_000 * S).unwrap();
    Time { wall_ns, mono_ns }
}

pub(super) fn look(now: &str) -> Look {
    Look::at(at(now)).zone(Zone::Utc)
}

/// What `write` writes on a screen of that look.
pub(super) fn drawn(
    look: Look,
    write: impl FnOnce(&mut Screen<'_, String>) -> fmt::Result,
) -> String {
    let mut text = String::new();
    write(&mut Screen::new(look, &mut text)).unwrap();
    text
}

pub(super) fn task(name: &'static str, state: State, since: &str) -> Snapshot {
    let mut task = Snapshot::new(TaskId(0x2000_c7d0), name);
    task.state = state;
    task.since = at(since);
    task
}

/// A task whose only run is over.
pub(super) fn over(name: &'static str, state: State, started: &str, ended: &str) -> Snapshot {
    let mut task = task(name, state, ended);
    task.run = 1;
    task.started = Some(at(started));
    task.ended = Some(at(ended));
    task
}

pub(super) fn error(class: &'static str, chain: &[&str]) -> Option<Failure> {
    let chain = chain.iter().map(|link| String::from(*link)).collect();
    Some(Failure::Error(ErrorText { class: class.into(), chain }))
}

pub(super) fn panic(message: &str, file: &'static str, line: u32, column: u32) -> Option<Failure> {
    let place = Some(Place { file: file.into(), line, column });
    Some(Failure::Panic(PanicText { message: message.into(), place }))
}
