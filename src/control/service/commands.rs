//! Commands that the program offers: what there is, and a call.

mod running;

use core::time::Duration;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use hyper::Response;

use super::answer::{self, text};
use super::body::Body;
use super::changes::{parsed, wish};
use super::wants::Wants;
use super::{Asked, Service};
use crate::control::api::{Code, CommandCall, CommandInfo, Failure};
use crate::control::commands::{Caller, Said};
use crate::control::view::Operator;
use crate::pattern::typo;
use crate::supervise::SpawnError;
use running::{Running, Time, as_line, as_text};

/// How many commands may run at once.
pub(super) const RUNNING: usize = 16;
/// How long a command may take, in milliseconds: usually, and at most.
const LIMIT: (u64, u64) = (60_000, 3_600_000);
/// How much of a call stands in the log, in characters.
const WORDS_MAX: usize = 200;

impl Service {
    /// What commands there are.
    pub(super) fn commands(&self, mut asked: Asked<'_>) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        asked.params.finish()?;
        let list = self.view().commands().list();
        Ok(if wants == Wants::Text { text(table(&list)) } else { self.enveloped(&list) })
    }

    /// Runs one, and tells what it says: as it comes, or as a whole where one document is wanted.
    pub(super) async fn run_command(
        &self,
        name: &str,
        mut asked: Asked<'_>,
        body: &[u8],
    ) -> Result<Response<Body>, Failure> {
        let wants = asked.wants()?;
        asked.params.finish()?;
        let call: CommandCall = parsed(body)?;
        let what = std::format!("{name} {}", call.args.join(" "));
        let what: String = what.trim_end().chars().take(WORDS_MAX).collect();
        let wish = wish(asked.peer, "run", &what, call.reason.clone());
        let operator = self.operator_for(&wish)?.clone();
        let (caller, name) = (Caller::new(asked.peer.clone()), name.to_string());
        let begin = move |service: &Self| {
            service.begin(&operator, &name, &call, caller).map(|running| (running, 1))
        };
        let running = self.carry_out(&wish, begin).await?;
        Ok(match wants {
            Wants::Json => self.enveloped(&running.whole().await),
            Wants::Text => {
                answer::of(answer::TEXT, Body::pieces(|outlet| running.tell(outlet, as_text)))
            }
            Wants::Lines | Wants::Events => {
                answer::of(answer::LINES, Body::pieces(|outlet| running.tell(outlet, as_line)))
            }
        })
    }

    /// Starts the task that carries it out.
    fn begin(
        &self,
        operator: &Operator,
        name: &str,
        call: &CommandCall,
        (caller, said): (Caller, Arc<Said>),
    ) -> Result<Running, Failure> {
        let commands = operator.view().commands();
        let command = commands.find(name).ok_or_else(|| self.no_such_command(name))?;
        let permit = Arc::clone(&self.inner.running).try_acquire_owned().map_err(|_| {
            let text = std::format!("{RUNNING} commands run already; wait for one of them");
            Failure::new(Code::Busy, text)
        })?;
        let wrong = |error| Failure::new(Code::BadArgument, std::format!("{name}: {error}"));
        let job = command.prepare(&call.args).map_err(wrong)?;
        let begun = self.view().now().mono_ns;
        let task_name = commands.task_name(name);
        let task = operator.spawn(&task_name, command.runtime(), move || job(caller));
        let refused = |error: SpawnError| {
            Failure::new(Code::Refused, std::format!("{name} cannot be run: {error}"))
        };
        let limit = Duration::from_millis(call.limit_ms.unwrap_or(LIMIT.0).min(LIMIT.1));
        let clock = self.view().clone();
        Ok(Running::new(task.map_err(refused)?, said, Time { limit, begun, clock }, permit))
    }

    fn no_such_command(&self, name: &str) -> Failure {
        let names = self.view().commands().names();
        let near = typo::nearest(name, names.iter().map(String::as_str), 3);
        let mut text = std::format!("there is no command {name:?}");
        match near.first() {
            Some(near) => text.push_str(&std::format!("; did you mean {near}?")),
            None if names.is_empty() => text.push_str("; this program offers none"),
            None => text.push_str(&std::format!("; there is {}", names.join(", "))),
        }
        let nearest = near.into_iter().map(ToString::to_string).collect();
        Failure { nearest, ..Failure::new(Code::NoSuchCommand, text) }
    }
}

/// `drain QUEUE [LIMIT]  empties a queue (QUEUE: text, LIMIT: time …)`, a line each.
fn table(commands: &[CommandInfo]) -> String {
    let width = commands.iter().map(|command| command.usage.chars().count()).max().unwrap_or(0);
    let mut table = String::new();
    for CommandInfo { usage, about, args, .. } in commands {
        let kinds = args.iter().map(|arg| std::format!("{}: {}", arg.name, arg.kind));
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        let kinds = if kinds.is_empty() { kinds } else { std::format!("({kinds})") };
        let said = [&**about, &kinds].join(" ");
        let line = std::format!("{usage:<width$}  {}", said.trim_start());
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}
