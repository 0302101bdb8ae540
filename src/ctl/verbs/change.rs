//! `start`, `stop`, `restart`, `kill`, `pause`, `resume`, `enable`, `remove`: what changes tasks.

use core::time::Duration;
use std::io::{self, IsTerminal, Write};
use std::string::{String, ToString};
use std::vec::Vec;

use crate::control::api::{Commanded, Envelope, Reason, Task};
use crate::control::{Ask, Client};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::harmless::Harmless;
use crate::ctl::progress;
use crate::supervise::Arg;
use crate::supervise::status::Rough;

/// How long the outcome is waited for, usually and at most.
const WAIT: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(60));

pub(in crate::ctl) fn start(call: &Call<'_>) -> Done {
    change(call, "start", "starting")
}

pub(in crate::ctl) fn stop(call: &Call<'_>) -> Done {
    ask_first(call, "Stopping")?;
    change(call, "stop", "stopping")
}

pub(in crate::ctl) fn restart(call: &Call<'_>) -> Done {
    ask_first(call, "Restarting")?;
    change(call, "restart", "restarting")
}

pub(in crate::ctl) fn kill(call: &Call<'_>) -> Done {
    ask_first(call, "Killing")?;
    change(call, "kill", "killing")
}

pub(in crate::ctl) fn pause(call: &Call<'_>) -> Done {
    ask_first(call, "Pausing")?;
    change(call, "pause", "pausing")
}

pub(in crate::ctl) fn resume(call: &Call<'_>) -> Done {
    change(call, "resume", "resuming")
}

pub(in crate::ctl) fn enable(call: &Call<'_>) -> Done {
    change(call, "enable", "enabling")
}

pub(in crate::ctl) fn remove(call: &Call<'_>) -> Done {
    ask_first(call, "Removing")?;
    change(call, "remove", "removing")
}

fn change(call: &Call<'_>, verb: &str, doing: &str) -> Done {
    let client = call.client()?;
    let wait = call.given.value("wait").map(duration).transpose()?.unwrap_or(WAIT.0).min(WAIT.1);
    let reason = Reason {
        reason: call.given.value("reason").map(str::to_string),
        wait_ms: u64::try_from(wait.as_millis()).ok(),
    };
    let mut all: Option<Envelope<Vec<Commanded>>> = None;
    for name in &call.given.operands {
        let what = std::format!("{}: {doing} …", Harmless(name));
        let ask = Ask::path(&["v1", "tasks", name, verb]);
        let answer: Envelope<Vec<Commanded>> =
            progress::during(&what, wait, || client.post(ask, &reason))?;
        match &mut all {
            None => all = Some(answer),
            Some(all) => all.data.extend(answer.data),
        }
    }
    let Some(all) = all else { return Ok(Exit::Ok) };
    if call.wants_json()? {
        call.show_json(&all)?;
    } else if !call.is_quiet() {
        let lines: String = all.data.iter().map(|task| line(task, doing)).collect();
        call.show(&lines)?;
    }
    let is_fine = all.data.iter().all(|task| task.done);
    Ok(if is_fine { Exit::Ok } else { Exit::Nothing })
}

/// `worker@2: running (run 3) after 41 ms`.
fn line(task: &Commanded, doing: &str) -> String {
    let Commanded { name, state, run, done, error, took_ms } = task;
    let (name, took) = (Harmless(name), Rough(Duration::from_millis(*took_ms)));
    // Which run that is says something while it goes on.
    let run = if state == "running" { std::format!(" (run {run})") } else { String::new() };
    match error {
        Some(error) => std::format!("{name}: {state}: {}\n", Harmless(error)),
        None if *done => std::format!("{name}: {state}{run} after {took}\n"),
        None => std::format!("{name}: {state}{run}, still {doing} after {took}\n"),
    }
}

/// Before what is named takes along what is not.
fn ask_first(call: &Call<'_>, doing: &str) -> Result<(), Trouble> {
    if call.given.flag("yes") {
        return Ok(());
    }
    let also = also_meant(call, &call.client()?)?;
    if also.is_empty() {
        return Ok(());
    }
    let (names, also) = (call.given.operands.join(", "), also.join(", "));
    let text = std::format!("{doing} {} also affects: {}.", Harmless(&names), Harmless(&also));
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Trouble::usage(std::format!("{text} Say --yes if that is meant")));
    }
    let mut error = io::stderr();
    write!(error, "{text} Continue? [y/N] ")?;
    error.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Trouble::new(Exit::Nothing, "nothing was changed"))
}

/// The members of groups that are named, as far as they are not named themselves.
fn also_meant(call: &Call<'_>, client: &Client) -> Result<Vec<String>, Trouble> {
    let meant = call.tasks(client, &call.given.operands)?;
    let groups: Vec<&Task> = meant.iter().filter(|task| task.kind == "group").collect();
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let is_meant = |name: &str| meant.iter().any(|task| task.name == name);
    let is_below = |name: &str| {
        let below = |group: &&Task| {
            name.strip_prefix(&*group.name).is_some_and(|rest| rest.starts_with('/'))
        };
        groups.iter().any(below)
    };
    let all = call.tasks(client, &[])?;
    let also = all.into_iter().map(|task| task.name);
    Ok(also.filter(|name| is_below(name) && !is_meant(name)).collect())
}

/// `250ms`, `90s`, `10m`, `2h`, `3d`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, Trouble> {
    let wrong = || Trouble::usage(std::format!("{text:?} is no time; write 250ms, 90s, 10m or 2h"));
    Duration::parse(text).ok_or_else(wrong)
}
