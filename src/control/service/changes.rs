//! What changes the program. Each change, and each one refused, is a record in the log.

use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use hyper::Response;
use hyper::body::Body as HttpBody;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::answer::bad;
use super::body::{self, Body};
use super::route::Change;
use super::tasks::nothing;
use super::{Asked, Peer, Service, wants};
use crate::control::api::{Code, Commanded, Failure, LevelChange, Reason};
use crate::control::view::Operator;
use crate::record::{Level, Value};
use crate::supervise::status::{Condition, Snapshot};
use crate::supervise::{AllCommanded, Answered, Command, Select};

/// How long a level is changed unless somebody says.
const LEVEL_LIMIT: Duration = Duration::from_secs(15 * 60);
/// How long a command is waited for, in milliseconds: usually, and at most.
const WAIT: (u64, u64) = (10_000, 60_000);
/// How much of a reason is kept, in characters.
const REASON_MAX: usize = 200;

/// Who wants a change, and why.
pub(super) struct Wish<'a> {
    peer: &'a Peer,
    change: &'static str,
    /// Of what.
    of: &'a str,
    reason: String,
}

impl Service {
    /// Does something to tasks, and waits for the outcome for a while.
    pub(super) async fn change_tasks(
        &self,
        select: &str,
        change: Change,
        asked: Asked<'_>,
        body: &[u8],
    ) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        let reason: Reason = parsed(body)?;
        let wish = wish(asked.peer, change.name(), select, reason.reason);
        let operator = self.operator_for(&wish)?;
        let begun = self.view().now();
        let commanded = carry_out(operator, change, Select::from(select));
        self.write_down(&wish, commanded.as_ref().map(AllCommanded::len).map_err(|f| &*f.message));
        let wait = Duration::from_millis(reason.wait_ms.unwrap_or(WAIT.0).min(WAIT.1));
        let answers = timeout(wait, commanded?).await.ok();
        let took = self.view().now().mono_ns.saturating_sub(begun.mono_ns) / 1_000_000;
        let select = Select::from(select);
        self.look(move |service| Ok(service.enveloped(&service.outcomes(answers, select, took))))
            .await
    }

    /// What became of each task.
    fn outcomes(
        &self,
        answers: Option<Vec<Answered>>,
        select: Select,
        took: u64,
    ) -> Vec<Commanded> {
        let state = |select| {
            let mut seen = (String::from("removed"), 0);
            _ = self.view().each(select, |task| seen = seen_of(&task));
            seen
        };
        let Some(answers) = answers else {
            let mut late = Vec::new();
            // Where nothing is left nothing is late.
            _ = self.view().each(select, |task| {
                let (name, (state, run)) = (task.name.to_string(), seen_of(&task));
                late.push(Commanded { name, state, run, took_ms: took, ..Commanded::default() });
            });
            return late;
        };
        let outcome = |answered: Answered| {
            let (state, run) = state(Select::Id(answered.task));
            let (done, error) = (answered.answer.is_ok(), answered.answer.err());
            let error = error.map(|error| error.to_string());
            Commanded { name: answered.name, state, run, done, error, took_ms: took }
        };
        answers.into_iter().map(outcome).collect()
    }

    /// Changes the level of one target, for a time unless it is to be kept.
    pub(super) fn change_level(
        &self,
        asked: Asked<'_>,
        body: &[u8],
    ) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        let change: LevelChange = parsed(body)?;
        let name = if change.level.is_some() { "level" } else { "reset level" };
        let wish = wish(asked.peer, name, &change.target, change.reason);
        let operator = self.operator_for(&wish)?;
        let limit = change.for_ms.map_or(LEVEL_LIMIT, Duration::from_millis);
        let limit = (!change.keep).then_some(limit);
        let done = match change.level.as_deref() {
            None => {
                operator.reset_level(&change.target);
                Ok(())
            }
            Some(level) => wants::level(level)
                .and_then(|level| operator.set_level(&change.target, level, limit).map_err(bad)),
        };
        self.write_down(&wish, done.as_ref().map(|()| 1).map_err(|failure| &*failure.message));
        done?;
        let levels = self.view().stream().levels().to_string();
        Ok(self.enveloped(&crate::control::api::Levels { levels }))
    }

    /// What is sent along with a change; if it is too much, or does not come, that is told too.
    pub(super) async fn body<B: HttpBody>(
        &self,
        body: B,
        asked: &Asked<'_>,
    ) -> Result<Vec<u8>, Failure> {
        let read = body::read(body).await;
        if let Err(failure) = &read {
            let wish = wish(asked.peer, "change", asked.parts.uri.path(), None);
            self.write_down(&wish, Err(&failure.message));
        }
        read
    }

    /// Carries out a change that runs code of the program's, where that may hang. What was done is told
    /// there, since the request may be gone by then; whoever is gone, or was told that it takes too
    /// long, gets nothing done any more.
    pub(super) async fn carry_out<T: Send + 'static>(
        &self,
        wish: &Wish<'_>,
        change: impl FnOnce(&Self) -> Result<(T, usize), Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let waits = Arc::new(());
        let waiting = Arc::downgrade(&waits);
        let (peer, name, of) = (wish.peer.clone(), wish.change, String::from(wish.of));
        let reason = wish.reason.clone();
        let done = self.look(move |service| {
            if waiting.strong_count() == 0 {
                return Err(Failure::new(Code::TimedOut, "nobody waits for it any more"));
            }
            let (done, count) = change(service)?;
            service.write_down(&Wish { peer: &peer, change: name, of: &of, reason }, Ok(count));
            Ok(done)
        });
        let done = done.await;
        drop(waits);
        if let Err(failure) = &done {
            self.write_down(wish, Err(&failure.message));
        }
        done
    }

    /// Whoever may make a change, if there is one.
    pub(super) fn operator_for(&self, wish: &Wish<'_>) -> Result<&Operator, Failure> {
        self.inner.operator.as_ref().ok_or_else(|| {
            let text = "this program can only be looked at; nothing was changed";
            self.write_down(wish, Err(text));
            Failure::new(Code::ReadOnly, text)
        })
    }

    /// A record of who wanted what, and whether he got it.
    pub(super) fn write_down(&self, wish: &Wish<'_>, done: Result<usize, &str>) {
        let Wish { peer, change, of, reason } = wish;
        let who = peer.to_string();
        let mut facts = Vec::from([
            ("change", Value::Str(change)),
            ("of", Value::Str(of)),
            ("by", Value::Str(&who)),
        ]);
        if !reason.is_empty() {
            facts.push(("reason", Value::Str(reason)));
        }
        match done {
            Ok(count) => {
                facts.push(("tasks", Value::U64(count as u64)));
                self.view().audit(Level::Info, format_args!("{change} {of}, by {who}"), &facts);
            }
            Err(why) => {
                facts.push(("refused", Value::Str(why)));
                let view = self.view();
                view.audit(Level::Warn, format_args!("{change} {of}, by {who}: refused"), &facts);
            }
        }
    }
}

/// How a task is, and in which run.
fn seen_of(task: &Snapshot) -> (String, u32) {
    (Condition::of(task).word().to_string(), task.run)
}

fn carry_out(operator: &Operator, change: Change, select: Select) -> Result<AllCommanded, Failure> {
    let command = match change {
        Change::Command(command) => command,
        Change::Resume => {
            drop(operator.command(select.clone(), Command::Enable).map_err(nothing)?);
            Command::Start
        }
    };
    operator.command(select, command).map_err(nothing)
}

pub(super) fn wish<'a>(
    peer: &'a Peer,
    change: &'static str,
    of: &'a str,
    reason: Option<String>,
) -> Wish<'a> {
    let reason = reason.unwrap_or_default().chars().take(REASON_MAX).collect();
    Wish { peer, change, of, reason }
}

/// What a body says; an empty one says nothing special.
pub(super) fn parsed<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Failure> {
    if body.is_empty() {
        return Ok(T::default());
    }
    let wrong = |error| bad(std::format!("the body is not what is expected: {error}"));
    serde_json::from_slice(body).map_err(wrong)
}
