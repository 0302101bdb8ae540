//! `status`: the program and its tasks; of tasks that are named, all that matters.

use crate::control::Ask;
use crate::control::api::Task;
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit};

/// How many last lines of a task are shown unless another number is given.
const LINES: usize = 10;

pub(in crate::ctl) fn status(call: &Call<'_>) -> Done {
    let names = &call.given.operands;
    let is_house = call.given.flag("line") || call.given.flag("debug");
    if names.is_empty() && !is_house {
        return call.pass(Ask::path(&["v1", "status"]));
    }
    let view = match () {
        () if call.given.flag("debug") => "debug",
        () if call.given.flag("line") => "line",
        () => "detail",
    };
    let ask = select(Ask::path(&["v1", "tasks"]), names);
    if call.wants_json()? {
        call.pass(ask)?;
    } else {
        let usual = if call.given.flag("line") { 0 } else { LINES };
        let lines = call.given.number("lines")?.unwrap_or(usual);
        call.pass(ask.query("view", view).query("lines", lines))?;
    }
    if names.is_empty() {
        return Ok(Exit::Ok);
    }
    let tasks = call.tasks(&call.client()?, names)?;
    Ok(if tasks.iter().all(is_up) { Exit::Ok } else { Exit::NotActive })
}

/// Whether a task does what it is there for, or has done it.
pub(super) fn is_up(task: &Task) -> bool {
    matches!(
        &*task.condition,
        "running" | "degraded" | "late" | "stuck" | "starting" | "scheduled" | "stopping"
    )
}
