//! `runs`: the last runs of tasks, and how they ended.

use std::string::String;

use crate::control::Ask;
use crate::ctl::call::{Call, select};
use crate::ctl::exit::{Done, Exit};
use crate::ctl::harmless::Harmless;

pub(in crate::ctl) fn runs(call: &Call<'_>) -> Done {
    let names = &call.given.operands;
    if call.wants_json()? {
        return call.pass(select(Ask::path(&["v1", "tasks"]), names));
    }
    let client = call.client()?;
    let mut text = String::new();
    let tasks = call.tasks(&client, names)?;
    let is_one = tasks.len() == 1;
    for task in tasks {
        // What never ran has nothing to show, unless it was asked about.
        if task.run == 0 && names.is_empty() {
            continue;
        }
        if !is_one {
            let between = if text.is_empty() { "" } else { "\n" };
            text.push_str(&std::format!("{between}{}\n", Harmless(&task.name)));
        }
        let ask = Ask::path(&["v1", "tasks", &task.name, "runs"]);
        text.push_str(&client.text(call.looking(ask))?);
    }
    call.show(&text).map(|()| Exit::Ok)
}
