//! In which form an answer is wanted.

use std::string::String;

use super::answer::bad;
use super::params::Params;
use crate::control::api::Failure;
use crate::pattern::typo;
use crate::record::{LevelFilter, Time, Zone};
use crate::supervise::status::Look;

/// The names of levels.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// A form of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// One JSON document.
    Json,
    /// A JSON object per line.
    Lines,
    /// What people read.
    Text,
    /// Events as they come.
    Events,
}

impl Wants {
    /// What `format=` says, else what `Accept:` says, else JSON.
    pub(super) fn find(format: Option<&str>, accept: Option<&str>) -> Result<Self, Failure> {
        match format {
            Some("json") => Ok(Self::Json),
            Some("ndjson") => Ok(Self::Lines),
            Some("text") => Ok(Self::Text),
            Some("sse") => Ok(Self::Events),
            Some(other) => {
                Err(bad(std::format!("format={other}: it is json, ndjson, text or sse")))
            }
            None => Ok(accept.map_or(Self::Json, Self::accepted)),
        }
    }

    /// The first form of a list that is known.
    fn accepted(accept: &str) -> Self {
        let kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or(kind).trim());
        let known = |kind| match kind {
            "application/json" => Some(Self::Json),
            "application/x-ndjson" => Some(Self::Lines),
            "text/plain" => Some(Self::Text),
            "text/event-stream" => Some(Self::Events),
            _ => None,
        };
        kinds.filter_map(known).next().unwrap_or(Self::Json)
    }
}

/// How text is to look: `width=80`, `colours`, `ascii`, `utc`, `command=rvctl`.
pub(super) fn look(params: &mut Params, now: Time) -> Result<Look, Failure> {
    let width: Option<usize> = params.parsed("width")?;
    let command: Option<String> = params.last("command");
    let (colours, ascii) = (params.flag("colours")?, params.flag("ascii")?);
    let look = Look::at(now).zone(zone(params)?).colours(colours).ascii(ascii).width(width);
    Ok(look.command(command.unwrap_or_default()))
}

/// A level by its name or number.
pub(super) fn level(text: &str) -> Result<LevelFilter, Failure> {
    text.parse().map_err(|error| {
        let near = typo::nearest(text, LEVELS.into_iter(), 1).pop();
        let near = near.map(|near| std::format!("; did you mean {near}?")).unwrap_or_default();
        bad(std::format!("{text:?} is {error}{near}"))
    })
}

/// The zone of the process, or UTC where that is asked for.
pub(super) fn zone(params: &mut Params) -> Result<Zone, Failure> {
    Ok(if params.flag("utc")? { Zone::Utc } else { Zone::Local })
}
