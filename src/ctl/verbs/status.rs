//! `status`: the program and its tasks; of tasks that are named, all that matters.

use std::string::String;

use super::logs::{self, Pages, Printer};
use crate::control::api::Task;
use crate::control::{Ask, Client};
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit, Trouble};

/// How many last lines of a task are shown unless another number is given.
const LINES: usize = 10;

pub(in crate::ctl) fn status(call: &Call<'_>) -> Done {
    let names = &call.given.operands;
    let is_house = call.given.flag("line") || call.given.flag("debug");
    if names.is_empty() && !is_house {
        return call.pass(Ask::path(&["v1", "status"]));
    }
    let ask = select(Ask::path(&["v1", "tasks"]), names);
    let client = call.client()?;
    if call.wants_json()? {
        call.pass(ask)?;
    } else if is_house {
        let view = if call.given.flag("debug") { "debug" } else { "line" };
        let usual = if call.given.flag("debug") { LINES } else { 0 };
        let lines = call.given.number("lines")?.unwrap_or(usual);
        call.pass(ask.query("view", view).query("lines", lines))?;
    } else {
        let text = in_detail(call, &client)?;
        call.show(&text)?;
    }
    if names.is_empty() {
        return Ok(Exit::Ok);
    }
    let tasks = call.tasks(&client, names)?;
    Ok(if tasks.iter().all(is_up) { Exit::Ok } else { Exit::NotActive })
}

/// Each task with all that matters, and its last lines.
fn in_detail(call: &Call<'_>, client: &Client) -> Result<String, Trouble> {
    let lines = call.given.number("lines")?.unwrap_or(LINES);
    let mut text = String::new();
    for task in call.tasks(client, &call.given.operands)? {
        if !text.is_empty() {
            text.push('\n');
        }
        let ask = Ask::path(&["v1", "tasks", &task.name]).query("view", "detail");
        text.push_str(&client.text(call.looking(ask))?);
        if lines == 0 {
            continue;
        }
        let mut printer = Printer::short(call);
        if let Some(page) = Pages::new(client, logs::Ask::last_of(&task.name, lines)).next_page()? {
            page.records.iter().for_each(|record| printer.record(record.get(), &mut text));
        }
    }
    Ok(text)
}

/// Whether a task does what it is there for, or has done it.
pub(super) fn is_up(task: &Task) -> bool {
    matches!(
        &*task.condition,
        "running" | "degraded" | "late" | "stuck" | "starting" | "scheduled" | "stopping"
    )
}
