//! Statistics of tasks in a form that collectors of figures read as it is: one JSON object, a member
//! for each task.

use std::string::{String, ToString};

use hyper::Response;
use serde_json::{Map, Value, json};

use super::answer::{JSON, date, of};
use super::body::Body;
use super::{Asked, Service};
use crate::control::api::Failure;
use crate::pattern::Pattern;
use crate::stream::Query;
use crate::supervise::status::{Condition, Failure as Failed, Kind, Screen, Snapshot};
use crate::supervise::{PAGE, Select};

impl Service {
    /// All tasks but bare futures, of which there may be very many, or those that `task=` selects.
    pub(super) async fn stats(
        &self,
        mut asked: Asked<'_>,
        debug: bool,
    ) -> Result<Response<Body>, Failure> {
        let select = asked.params.last("task");
        asked.params.finish()?;
        self.look(move |service| {
            let mut stats = Map::new();
            let bare = select.is_some();
            let select = select.map_or(Select::All, Select::from);
            let each = service.view().each(select, |task| {
                if stats.len() < PAGE && (bare || task.kind != Kind::Once) {
                    stats.insert(task.name.to_string(), service.stats_of(&task, debug));
                }
            });
            each.map_err(super::tasks::nothing)?;
            if debug {
                stats.insert(String::from("hostname"), service.view().name().into());
            }
            Ok(of(JSON, Body::whole(std::format!("{}\n", Value::Object(stats)))))
        })
        .await
    }

    fn stats_of(&self, task: &Snapshot, debug: bool) -> Value {
        let service = task.service.as_ref();
        let mut stats = json!({
            "status": Condition::of(task).word().trim_end_matches('?'),
            "result": result(task),
            "done_at": task.ended.map(date),
            "since": date(task.started.unwrap_or(task.since)),
            "service": service.is_some(),
            "stats": service.and_then(|s| s.stats.as_ref()).map(|stats| stats.text.clone()),
        });
        if let (true, Some(stats)) = (debug, stats.as_object_mut()) {
            self.add_details(task, stats);
        }
        stats
    }

    fn add_details(&self, task: &Snapshot, stats: &mut Map<String, Value>) {
        let query = Query::new().task(Pattern::glob(&task.name));
        let keyed =
            task.args.keyed.iter().map(|(key, value)| (key.to_string(), value.clone().into()));
        let details = json!({
            "log": query.last_match(self.view().stream()),
            "ctasks": task.members.count,
            "type": task.service.as_ref().map(|service| service.kind.to_string()),
            "docs": task.service.as_ref().map(|service| service.docs.to_string()),
            "path": task.service.as_ref().map(|service| service.loaded_from.to_string()),
            "info": task.service.as_ref().map(|service| service.description.to_string()),
            "args": task.args.positional,
            "kwargs": keyed.collect::<Map<_, _>>(),
            "traceback": traceback(task),
            "runs": task.run,
            "restarts": task.attempt,
            "polls": task.polls,
        });
        if let Value::Object(details) = details {
            stats.extend(details);
        }
    }
}

/// What came of the last run: an error as `Class:message`.
fn result(task: &Snapshot) -> Option<String> {
    match &task.failure {
        Some(failure @ Failed::Error(error)) => {
            Some(std::format!("{}:{failure}", error.short_class()))
        }
        Some(Failed::Panic(panic)) => Some(std::format!("panic:{}", panic.message)),
        Some(failure) => Some(failure.to_string()),
        None => task.result.clone(),
    }
}

fn traceback(task: &Snapshot) -> Option<String> {
    task.failure.as_ref()?;
    let mut text = String::new();
    let look = crate::supervise::status::Look::at(crate::record::Time::default());
    // Writing to a string does not fail.
    _ = Screen::new(look, &mut text).traceback(task);
    Some(text)
}
