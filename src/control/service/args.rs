//! Changes arguments of tasks for their next runs.

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use hyper::Response;

use super::answer::bad;
use super::body::Body;
use super::changes::{parsed, wish};
use super::tasks::nothing;
use super::{Asked, Service};
use crate::control::api::{ArgChanged, ArgsChange, ArgsChanged, Code, Failure};
use crate::control::view::Operator;
use crate::pattern::typo;
use crate::supervise::status::Condition;
use crate::supervise::{ArgError, Select, TaskSet};

/// How much of the arguments stands in the log, in characters.
const WORDS_MAX: usize = 200;

impl Service {
    /// Changes arguments of all tasks that are meant, or of none.
    pub(super) async fn change_args(
        &self,
        select: &str,
        asked: Asked<'_>,
        body: &[u8],
    ) -> Result<Response<Body>, Failure> {
        asked.params.finish()?;
        let change: ArgsChange = parsed(body)?;
        let what = in_words(select, &change.args);
        let wish = wish(asked.peer, "set", &what, change.reason);
        let operator = self.operator_for(&wish)?.clone();
        let (select, args) = (Select::from(select), change.args);
        let set = move |service: &Self| {
            let set = service.set_args(&operator, select, &args)?;
            let count = set.len();
            Ok((set, count))
        };
        Ok(self.enveloped(&self.carry_out(&wish, set).await?))
    }

    fn set_args(
        &self,
        operator: &Operator,
        select: Select,
        args: &BTreeMap<String, String>,
    ) -> Result<Vec<ArgsChanged>, Failure> {
        if args.is_empty() {
            return Err(bad("no argument is named; send {\"args\":{\"key\":\"value\"}}"));
        }
        let changes: Vec<_> = args.iter().map(|(key, text)| (&**key, &**text)).collect();
        let set = operator.set_args(select, &changes).map_err(nothing)?;
        set.into_iter().map(|task| self.told(task)).collect()
    }

    /// What became of one task's arguments.
    fn told(&self, task: TaskSet) -> Result<ArgsChanged, Failure> {
        let TaskSet { name, changed, .. } = task;
        let changed = changed.map_err(|error| failure(&name, &error))?;
        let changed = changed.into_iter().map(|change| ArgChanged {
            key: change.key,
            from: change.from,
            to: change.to,
        });
        let mut state = String::new();
        // It may be forgotten meanwhile.
        _ = self.view().each(Select::Name(name.clone()), |task| {
            state = Condition::of(&task).word().to_string();
        });
        Ok(ArgsChanged { name, state, changed: changed.collect() })
    }
}

/// `worker@2 pause=250ms`.
fn in_words(select: &str, args: &BTreeMap<String, String>) -> String {
    let args: String = args.iter().map(|(key, text)| std::format!(" {key}={text}")).collect();
    select.chars().chain(args.chars().take(WORDS_MAX)).collect()
}

fn failure(task: &str, error: &ArgError) -> Failure {
    let (code, mut nearest) = (code(error), Vec::new());
    let mut message = std::format!("{task}: {error}");
    if let ArgError::Unknown { key, known } = error {
        let near = typo::nearest(key, known.iter().map(String::as_str), 3);
        nearest = near.into_iter().map(ToString::to_string).collect();
        if let Some(near) = nearest.first() {
            message.push_str(&std::format!("; did you mean {near}?"));
        }
    }
    Failure { nearest, ..Failure::new(code, message) }
}

const fn code(error: &ArgError) -> Code {
    match error {
        ArgError::Unknown { .. } => Code::NoSuchArgument,
        ArgError::Wrong { .. } => Code::BadArgument,
        ArgError::Fixed | ArgError::Panicked => Code::Refused,
    }
}
