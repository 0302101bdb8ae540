//! `where`: what tasks are doing, and since when.

use core::fmt::Write;
use core::time::Duration;
use std::string::String;

use crate::control::Ask;
use crate::control::api::Task;
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit};
use crate::ctl::harmless::Harmless;
use crate::supervise::status::Rough;

pub(in crate::ctl) fn whereabouts(call: &Call<'_>) -> Done {
    let names = &call.given.operands;
    if call.wants_json()? {
        return call.pass(select(Ask::path(&["v1", "tasks"]), names));
    }
    if !names.is_empty() {
        let ask = select(Ask::path(&["v1", "tasks"]), names).query("view", "trace");
        let text = call.client()?.text(call.looking(ask))?;
        return call.show(&text).map(|()| Exit::Ok);
    }
    let mut text = String::new();
    for task in call.tasks(&call.client()?, names)? {
        if !names.is_empty() || task.kind != "group" {
            // Writing to a string does not fail.
            _ = describe(&task, &mut text);
        }
    }
    call.show(&text).map(|()| Exit::Ok)
}

/// `lost [13m]`, and below it what is known.
fn describe(task: &Task, out: &mut String) -> core::fmt::Result {
    let age = Rough(Duration::from_millis(task.for_ms));
    writeln!(out, "{} [{age:#}]", Harmless(&task.name))?;
    write!(out, "  {}", task.condition)?;
    if !task.status.is_empty() {
        write!(out, ": {}", Harmless(&task.status))?;
    }
    writeln!(out)?;
    if let Some(ms) = task.last_wake_ms {
        writeln!(out, "  woken {} ago", Rough(Duration::from_millis(ms)))?;
    }
    if let Some(ns) = task.longest_poll_ns {
        writeln!(out, "  longest poll {}", Rough(Duration::from_nanos(ns)))?;
    }
    if let Some(place) = &task.spawned_at {
        writeln!(out, "  spawned at {}:{}", Harmless(&place.file), place.line)?;
    }
    Ok(())
}
