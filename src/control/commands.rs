//! Commands that the program offers its operators: functions with typed arguments.
//!
//! Each call runs as a task of the program's, `command/NAME@NUMBER`: it is listed, what it logs is
//! attributed to it, its panic is an outcome, and it can be killed like any other.

mod caller;
mod handler;
mod usage;

use core::fmt;
use std::collections::BTreeMap;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::RwLock;
use tokio::runtime::Handle;

use super::api::CommandInfo;
use crate::sync::plain::{AtomicU64, Ordering};
use handler::{Call, Prepare};
use usage::Usage;

pub use caller::Caller;
pub(super) use caller::{Piece, Said};
pub use handler::{BlockingHandler, Handler};
pub(super) use handler::{Job, Prepared};
pub use usage::WrongArgs;

/// The commands of a program. A clone is the same list.
///
/// ```
/// use core::time::Duration;
/// use ringvisor::control::{Caller, Commands};
///
/// let commands = Commands::new();
/// commands.add("drain QUEUE LIMIT - empties a queue", drain)?;
/// assert_eq!(commands.names(), ["drain"]);
///
/// async fn drain(cx: Caller, queue: String, limit: Option<Duration>) -> Result<(), String> {
///     cx.say(format_args!("draining {queue}"));
///     Ok(())
/// }
/// # Ok::<(), ringvisor::control::CommandError>(())
/// ```
#[derive(Clone, Default)]
pub struct Commands {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    commands: RwLock<BTreeMap<String, Arc<Command>>>,
    /// How many were called.
    calls: AtomicU64,
}

/// A command.
pub(super) struct Command {
    usage: Usage,
    prepare: Prepare,
    /// The runtime in which it was added, which is where it runs.
    runtime: Option<Handle>,
}

/// The most commands that a program can offer.
const MOST: usize = 256;

impl Commands {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Offers a command. `usage` is its name, the names of its arguments, and behind ` - ` what it
    /// does: `drain QUEUE LIMIT - empties a queue`. An argument is an
    /// [`Arg`](crate::supervise::Arg); one that is an `Option` can be left out at the end.
    ///
    /// It runs in the runtime that is entered here, else in the program's, as a task, for as long as
    /// its caller waits and no longer than it may. What it [says](Caller::say) goes to its caller,
    /// and so does what it returns, unless that is `()`.
    ///
    /// # Errors
    /// `usage` does not fit the function, or there is a command of that name.
    pub fn add<H, A>(&self, usage: &str, handler: H) -> Result<(), CommandError>
    where
        H: Handler<A>,
    {
        self.insert(usage, handler::of_async(handler))
    }

    /// The same for a function that blocks: it runs on a thread for that, and cannot be aborted.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_blocking<H, A>(&self, usage: &str, handler: H) -> Result<(), CommandError>
    where
        H: BlockingHandler<A>,
    {
        self.insert(usage, handler::of_blocking(handler))
    }

    /// Takes a command back; tells whether there was one of that name. Calls go on.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.inner.commands.write().remove(name);
        removed.is_some()
    }

    /// The names of all commands, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.inner.commands.read().keys().cloned().collect()
    }

    fn insert(&self, usage: &str, call: Call) -> Result<(), CommandError> {
        let usage = Usage::parse(usage, &call.params)?;
        let name = usage.name.clone();
        let runtime = Handle::try_current().ok();
        let command = Arc::new(Command { usage, prepare: call.prepare, runtime });
        let mut commands = self.inner.commands.write();
        if commands.contains_key(&name) {
            return Err(CommandError::Taken(name));
        }
        if commands.len() == MOST {
            return Err(CommandError::TooMany);
        }
        commands.insert(name, command);
        Ok(())
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<Command>> {
        self.inner.commands.read().get(name).cloned()
    }

    /// All of them, as they cross the socket.
    pub(super) fn list(&self) -> Vec<CommandInfo> {
        self.inner.commands.read().values().map(|command| command.usage.info()).collect()
    }

    /// Under which name the next call of a command runs.
    pub(super) fn task_name(&self, command: &str) -> String {
        let number = self.inner.calls.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        std::format!("command/{command}@{number}")
    }
}

impl Command {
    /// Makes what is to be run of texts; runs the program's code that understands them.
    pub(super) fn prepare(&self, texts: &[String]) -> Result<Prepared, WrongArgs> {
        (self.prepare)(&mut self.usage.reader(texts))
    }

    pub(super) fn runtime(&self) -> Option<&Handle> {
        self.runtime.as_ref()
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Commands").field(&self.names()).finish()
    }
}

/// Why a command is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandError {
    /// That is no name for a command or an argument.
    Name(String),
    /// The usage names another number of arguments than the function takes.
    Count {
        /// The usage.
        usage: String,
        /// How many the function takes.
        takes: usize,
    },
    /// There is a command of that name.
    Taken(String),
    /// There are 256 already.
    TooMany,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "{name:?} is no name for a command or its arguments; write letters, digits, - and _"
            ),
            Self::Count { usage, takes } => write!(
                f,
                "{usage:?} does not name the arguments of its function, which takes {takes}"
            ),
            Self::Taken(name) => write!(f, "there is a command {name:?} already"),
            Self::TooMany => write!(f, "no more than {MOST} commands can be offered"),
        }
    }
}

impl core::error::Error for CommandError {}

#[cfg(test)]
mod tests;
