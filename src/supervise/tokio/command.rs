//! What users want of tasks, and the answer.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::boxed::Box;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::sync::oneshot;

use super::driver::Answer;
use super::entry::Entry;
use super::error::CommandError;
use super::event::What;
use super::report::Cause;
use super::shared::Shared;
use crate::context;
use crate::record::TaskId;
use crate::supervise::{Command, Refused, Resolution, State};

/// A command that was given. It is under way whether this is awaited or not; awaiting it tells in
/// which state it left the task.
#[must_use = "the command was given; await it for the answer, or drop it explicitly"]
pub struct Commanded {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
    command: Command,
    answer: Pending,
}

enum Pending {
    Known(Result<State, CommandError>),
    Core(oneshot::Receiver<Answer>),
    /// A bare future on its way out.
    Down(Pin<Box<dyn Future<Output = ()> + Send + Sync>>),
}

impl Shared {
    /// Gives a command to one task.
    pub(super) fn command(self: &Arc<Self>, entry: &Arc<Entry>, command: Command) -> Commanded {
        let answer = match &entry.managed {
            Some(managed) => match self.driver.command(self, managed.core, command) {
                Ok(answer) => Pending::Core(answer),
                Err(refused) => Pending::Known(Err(refused.into())),
            },
            None => self.command_plain(entry, command),
        };
        Commanded { shared: Arc::clone(self), entry: Arc::clone(entry), command, answer }
    }

    fn command_plain(&self, entry: &Arc<Entry>, command: Command) -> Pending {
        let alive = entry.word.seen().state().is_alive();
        match command {
            Command::Start if alive => Pending::Known(Err(Refused::Running.into())),
            Command::Start | Command::Restart => Pending::Known(Err(CommandError::NoFactory)),
            Command::Enable => Pending::Known(Ok(entry.word.seen().state())),
            Command::Stop | Command::Kill | Command::Disable | Command::Remove => {
                if command == Command::Remove {
                    entry.with_detail(|detail| detail.forget = true);
                }
                entry.abort();
                self.forget_if_asked(entry);
                let entry = Arc::clone(entry);
                Pending::Down(Box::pin(async move { entry.down().await }))
            }
        }
    }

    /// Forgets a bare future that is over and was to be removed. Whoever asks for that and whoever
    /// ends it both look, so that one of them sees both.
    pub(super) fn forget_if_asked(&self, entry: &Arc<Entry>) {
        let asked = entry.with_known_detail(|detail| detail.forget) == Some(true);
        if asked && !entry.is_alive() && self.registry.remove(entry.id).is_some() {
            self.emit(entry, What::Removed, Cause::None);
        }
    }

    /// Whether the task that asks is this one, or ends with it: it is a member or a child.
    fn asks_from_within(&self, entry: &Entry) -> bool {
        let mut asks = context::with(|task| task.map(|task| task.id));
        while let Some(within) = asks.and_then(|id| self.registry.get(id)) {
            if within.id == entry.id {
                return true;
            }
            asks = match &within.managed {
                Some(managed) => managed.group.as_ref().map(|group| group.id),
                None => self.parent_of(&within).map(|parent| parent.id),
            };
        }
        false
    }

    /// The task with which a child ends; its name says that it is one.
    fn parent_of(&self, child: &Entry) -> Option<Arc<Entry>> {
        let parent = self.registry.get(child.parent)?;
        let rest = child.name.strip_prefix(&*parent.name)?;
        rest.starts_with('/').then_some(parent)
    }

    /// Has a task make room for one that takes its name.
    pub(super) fn displace(self: &Arc<Self>, entry: &Arc<Entry>) {
        drop(self.command(entry, Command::Kill));
        // A bare future stays listed without its name, as one that is over does.
        if entry.managed.is_some() {
            drop(self.command(entry, Command::Remove));
        }
    }
}

impl Commanded {
    /// Which task was told.
    #[must_use]
    pub fn task(&self) -> TaskId {
        self.entry.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Whether the answer comes only after the end of a run.
    fn needs_an_end(&self) -> bool {
        !matches!(self.command, Command::Start | Command::Enable)
    }
}

impl Future for Commanded {
    type Output = Result<State, CommandError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let waits_for_itself = this.needs_an_end() && this.shared.asks_from_within(&this.entry);
        let answer = match &mut this.answer {
            Pending::Known(answer) => return Poll::Ready(answer.clone()),
            Pending::Core(answer) => Pin::new(answer).poll(cx).map(|answer| match answer {
                Ok((Resolution::Done, state)) => Ok(state),
                Ok((Resolution::Superseded, _)) => Err(CommandError::Superseded),
                Ok((Resolution::Closed, _)) | Err(_) => Err(CommandError::Closed),
            }),
            Pending::Down(down) => {
                down.as_mut().poll(cx).map(|()| Ok(this.entry.word.seen().state()))
            }
        };
        if answer.is_pending() && waits_for_itself {
            return Poll::Ready(Err(CommandError::Itself));
        }
        let answer = ready!(answer);
        this.answer = Pending::Known(answer.clone());
        Poll::Ready(answer)
    }
}

impl fmt::Debug for Commanded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commanded")
            .field("task", &self.name())
            .field("command", &self.command)
            .finish_non_exhaustive()
    }
}

/// A command that was given to several tasks; under way whether it is awaited or not.
#[derive(Debug)]
#[must_use = "the command was given; await it for the answers, or drop it explicitly"]
pub struct AllCommanded {
    pub(super) commanded: Vec<Commanded>,
}

impl AllCommanded {
    /// How many tasks were told.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commanded.len()
    }

    /// Whether no task was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commanded.is_empty()
    }

    /// Waits for all answers; in the order in which the tasks were told.
    pub async fn done(self) -> Vec<Answered> {
        let mut answers = Vec::with_capacity(self.commanded.len());
        for mut commanded in self.commanded {
            let answer = (&mut commanded).await;
            let Commanded { entry, .. } = commanded;
            answers.push(Answered { task: entry.id, name: (*entry.name).into(), answer });
        }
        answers
    }
}

/// What became of a command to one of several tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// Which task.
    pub task: TaskId,
    /// Its name.
    pub name: std::string::String,
    /// The state in which the command left it.
    pub answer: Result<State, CommandError>,
}
