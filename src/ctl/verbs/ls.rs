//! `ls`: the programs of this user that can be reached.
//!
//! ```text
//! NAME     PID    UPTIME  TASKS   RING
//! demo     48213  14m     8 (1!)  8 MiB 61%
//! billing  1187   6d      23      32 MiB 100%
//! ```

use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::json;

use crate::control::Client;
use crate::control::api::{Envelope, Health};
use crate::control::place::{self, Found};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};
use crate::ctl::harmless::Harmless;
use crate::supervise::status::Rough;

/// How long a program may take to say how it is; one that is stopped says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

pub(in crate::ctl) fn ls(call: &Call<'_>) -> Done {
    let found = place::reachable();
    if call.wants_json()? {
        let programs: Vec<_> = found.iter().map(in_json).collect();
        call.show(&std::format!("{}\n", json!({"v": 1, "data": programs})))?;
    } else {
        let head = ["NAME", "PID", "UPTIME", "TASKS", "RING"].map(String::from);
        let rows: Vec<_> = core::iter::once(head).chain(found.iter().map(row)).collect();
        call.show(&table(&rows))?;
    }
    if found.is_empty() {
        call.remark("no program can be reached; it has to be built with the feature `control`")?;
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Ok)
}

fn ask(found: &Found) -> Option<Envelope<Health>> {
    Client::unix(&*found.path).patience(PATIENCE).get("/v1/status").ok()
}

fn row(found: &Found) -> [String; 5] {
    let (name, pid) = (Harmless(&found.name).to_string(), found.pid.to_string());
    let Some(Envelope { program, data, .. }) = ask(found) else {
        return [name, pid, "-".to_string(), "no answer".to_string(), "-".to_string()];
    };
    let total: u64 = data.tally.0.values().sum();
    let bad = data.not_ready.len();
    let tasks = if bad > 0 { std::format!("{total} ({bad}!)") } else { total.to_string() };
    let uptime = std::format!("{:#}", Rough(Duration::from_millis(program.up_ms)));
    let ring = std::format!("{} MiB {}%", data.ring.bytes >> 20, data.ring.percent());
    [name, pid, uptime, tasks, ring]
}

fn in_json(found: &Found) -> serde_json::Value {
    let answer = ask(found);
    json!({
        "name": found.name,
        "pid": found.pid,
        "socket": found.path,
        "up_ms": answer.as_ref().map(|answer| answer.program.up_ms),
        "tasks": answer.as_ref().map(|answer| answer.data.tally.0.values().sum::<u64>()),
        "not_ready": answer.as_ref().map(|answer| answer.data.not_ready.len()),
        "ring_used": answer.as_ref().map(|answer| answer.data.ring.used),
        "ring_bytes": answer.as_ref().map(|answer| answer.data.ring.bytes),
    })
}

/// Columns as wide as they have to be.
fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = if column + 1 < COLUMNS { wide(column).unwrap_or(0) + 2 } else { 0 };
            text.push_str(&std::format!("{cell:<width$}"));
        }
        text.push('\n');
    }
    text
}
