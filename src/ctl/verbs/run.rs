//! `run`: commands that the program offers; without a name, which there are.

use core::time::Duration;
use std::io::Write;
use std::string::ToString;

use serde_json::{Value, from_slice};

use super::change::duration;
use crate::control::Ask;
use crate::control::api::{CommandCall, CommandEnd, CommandEvent, CommandRun, Envelope};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::harmless::Lines;
use crate::ctl::output::Output;

/// How long a command may take, usually.
const LIMIT: Duration = Duration::from_secs(60);
/// How much longer its end may take to come here.
const SLACK: Duration = Duration::from_secs(10);

pub(in crate::ctl) fn run(call: &Call<'_>) -> Done {
    let Some((name, args)) = call.given.operands.split_first() else {
        return list(call);
    };
    let limit = call.given.value("limit").map(duration).transpose()?.unwrap_or(LIMIT);
    let wanted = CommandCall {
        args: args.to_vec(),
        limit_ms: u64::try_from(limit.as_millis()).ok(),
        reason: call.given.value("reason").map(str::to_string),
    };
    let client = call.client()?.patience(limit.saturating_add(SLACK));
    let ask = Ask::path(&["v1", "commands", name]);
    if call.wants_json()? {
        let ran: Envelope<CommandRun> = client.post(ask, &wanted)?;
        call.show_json(&ran)?;
        return Ok(if ran.data.end.ok { Exit::Ok } else { Exit::Nothing });
    }
    let body = serde_json::to_string(&wanted).map_err(|error| broken(&error.to_string()))?;
    let mut incoming = client.open(&ask.accept("application/x-ndjson").body(body))?;
    let (mut output, mut begun) = (Output::plain(), std::vec::Vec::new());
    while let Some(piece) = incoming.piece()? {
        begun.extend_from_slice(&piece);
        while let Some(at) = begun.iter().position(|byte| *byte == b'\n') {
            let line: std::vec::Vec<u8> = begun.drain(..=at).collect();
            let event = from_slice(&line).map_err(|error| broken(&error.to_string()))?;
            if let Some(end) = show(&mut output, event)? {
                return ended(name, end);
            }
        }
    }
    Err(broken("it broke off"))
}

fn list(call: &Call<'_>) -> Done {
    let (client, ask) = (call.client()?, Ask::path(&["v1", "commands"]));
    if call.wants_json()? {
        let list: Envelope<Value> = client.get(ask)?;
        call.show_json(&list)?;
        return Ok(Exit::Ok);
    }
    let list = client.text(ask)?;
    if list.is_empty() {
        call.remark("this program offers no commands")?;
        return Ok(Exit::Nothing);
    }
    call.show(&Lines(&list).to_string()).map(|()| Exit::Ok)
}

/// Shows what a command says; its end is for who waits for that.
fn show(output: &mut Output, event: CommandEvent) -> Result<Option<CommandEnd>, Trouble> {
    match event {
        CommandEvent::Said(text) => write!(output, "{}", Lines(&text))?,
        CommandEvent::Lost(lost) => {
            writeln!(output, "-- {lost} lines lost: they came too fast --")?;
        }
        CommandEvent::Done(end) => {
            if let Some(result) = &end.result {
                writeln!(output, "{}", Lines(result))?;
            }
            output.flush()?;
            return Ok(Some(end));
        }
    }
    output.flush()?;
    Ok(None)
}

fn ended(name: &str, end: CommandEnd) -> Done {
    match end.error {
        None => Ok(Exit::Ok),
        Some(error) => Err(Trouble::new(Exit::Nothing, std::format!("{name}: {error}"))),
    }
}

fn broken(why: &str) -> Trouble {
    Trouble::new(Exit::Unreachable, std::format!("the answer cannot be understood: {why}"))
}
