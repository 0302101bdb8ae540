//! From a path to what is meant.

use std::string::String;

use hyper::Method;

use super::params::decoded;
use crate::control::api::{Code, Failure};
use crate::supervise::Command;

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::control) enum Route {
    /// Whether the process answers.
    Live,
    /// Whether all that is wanted is up.
    Ready,
    /// Statistics of tasks, with details or without.
    Stats { debug: bool },
    /// Who answers.
    Program,
    /// The description of all this.
    OpenApi,
    /// The process and its tasks.
    Status,
    /// Many tasks.
    Tasks,
    /// One task.
    Task(String),
    /// The last runs of a task.
    Runs(String),
    /// Why the last run of a task failed.
    Trace(String),
    /// Something is to be done to tasks.
    Change(String, Change),
    /// Arguments of tasks are to be changed.
    SetArgs(String),
    /// What commands the program offers.
    Commands,
    /// One of them is to be run.
    RunCommand(String),
    /// Records of the log.
    Logs,
    /// What happens to tasks, out of the log.
    Events,
    /// The log as a whole.
    Ring,
    /// The levels of the log.
    Levels,
    /// A level is to be changed.
    SetLevel,
    /// What somebody should look at.
    Diagnose,
    /// Everything, to be kept.
    Dump,
    /// A cookie for whoever has shown the token.
    Session,
}

/// What can be done to tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::control) enum Change {
    /// A command of the supervisor's.
    Command(Command),
    /// Allowed to start again, and started.
    Resume,
}

impl Change {
    /// Its name in paths and in the log.
    pub(in crate::control) const fn name(self) -> &'static str {
        match self {
            Self::Command(Command::Start) => "start",
            Self::Command(Command::Stop) => "stop",
            Self::Command(Command::Restart) => "restart",
            Self::Command(Command::Kill) => "kill",
            Self::Command(Command::Disable) => "pause",
            Self::Command(Command::Enable) => "enable",
            Self::Command(Command::Remove) => "remove",
            Self::Resume => "resume",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "start" => Self::Command(Command::Start),
            "stop" => Self::Command(Command::Stop),
            "restart" => Self::Command(Command::Restart),
            "kill" | "cancel" => Self::Command(Command::Kill),
            "pause" | "disable" => Self::Command(Command::Disable),
            "enable" => Self::Command(Command::Enable),
            "remove" => Self::Command(Command::Remove),
            "resume" => Self::Resume,
            _ => return None,
        })
    }
}

impl Route {
    /// What this method and path ask for.
    pub(in crate::control) fn find(method: &Method, path: &str) -> Result<Self, Failure> {
        let trimmed = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
        let (route, needs) = Self::at(trimmed, method)?.ok_or_else(|| unknown(path))?;
        let is_fine = method == needs || needs == Method::GET && method == Method::HEAD;
        if is_fine {
            return Ok(route);
        }
        let text = std::format!("{path} is for {needs}, not for {method}");
        Err(Failure::new(Code::MethodNotAllowed, text))
    }

    /// What a path is about, and with which method.
    fn at(path: &str, method: &Method) -> Result<Option<(Self, Method)>, Failure> {
        let get = |route| Ok(Some((route, Method::GET)));
        match path {
            "/" => get(Self::Stats { debug: false }),
            "/debug" => get(Self::Stats { debug: true }),
            "/livez" => get(Self::Live),
            "/readyz" => get(Self::Ready),
            "/v1" => get(Self::Program),
            "/v1/openapi.json" => get(Self::OpenApi),
            "/v1/status" => get(Self::Status),
            "/v1/tasks" => get(Self::Tasks),
            "/v1/commands" => get(Self::Commands),
            "/v1/logs" => get(Self::Logs),
            "/v1/events" => get(Self::Events),
            "/v1/ring" => get(Self::Ring),
            "/v1/levels" if method == Method::POST => Ok(Some((Self::SetLevel, Method::POST))),
            "/v1/levels" => get(Self::Levels),
            "/v1/diagnose" => get(Self::Diagnose),
            "/v1/dump" => get(Self::Dump),
            "/v1/session" => Ok(Some((Self::Session, Method::POST))),
            _ => match path.strip_prefix("/v1/commands/") {
                Some(name) => Ok(Some((Self::RunCommand(decoded(name)?), Method::POST))),
                None => Self::of_task(path),
            },
        }
    }

    /// `/v1/tasks/NAME` and what is behind it. A slash of a name is written `%2F`.
    fn of_task(path: &str) -> Result<Option<(Self, Method)>, Failure> {
        let Some(rest) = path.strip_prefix("/v1/tasks/") else { return Ok(None) };
        let (name, behind) = rest.split_once('/').map_or((rest, None), |(n, b)| (n, Some(b)));
        let name = decoded(name)?;
        let get = |route| Ok(Some((route, Method::GET)));
        match behind {
            None => get(Self::Task(name)),
            Some("runs") => get(Self::Runs(name)),
            Some("trace") => get(Self::Trace(name)),
            Some("args") => Ok(Some((Self::SetArgs(name), Method::POST))),
            Some(verb) => {
                let change = Change::parse(verb);
                Ok(change.map(|change| (Self::Change(name, change), Method::POST)))
            }
        }
    }
}

fn unknown(path: &str) -> Failure {
    let text = std::format!("there is nothing at {path}; /v1/openapi.json tells what there is");
    Failure::new(Code::NotFound, text)
}
