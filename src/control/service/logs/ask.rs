//! What is wanted of the log.

use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::control::api::Failure;
use crate::control::service::answer::bad;
use crate::control::service::moment;
use crate::control::service::params::Params;
use crate::control::service::wants::{self, Wants, zone};
use crate::pattern::Pattern;
use crate::record::{Template, Time};
use crate::stream::{Format, Position, Query};

/// How many records a page of JSON holds, usually and at most.
const PAGE: (usize, usize) = (1_000, 10_000);

/// What is wanted of the log.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) query: Query,
    pub(super) from: From,
    pub(super) limit: usize,
}

/// Where to begin.
#[derive(Debug)]
pub(super) enum From {
    /// With the oldest record that is there.
    Oldest,
    /// With what comes next.
    Now,
    /// Where another reader was.
    Position(Box<Position>),
}

impl Ask {
    /// Takes it out of the parameters of a request.
    pub(super) fn take(
        params: &mut Params,
        wants: Wants,
        last_id: Option<String>,
        now: Time,
    ) -> Result<Self, Failure> {
        let cursor = params.last("cursor").or(last_id).filter(|cursor| !cursor.is_empty());
        let is_followed = wants == Wants::Events;
        let last: Option<usize> = params.parsed("last")?;
        let from_oldest = params.flag("from_oldest")?;
        let from = match cursor {
            Some(cursor) => {
                let position = cursor.parse();
                let position = position.map_err(|error| bad(std::format!("cursor: {error}")))?;
                From::Position(Box::new(position))
            }
            None if is_followed && !from_oldest => From::Now,
            None => From::Oldest,
        };
        let mut query = selection(params, now)?.zone(zone(params)?).format(format(params, wants)?);
        // Who goes on somewhere goes on there.
        if let Some(last) = last.filter(|_| !matches!(from, From::Position(_))) {
            query = query.last(last);
        }
        let most = if wants == Wants::Json { PAGE.1 } else { usize::MAX };
        let usual = if wants == Wants::Json { PAGE.0 } else { usize::MAX };
        let limit = params.parsed("limit")?.unwrap_or(usual).clamp(1, most);
        Ok(Self { query, from, limit })
    }
}

/// Which records.
fn selection(params: &mut Params, now: Time) -> Result<Query, Failure> {
    let mut query = Query::new();
    let (ignore_case, invert) = (params.flag("ignore_case")?, params.flag("invert")?);
    for text in params.all("grep") {
        let mut pattern = Pattern::parse(&text).map_err(|error| bad(error.to_string()))?;
        if ignore_case {
            pattern = pattern.ignore_case().map_err(|error| bad(error.to_string()))?;
        }
        query = query.grep(if invert { pattern.invert() } else { pattern });
    }
    if let Some(level) = params.last("level") {
        let level = wants::level(&level)?;
        query = query.level(level);
    }
    // A name has no wildcards, so as a glob it is that name and no other.
    let tasks: Vec<Pattern> = params.all("task").iter().map(|task| Pattern::glob(task)).collect();
    if !tasks.is_empty() {
        query = query.task(Pattern::any_of(tasks));
    }
    if let Some(target) = params.last("target") {
        query = query.target(Pattern::parse(&target).map_err(|error| bad(error.to_string()))?);
    }
    if let Some(since) = params.last("since") {
        query = query.since(moment::parse(&since, now)?);
    }
    if let Some(until) = params.last("until") {
        query = query.until(moment::parse(&until, now)?);
    }
    let around = params.parsed("context")?.unwrap_or(0);
    let before: usize = params.parsed("before")?.unwrap_or(around);
    let after: usize = params.parsed("after")?.unwrap_or(around);
    Ok(query.context(before.min(CONTEXT_MAX), after.min(CONTEXT_MAX)))
}

/// The most records that are shown around one.
const CONTEXT_MAX: usize = 1_000;

/// In which form each record stands: `line=json`, `line=text`, or a `template=`.
fn format(params: &mut Params, wants: Wants) -> Result<Format, Failure> {
    let (line, template) = (params.last("line"), params.last("template"));
    if wants == Wants::Json {
        return match (line, template) {
            (None, None) => Ok(Format::Json),
            _ => Err(bad("line= and template= are for format=text, ndjson and sse")),
        };
    }
    if let Some(template) = template {
        let template = template.parse::<Template>();
        return template.map(Format::from).map_err(|error| bad(error.to_string()));
    }
    match line.as_deref() {
        Some("text") => Ok(Format::Text),
        Some("json") => Ok(Format::Json),
        Some(other) => Err(bad(std::format!("line={other}: it is json or text"))),
        None if wants == Wants::Text => Ok(Format::Text),
        None => Ok(Format::Json),
    }
}
