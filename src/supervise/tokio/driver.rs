//! The core behind a lock, and whoever happens to be here as its shell.
//!
//! There is no task that owns the core: commands and ends of runs drive it where they happen, so
//! that it works on any runtime, on several, and while one hangs. What the core wants done is put
//! into a queue under the lock, and done outside of it by one thread at a time, in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::sync::oneshot;
use parking_lot::Mutex;

use super::caught;
use super::entry::Entry;
use super::shared::Shared;
use super::shutdown::Closing;
use super::time::Origin;
use crate::record::TaskId;
use crate::supervise::core::{Core, Heap};
use crate::supervise::{Action, AddError, Command, Hold, Refused, Resolution, State, Ticket, View};

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
    /// What the core said last; empty, but kept for its memory.
    said: Vec<Action>,
    /// What is to be done, each with the task it is about.
    todo: VecDeque<Todo>,
    /// Whether a thread is doing it.
    busy: bool,
    closing: Closing,
}

type Todo = (Action, Option<Arc<Entry>>);

impl Driven {
    fn entry(&self, id: TaskId) -> Option<Arc<Entry>> {
        self.entries.get(index(id))?.clone()
    }

    /// The next thing to do. Without one, whoever asked has let go under this very lock: what comes
    /// later is somebody else's.
    fn next(&mut self) -> Option<Todo> {
        let next = self.todo.pop_front();
        self.busy = next.is_some();
        next
    }

    /// Adds somebody who waits for a command. Those who have given up make room first.
    fn await_answer(&mut self, ticket: Ticket, answer: oneshot::Sender<Answer>) {
        let waiting = self.tickets.entry(ticket).or_default();
        if waiting.len() == waiting.capacity() {
            waiting.retain(|waiter| !waiter.is_closed());
        }
        waiting.push(answer);
    }

    /// Takes what the core said. What is to be seen of a task changes at once; the rest is done
    /// outside of the lock, in order.
    fn plan(&mut self, shared: &Shared) {
        let mut said = core::mem::take(&mut self.said);
        for action in said.drain(..) {
            let entry = subject(&action).and_then(|id| self.entry(id));
            if let Some(entry) = &entry {
                shared.show(entry, &action);
            }
            if let Action::Freed(id) = action {
                if let Some(entry) = self.entries.get_mut(index(id)) {
                    *entry = None;
                }
            }
            self.todo.push_back((action, entry));
        }
        self.said = said;
        if self.core.is_closing() {
            // Under the lock: nobody is let in once the core is on its way down.
            shared.close();
        }
    }
}

impl Driver {
    pub(super) fn new() -> Self {
        let driven = Driven {
            core: Core::on_heap(),
            entries: Vec::new(),
            tickets: HashMap::new(),
            said: Vec::new(),
            todo: VecDeque::new(),
            busy: false,
            closing: Closing::default(),
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
        let Driven { core, said, .. } = &mut *driven;
        let told = tell(core, now, said);
        driven.plan(shared);
        drop(driven);
        self.work(shared);
        told
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
        let Driven { core, said, .. } = &mut *driven;
        let ticket = core.command(id, command, now, |action| said.push(action))?;
        driven.await_answer(ticket, answer);
        driven.plan(shared);
        drop(driven);
        self.work(shared);
        Ok(answered)
    }

    /// Has the core know a newcomer together with its entry, which `add` makes: nobody can start
    /// it, or have it started with its group, before both are there.
    pub(super) fn adopt(
        &self,
        is_held: bool,
        add: impl FnOnce(&mut Core<Heap>, u64) -> Result<Arc<Entry>, AddError>,
    ) -> Result<Arc<Entry>, AddError> {
        let now = self.origin.elapsed();
        let mut driven = self.state.lock();
        let Driven { core, said, entries, .. } = &mut *driven;
        let entry = add(core, now)?;
        let Some(id) = entry.managed.as_ref().map(|managed| managed.core) else { return Ok(entry) };
        if is_held {
            // An error says that there is no such task, and there is. It is down: nothing follows.
            _ = core.hold(id, Hold::Condition, true, now, |action| said.push(action));
        }
        let at = index(id);
        if entries.len() <= at {
            entries.resize(at + 1, None);
        }
        entries[at] = Some(Arc::clone(&entry));
        Ok(entry)
    }

    pub(super) fn view(&self, id: TaskId) -> Option<View> {
        self.state.lock().core.view(id)
    }

    /// When something is due, on the clock of [`Origin`].
    fn next_wake(&self) -> Option<u64> {
        let driven = self.state.lock();
        let wakes = [driven.core.next_wake(), driven.closing.due()];
        wakes.into_iter().flatten().min()
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Does something with what is known of the shutdown, at the time it is now.
    pub(super) fn closing<R>(&self, f: impl FnOnce(&mut Closing, u64) -> R) -> R {
        let now = self.origin.elapsed();
        f(&mut self.state.lock().closing, now)
    }

    /// Does what is to be done, unless somebody is at it.
    pub(super) fn work(&self, shared: &Arc<Shared>) {
        let mut next = self.begin();
        while let Some((action, entry)) = next {
            // What is woken or dropped here is the user's, and may panic.
            _ = caught(|| shared.carry_out(action, entry.as_ref()));
            if let Some(entry) = entry {
                entry.told();
            }
            next = self.proceed();
        }
        shared.sleepers.ring(shared, || self.next_wake());
    }

    /// The first thing to do; nothing where another thread does things.
    fn begin(&self) -> Option<Todo> {
        let mut driven = self.state.lock();
        if driven.busy {
            return None;
        }
        driven.next()
    }

    fn proceed(&self) -> Option<Todo> {
        self.state.lock().next()
    }

    /// Answers whoever waits for a command.
    pub(super) fn resolve(&self, ticket: Ticket, answer: Answer) {
        let waiting = self.state.lock().tickets.remove(&ticket);
        for waiter in waiting.into_iter().flatten() {
            // Whoever does not wait any more has dropped its end; a waker may panic.
            _ = caught(|| waiter.send(answer));
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
