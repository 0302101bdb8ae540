//! Tasks, one or many.

use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;

use hyper::Response;

use super::answer::{bad, text};
use super::body::Body;
use super::params::Params;
use super::wants::{self, Wants};
use super::{Asked, Service};
use crate::control::api::{Code, Failure};
use crate::pattern::Pattern;
use crate::record::Time;
use crate::stream::Query;
use crate::supervise::status::{Json, Look, Screen, Snapshot, SortKey};
use crate::supervise::trace::traceback;
use crate::supervise::{PAGE, Select, SelectError};

/// How long tasks are waited for that were asked where they are.
const TRACE_LIMIT: Duration = Duration::from_millis(500);

/// How tasks are shown as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum View {
    /// A line each, in the style of the house.
    #[default]
    Line,
    /// Everything that is known, in the style of the house.
    Debug,
    /// A table.
    Table,
    /// All that matters of one.
    Detail,
    /// The last runs.
    Runs,
    /// What came of the last run.
    Result,
    /// Why the last run failed.
    Traceback,
    /// Where the task is now: asked of the task itself.
    Trace,
}

impl View {
    fn take(params: &mut Params, otherwise: Self) -> Result<Self, Failure> {
        Ok(match params.last("view").as_deref() {
            None => otherwise,
            Some("line") => Self::Line,
            Some("debug") => Self::Debug,
            Some("table") => Self::Table,
            Some("detail") => Self::Detail,
            Some("runs") => Self::Runs,
            Some("result") => Self::Result,
            Some("traceback") => Self::Traceback,
            Some("trace") => Self::Trace,
            Some(other) => {
                return Err(bad(std::format!(
                    "view={other}: it is line, debug, table, detail, runs, result, traceback or trace"
                )));
            }
        })
    }
}

/// What is wanted of which tasks.
struct Wanted {
    select: Select,
    after: Option<String>,
    limit: usize,
    view: View,
    sort: Option<SortKey>,
    /// How many of each task's last lines follow it.
    lines: usize,
    look: Look,
}

impl Service {
    /// Many tasks, a page at a time.
    pub(super) async fn tasks(&self, mut asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        let select = select(&mut asked.params);
        let wanted = self.wanted(asked, select, View::Line)?;
        self.look(move |service| service.show_tasks(wants, wanted)).await
    }

    /// The task of that name, or those that the glob matches.
    pub(super) async fn task(
        &self,
        name: String,
        mut asked: Asked<'_>,
        view: View,
    ) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        let wanted = self.wanted(asked, Select::from(name), view)?;
        self.look(move |service| service.show_tasks(wants, wanted)).await
    }

    fn wanted(&self, asked: Asked<'_>, select: Select, view: View) -> Result<Wanted, Failure> {
        let mut params = asked.params;
        let wanted = Wanted {
            select,
            after: params.last("after"),
            limit: params.parsed("limit")?.unwrap_or(PAGE).clamp(1, PAGE),
            view: View::take(&mut params, view)?,
            sort: sort(&mut params)?,
            lines: params.parsed("lines")?.unwrap_or(0),
            look: wants::look(&mut params, self.view().seen())?,
        };
        params.finish()?;
        Ok(wanted)
    }

    fn show_tasks(&self, wants: Wants, wanted: Wanted) -> Result<Response<Body>, Failure> {
        if wanted.view == View::Trace {
            return self.show_traces(wants, wanted);
        }
        let page = self.view().page(wanted.select.clone(), wanted.after.as_deref(), wanted.limit);
        let mut tasks = page.map_err(nothing)?;
        let next = (tasks.len() == wanted.limit).then(|| tasks.last().map(|t| t.name.to_string()));
        let now = self.view().seen();
        if let Some(sort) = wanted.sort {
            tasks.sort_by(|a, b| sort.compare(a, b, now));
        }
        if wants == Wants::Text {
            return Ok(text(self.text_of(&tasks, &wanted)));
        }
        Ok(self.enveloped_raw(&array(&tasks, now), next.flatten().as_deref()))
    }

    /// Where tasks are, those that are alike together.
    fn show_traces(&self, wants: Wants, wanted: Wanted) -> Result<Response<Body>, Failure> {
        let traces = self.view().tracebacks(wanted.select, TRACE_LIMIT).map_err(nothing)?;
        let mut shown = String::new();
        // Writing to a string does not fail.
        if wants == Wants::Text {
            let (now, zone) = (wanted.look.now(), wanted.look.time_zone());
            _ = traceback::Text::at(now, zone).render_all(&traces, &mut shown);
            return Ok(text(shown));
        }
        let mut json = traceback::Json::new();
        for (at, trace) in traces.iter().take(PAGE).enumerate() {
            shown.push(if at == 0 { '[' } else { ',' });
            _ = json.render(trace, &mut shown);
        }
        shown.push_str(if shown.is_empty() { "[]" } else { "]" });
        Ok(self.enveloped_raw(&shown, None))
    }

    fn text_of(&self, tasks: &[Snapshot], wanted: &Wanted) -> String {
        let mut text = String::new();
        let mut screen = Screen::new(wanted.look.clone(), &mut text);
        // Writing to a string does not fail.
        if wanted.view == View::Table {
            _ = screen.tasks(tasks);
            return text;
        }
        for task in tasks {
            _ = match wanted.view {
                View::Line | View::Table => screen.line(task),
                View::Debug => screen.debug(task, &[]),
                View::Detail => screen.detail(task),
                View::Runs => screen.runs(task),
                View::Result => screen.result(task),
                View::Traceback | View::Trace => screen.traceback(task),
            };
            if wanted.lines > 0 {
                // A name has no wildcards, so this glob is that name and no other.
                let query = Query::new().task(Pattern::glob(&task.name)).last(wanted.lines);
                _ = screen.log(query.lines(self.view().stream()));
            }
        }
        text
    }
}

