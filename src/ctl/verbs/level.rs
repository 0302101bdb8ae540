//! `level`: the levels of the log; see them, or change one for a time.

use core::time::Duration;
use std::string::{String, ToString};

use super::change::duration;
use crate::control::Ask;
use crate::control::api::{Envelope, LevelChange, Levels};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit, Trouble};
use crate::ctl::harmless::Harmless;
use crate::stream::filter::Directives;
use crate::supervise::status::Rough;

/// How long a level is changed unless somebody says.
const USUAL: Duration = Duration::from_secs(15 * 60);

pub(in crate::ctl) fn level(call: &Call<'_>) -> Done {
    let (client, ask) = (call.client()?, Ask::path(&["v1", "levels"]));
    let before: Envelope<Levels> = client.get(ask.clone())?;
    let operand = call.given.operands.first().map_or("", String::as_str);
    let (target, level) = match operand.split_once('=') {
        Some((target, level)) => (target, Some(level)),
        None => (operand, None),
    };
    let resets = call.given.flag("reset");
    if level.is_none() && !resets {
        return see(call, target, &before);
    }
    if level.is_some() && resets {
        return Err(Trouble::usage("--reset takes a target without a level"));
    }
    let limit = call.given.value("for").map(duration).transpose()?;
    let change = LevelChange {
        target: target.to_string(),
        level: level.map(str::to_string),
        for_ms: limit.and_then(|limit| u64::try_from(limit.as_millis()).ok()),
        keep: call.given.flag("keep"),
        reason: call.given.value("reason").map(str::to_string),
    };
    let after: Envelope<Levels> = client.post(ask, &change)?;
    if call.wants_json()? {
        return call.show_json(&after).map(|()| Exit::Ok);
    }
    let (from, to) = (of(target, &before)?, of(target, &after)?);
    let shown =
        if target.is_empty() { "default".to_string() } else { Harmless(target).to_string() };
    let mut text = std::format!("{shown}: {from} -> {to}");
    if !(resets || change.keep) {
        text.push_str(&std::format!(" for {}, then back", Rough(limit.unwrap_or(USUAL))));
    }
    if !resets {
        text.push_str(&std::format!(".  Undo: {} level --reset {target}", call.command));
    }
    text.push('\n');
    call.show(&text).map(|()| Exit::Ok)
}

fn see(call: &Call<'_>, target: &str, levels: &Envelope<Levels>) -> Done {
    if call.wants_json()? {
        return call.show_json(levels).map(|()| Exit::Ok);
    }
    if !target.is_empty() {
        let level = of(target, levels)?;
        return call.show(&std::format!("{}: {level}\n", Harmless(target))).map(|()| Exit::Ok);
    }
    let parts = levels.data.levels.split(',').filter(|part| !part.is_empty());
    let text: String = parts.map(|part| std::format!("{}\n", Harmless(part))).collect();
    call.show(&text).map(|()| Exit::Ok)
}

/// The level that counts for a target.
fn of(target: &str, levels: &Envelope<Levels>) -> Result<&'static str, Trouble> {
    let directives = Directives::parse(&levels.data.levels);
    let directives =
        directives.map_err(|error| Trouble::new(Exit::Nothing, std::format!("levels: {error}")))?;
    Ok(directives.level_for(target).as_str())
}
