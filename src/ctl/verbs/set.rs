//! `set`: arguments of tasks for their next runs.

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::control::Ask;
use crate::control::api::{ArgChanged, ArgsChange, ArgsChanged, Envelope};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::harmless::Harmless;

pub(in crate::ctl) fn set(call: &Call<'_>) -> Done {
    let (tasks, args) = parted(&call.given.operands)?;
    let reason = call.given.value("reason").map(str::to_string);
    let (client, change) = (call.client()?, ArgsChange { args, reason });
    let mut all: Option<Envelope<Vec<ArgsChanged>>> = None;
    for task in tasks {
        let ask = Ask::path(&["v1", "tasks", task, "args"]);
        let answer: Envelope<Vec<ArgsChanged>> = client.post(ask, &change)?;
        match &mut all {
            None => all = Some(answer),
            Some(all) => all.data.extend(answer.data),
        }
    }
    let Some(all) = all else { return Ok(Exit::Ok) };
    if call.wants_json()? {
        call.show_json(&all)?;
    } else if !call.is_quiet() {
        let lines: String = all.data.iter().map(|task| line(call.command, task)).collect();
        call.show(&lines)?;
    }
    Ok(Exit::Ok)
}

/// What is typed: first a task, then tasks and `KEY=VALUE` in any order.
fn parted(operands: &[String]) -> Result<(Vec<&str>, BTreeMap<String, String>), Trouble> {
    let (mut tasks, mut args) = (Vec::new(), BTreeMap::new());
    for operand in operands {
        match operand.split_once('=').filter(|_| !tasks.is_empty()) {
            Some((key, value)) => _ = args.insert(key.to_string(), value.to_string()),
            None => tasks.push(&**operand),
        }
    }
    if args.is_empty() {
        return Err(Trouble::usage("set needs KEY=VALUE behind the task, as in: pause=250ms"));
    }
    Ok((tasks, args))
}

/// `worker@2: pause 500ms -> 250ms from the next run on.  Now: rvctl restart worker@2`.
fn line(command: &str, task: &ArgsChanged) -> String {
    let ArgsChanged { name, state, changed } = task;
    let name = Harmless(name);
    let change = |ArgChanged { key, from, to }: &ArgChanged| {
        std::format!("{} {} -> {}", Harmless(key), Harmless(from), Harmless(to))
    };
    let changes: Vec<String> = changed.iter().map(change).collect();
    let changes = changes.join(", ");
    let is_down = matches!(&**state, "stopped" | "done" | "failed" | "dead" | "disabled");
    let now = if is_down { "start" } else { "restart" };
    std::format!("{name}: {changes} from the next run on.  Now: {command} {now} {name}\n")
}