impl Service {
    /// A page of tasks, each as a JSON object in a line, and the name of the last one if there may be
    /// more.
    pub(super) fn task_lines(
        &self,
        after: Option<&str>,
    ) -> Result<(String, Option<String>), Failure> {
        let tasks = self.view().page(Select::All, after, PAGE).map_err(nothing)?;
        let (mut json, mut lines, now) = (Json::new(), String::new(), self.view().seen());
        for task in &tasks {
            lines.push_str("{\"task\":");
            // Writing to a string does not fail.
            _ = json.render(task, now, &mut lines);
            lines.push_str("}\n");
        }
        let last = tasks.last().filter(|_| tasks.len() == PAGE).map(|task| task.name.to_string());
        Ok((lines, last))
    }
}

/// Tasks as a JSON array.
fn array(tasks: &[Snapshot], now: Time) -> String {
    let mut json = Json::new();
    let mut array = String::from("[");
    for (at, task) in tasks.iter().enumerate() {
        array.push_str(if at == 0 { "" } else { "," });
        // Writing to a string does not fail.
        _ = json.render(task, now, &mut array);
    }
    array.push(']');
    array
}

/// The failure that no task is meant.
pub(super) fn nothing(error: SelectError) -> Failure {
    let failure = Failure::new(Code::NoSuchTask, error.to_string());
    let SelectError::Nothing { nearest, .. } = error;
    Failure { nearest, ..failure }
}

/// `select=NAME-OR-GLOB`, `group=PATH`, `tag=TAG`; several are together, none is all.
fn select(params: &mut Params) -> Select {
    let mut any: Vec<Select> = params.all("select").iter().map(Select::from).collect();
    any.extend(params.all("group").into_iter().map(Select::Group));
    any.extend(params.all("tag").into_iter().map(Select::Tag));
    match any.len() {
        0 => Select::All,
        1 => any.remove(0),
        _ => Select::Any(any),
    }
}

fn sort(params: &mut Params) -> Result<Option<SortKey>, Failure> {
    let Some(name) = params.last("sort") else { return Ok(None) };
    let names = || SortKey::ALL.map(|(name, _)| name).join(", ");
    let unknown = || bad(std::format!("sort={name}: it is one of {}", names()));
    SortKey::parse(&name).map(Some).ok_or_else(unknown)
}
