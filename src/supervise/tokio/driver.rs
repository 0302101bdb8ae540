//! The core behind a lock, and whoever happens to be here as its shell.
//!
//! There is no task that owns the core: commands and ends of runs drive it where they happen, so
//! that it works on any runtime, on several, and while one hangs. What the core wants done is put
//! into a queue under the lock, and done outside of it by one thread at a time, in order.

use core::ops::ControlFlow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::sync::oneshot;
use parking_lot::Mutex;

use super::entry::Entry;
use super::shared::Shared;
use super::time::Origin;
use crate::record::TaskId;
use crate::supervise::core::{Core, Heap};
use crate::supervise::{Action, Command, Refused, Resolution, State, Ticket, View};

/// How a command was answered, and the state it left the task in.
pub(super) type Answer = (Resolution, State);

pub(super) struct Driver {
    state: Mutex<Driven>,
    origin: Origin,
}

struct Driven {
    core: Core<Heap>,
    /// By the core's index.
    entries: Vec<Option<Arc<Entry>>>,
    tickets: HashMap<Ticket, Vec<oneshot::Sender<Answer>>>,
    /// What is to be done, each with the task it is about.
    todo: VecDeque<(Action, Option<Arc<Entry>>)>,
    /// Whether a thread is doing it.
    busy: bool,
}

impl Driven {
    fn entry(&self, id: TaskId) -> Option<Arc<Entry>> {
        self.entries.get(index(id))?.clone()
    }

    /// Takes what the core says. States are shown at once; the rest is done in order.
    fn plan(&mut self, actions: Vec<Action>, shared: &Shared) {
        for action in actions {
            let entry = subject(&action).and_then(|id| self.entry(id));
            if let (Action::Changed { state, task }, Some(entry)) = (&action, &entry) {
                let run = self.core.view(*task).map_or(0, |view| view.run);
                shared.show_state(entry, run, *state);
            }
            if let Action::Freed(id) = action {
                if let Some(entry) = self.entries.get_mut(index(id)) {
                    *entry = None;
                }
            }
            self.todo.push_back((action, entry));
        }
    }
}

impl Driver {
    pub(super) fn new() -> Self {
        let driven = Driven {
            core: Core::on_heap(),
            entries: Vec::new(),
            tickets: HashMap::new(),
            todo: VecDeque::new(),
            busy: false,
        };
        Self { state: Mutex::new(driven), origin: Origin::now() }
    }

    /// Tells the core something, and does what follows.
    pub(super) fn tell<R>(
        &self,
        shared: &Arc<Shared>,
        tell: impl FnOnce(&mut Core<Heap>, u64, &mut Vec<Action>) -> R,
    ) -> R {
        let now = self.origin.elapsed();
        let mut driven = self.state.lock();
        let mut actions = Vec::new();
        let said = tell(&mut driven.core, now, &mut actions);
        driven.plan(actions, shared);
        drop(driven);
        self.work(shared);
        said
    }

    /// Gives a command; the answer comes through the receiver.
    pub(super) fn command(
        &self,
        shared: &Arc<Shared>,
        id: TaskId,
        command: Command,
    ) -> Result<oneshot::Receiver<Answer>, Refused> {
        let now = self.origin.elapsed();
        let (answer, answered) = oneshot::channel();
        let mut driven = self.state.lock();
        let mut actions = Vec::new();
        let ticket = driven.core.command(id, command, now, |action| actions.push(action))?;
        driven.tickets.entry(ticket).or_default().push(answer);
        driven.plan(actions, shared);
        drop(driven);
        self.work(shared);
        Ok(answered)
    }

    /// Gives the core's `id` its entry.
    pub(super) fn know(&self, id: TaskId, entry: Arc<Entry>) {
        let mut driven = self.state.lock();
        let at = index(id);
        if driven.entries.len() <= at {
            driven.entries.resize(at + 1, None);
        }
        driven.entries[at] = Some(entry);
    }

    pub(super) fn view(&self, id: TaskId) -> Option<View> {
        self.state.lock().core.view(id)
    }

    /// When something is due, on the clock of [`Origin`].
    fn next_wake(&self) -> Option<u64> {
        self.state.lock().core.next_wake()
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Does what is to be done, unless somebody is at it.
    fn work(&self, shared: &Arc<Shared>) {
        while let ControlFlow::Continue(Some((action, entry))) = self.next() {
            shared.carry_out(action, entry);
            if self.pass_on() {
                continue;
            }
            break;
        }
        shared.sleepers.ring(|| self.next_wake());
    }

    /// The next thing to do; `Break` where another thread does things.
    #[allow(clippy::type_complexity, reason = "a name would be longer than the type")]
    fn next(&self) -> ControlFlow<(), Option<(Action, Option<Arc<Entry>>)>> {
        let mut driven = self.state.lock();
        if driven.busy {
            return ControlFlow::Break(());
        }
        let next = driven.todo.pop_front();
        driven.busy = next.is_some();
        ControlFlow::Continue(next)
    }

    /// Lets go after one action. The lock that `next` takes again decides who goes on.
    fn pass_on(&self) -> bool {
        let mut driven = self.state.lock();
        driven.busy = false;
        !driven.todo.is_empty()
    }

    /// Answers whoever waits for a command.
    pub(super) fn resolve(&self, ticket: Ticket, answer: Answer) {
        let waiting = self.state.lock().tickets.remove(&ticket);
        for waiter in waiting.into_iter().flatten() {
            // Whoever does not wait any more has dropped its end.
            _ = waiter.send(answer);
        }
    }
}

/// Which task an action is about.
fn subject(action: &Action) -> Option<TaskId> {
    match action {
        Action::Spawn { run, .. }
        | Action::Cancel(run)
        | Action::Abort(run)
        | Action::Finished { run, .. } => Some(run.task),
        Action::Changed { task, .. } | Action::Freed(task) => Some(*task),
        Action::Resolved { .. } | Action::Closed => None,
    }
}

/// Where the core keeps a task.
fn index(id: TaskId) -> usize {
    id.0 as u32 as usize
}
