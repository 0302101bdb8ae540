//! What users want of a task, and the answer.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::boxed::Box;
use std::sync::Arc;

use ::tokio::sync::oneshot;

use super::driver::Answer;
use super::entry::Entry;
use super::error::CommandError;
use super::event::EventKind;
use super::report::Cause;
use super::shared::Shared;
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
    Down(Pin<Box<dyn Future<Output = State> + Send + Sync>>),
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
            self.emit(entry, EventKind::Removed, Cause::None);
        }
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
        let answer = match &mut this.answer {
            Pending::Known(answer) => return Poll::Ready(answer.clone()),
            Pending::Core(answer) => Pin::new(answer).poll(cx).map(|answer| match answer {
                Ok((Resolution::Done, state)) => Ok(state),
                Ok((Resolution::Superseded, _)) => Err(CommandError::Superseded),
                Ok((Resolution::Closed, _)) | Err(_) => Err(CommandError::Closed),
            }),
            Pending::Down(down) => down.as_mut().poll(cx).map(Ok),
        };
        let answer = if this.needs_an_end() {
            let answer = ready!(this.shared.unless_itself(&this.entry, answer));
            // Not kept: another task may wait on.
            let Some(answer) = answer else { return Poll::Ready(Err(CommandError::Itself)) };
            answer
        } else {
            ready!(answer)
        };
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
