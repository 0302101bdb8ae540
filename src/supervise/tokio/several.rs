//! What is asked of all tasks that a [`Select`] selects.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::string::String;
use std::sync::Arc;
use std::vec::{self, Vec};

use parking_lot::Mutex;

use super::Supervisor;
use super::command::Commanded;
use super::error::{ArgsError, CommandError, SelectError};
use super::select::Select;
use crate::record::TaskId;
use crate::supervise::{Command, State};

/// Every one of these tells how many tasks it has told, and yields what each of them answers.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use ringvisor::supervise::{State, Supervisor};
///
/// let supervisor = Supervisor::new();
/// for name in ["net/link", "net/http"] {
///     supervisor.task(name, |cx| async move { cx.stopping().await }).start().unwrap();
/// }
/// let stopped = supervisor.stop("net/*").unwrap();
/// assert_eq!(stopped.len(), 2);
/// assert!(stopped.await.iter().all(|one| one.answer == Ok(State::Stopped)));
///
/// let typo = supervisor.stop("net/htp").unwrap_err();
/// assert_eq!(typo.to_string(), "there is no task \"net/htp\"; did you mean net/http?");
/// # });
/// ```
impl Supervisor {
    /// Starts all selected tasks.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn start(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Start)
    }

    /// Asks all selected tasks to stop; after its timeout each is aborted.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn stop(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Stop)
    }

    /// Stops all selected tasks that run, and starts them.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn restart(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Restart)
    }

    /// Aborts all selected tasks at once, without asking them.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn kill(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Kill)
    }

    /// Stops all selected tasks, and refuses to start them until they are enabled.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn disable(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Disable)
    }

    /// Allows all selected tasks to be started again.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn enable(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Enable)
    }

    /// Stops all selected tasks and forgets them.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn remove(&self, select: impl Into<Select>) -> Result<AllCommanded, SelectError> {
        self.command(select, Command::Remove)
    }

    /// Gives a command that is known only when the program runs to all selected tasks.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn command(
        &self,
        select: impl Into<Select>,
        command: Command,
    ) -> Result<AllCommanded, SelectError> {
        let selected = self.shared.select(&select.into())?;
        let told = selected.iter().map(|entry| self.shared.command(entry, command));
        Ok(AllCommanded::new(told.collect()))
    }

    /// Changes the arguments of one task for its next run; the ones before are returned. The type is
    /// the one that [`task_with`](Self::task_with) was given.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use ringvisor::supervise::Supervisor;
    ///
    /// let supervisor = Supervisor::new();
    /// let square = supervisor.task_with("square", 3_u32, |_, n| async move { n * n }).add().unwrap();
    /// assert_eq!(supervisor.set_args("square", 4_u32), Ok(3));
    /// drop(square.start());
    /// assert_eq!(square.await, Ok(16));
    /// # });
    /// ```
    ///
    /// # Errors
    /// Not exactly one task is selected, or it has no arguments, or they are of another type. Then
    /// nothing has changed.
    pub fn set_args<A: Send + 'static>(
        &self,
        select: impl Into<Select>,
        args: A,
    ) -> Result<A, ArgsError> {
        let selected = self.shared.select(&select.into())?;
        let [entry] = &*selected else {
            return Err(ArgsError::Several { selected: selected.len() });
        };
        let name = || String::from(&*entry.name);
        let kept = entry.managed.as_ref().and_then(|managed| managed.args.as_ref());
        let cell = kept.ok_or_else(|| ArgsError::NoArgs(name()))?.cell();
        let cell: &Arc<Mutex<A>> = cell.downcast_ref().ok_or_else(|| ArgsError::OtherType {
            task: name(),
            given: core::any::type_name::<A>(),
        })?;
        Ok(core::mem::replace(&mut *cell.lock(), args))
    }
}

/// A command that was given to several tasks. It is under way whether this is awaited or not;
/// awaiting it yields all answers, in the order in which the tasks were told.
#[derive(Debug)]
#[must_use = "the command was given; await it for the answers, or drop it explicitly"]
pub struct AllCommanded {
    waiting: vec::IntoIter<Commanded>,
    /// The one whose answer comes next.
    next: Option<Commanded>,
    answered: Vec<Answered>,
}

impl AllCommanded {
    fn new(commanded: Vec<Commanded>) -> Self {
        let answered = Vec::with_capacity(commanded.len());
        let mut waiting = commanded.into_iter();
        Self { next: waiting.next(), waiting, answered }
    }

    /// How many tasks were told.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answered.len() + usize::from(self.next.is_some()) + self.waiting.len()
    }

    /// Whether no task was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Future for AllCommanded {
    type Output = Vec<Answered>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        while let Some(commanded) = &mut this.next {
            let answer = ready!(Pin::new(&mut *commanded).poll(cx));
            let (task, name) = (commanded.task(), commanded.name().into());
            this.answered.push(Answered { task, name, answer });
            this.next = this.waiting.next();
        }
        Poll::Ready(core::mem::take(&mut this.answered))
    }
}

/// What became of a command to one of several tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// Which task.
    pub task: TaskId,
    /// Its name.
    pub name: String,
    /// The state in which the command left it.
    pub answer: Result<State, CommandError>,
}
