//! The state machine: what is, what happened and what time it is give what is to be done.
//!
//! Commands do not act. They change what is *wanted*; `reconcile` then compares that with what
//! *is*, slot by slot, until nothing is left to do. So a kill during a delay, a restart during a
//! stop and a shutdown during a start need no rules of their own. Three things make it safe:
//!
//! * Each run has a number. Whatever is said of another run than the newest one is ignored.
//! * A task has at most one run that is alive: nothing is spawned before the end of the last run
//!   was told, detached or not.
//! * There are no timers to cancel: each slot has one deadline, computed anew from its state.
//!
//! | file | idea |
//! |---|---|
//! | `state` | what is wanted, what is, and what holds a task back |
//! | `event`, `action` | what comes in and what goes out |
//! | `spec` | what the user says about tasks and groups |
//! | `slot`, `store` | what is kept of each, and where |
//! | `tree`, `timers`, `queue` | order of members, deadlines, slots to look at: all in the slots |
//! | `run` | one task: start, limits, stop, end |
//! | `restart` | what follows after an end: delay, strategy, escalation |
//! | `group` | letting members go and holding them, in order |
//! | `command` | what users want, and how it is answered |

mod action;
mod command;
mod event;
mod group;
mod queue;
mod restart;
mod run;
mod slot;
mod spec;
mod state;
mod store;
mod timers;
mod tree;
mod view;

pub use action::{Action, Resolution};
pub use event::{Command, Event, Refused, Run, Shutdown, Ticket};
pub use slot::Slot;
pub use spec::{GroupSpec, Order, Strategy, TaskSpec};
pub use state::{Hold, State, Wanted};
#[cfg(feature = "std")]
pub use store::Heap;
pub use store::{Inline, Store};
pub use tree::AddError;
pub use view::View;

use queue::Queue;
use slot::{Kind, NEVER, NIL, Phase};
use timers::Timers;

/// How deep groups may lie in groups.
pub const MAX_DEPTH: u32 = 16;

/// The slot of the group that everything is in.
const ROOT: u32 = 0;

/// Where actions go.
type Out<'a> = dyn FnMut(Action) + 'a;

/// Decides what is started, stopped, restarted and given up.
///
/// It reads no clock and starts nothing. Whoever owns it tells it what happens, with the time in
/// nanoseconds of a clock that does not go backwards, carries out the [`Action`]s it is handed,
/// and comes back at [`next_wake`](Self::next_wake) with [`tick`](Self::tick).
///
/// ```
/// use ringvisor::supervise::{Action, Class, Command, Core, End, Event, Inline, State, TaskSpec};
///
/// let mut core = Core::new(Inline::<4, 5>::new()).unwrap();
/// let task = core.add_task(TaskSpec::default(), None, 0).unwrap();
///
/// let mut started = None;
/// let note = |action| if let Action::Spawn { run, .. } = action { started = Some(run) };
/// core.command(task, Command::Start, 0, note)?;
/// let run = started.unwrap();
/// assert_eq!(core.view(task).unwrap().state, State::Running);
///
/// core.event(Event::Ended { run, end: End::Panicked, class: Class::Default }, 1_000, |_| {});
/// assert_eq!(core.view(task).unwrap().state, State::Backoff);
/// let wake = core.next_wake().unwrap();
/// core.tick(wake, |_| {});
/// assert_eq!(core.view(task).unwrap().run, 2);
/// # Ok::<(), ringvisor::supervise::Refused>(())
/// ```
#[derive(Debug)]
pub struct Core<S> {
    store: S,
    /// The newest time it was told, in nanoseconds.
    now: u64,
    timers: Timers,
    work: Queue,
    answers: Queue,
    /// The first slot of the list of free ones.
    free: u32,
    /// How many slots were ever used.
    used: u32,
    sequence: u64,
    tickets: u64,
    /// Whether a shutdown has begun, and whether its end was told.
    closing: bool,
    closed: bool,
}

#[cfg(feature = "std")]
impl Core<Heap> {
    /// A core without tasks that takes memory as it needs it.
    #[must_use]
    pub fn on_heap() -> Self {
        let mut core = Self::bare(Heap::new());
        // The first slot of a heap is never refused.
        core.plant();
        core
    }
}

impl<S: Store> Core<S> {
    /// A core without tasks. It keeps one slot for itself; `None` where `store` has none.
    #[must_use]
    pub fn new(store: S) -> Option<Self> {
        let mut core = Self::bare(store);
        core.plant().then_some(core)
    }

    /// Not even the group that everything is in.
    fn bare(store: S) -> Self {
        Self {
            store,
            now: 0,
            timers: Timers::default(),
            work: Queue::WORK,
            answers: Queue::ANSWERS,
            free: NIL,
            used: 0,
            sequence: 0,
            tickets: 0,
            closing: false,
            closed: false,
        }
    }

    /// Tells what a run did. An event of a run that is over changes nothing.
    pub fn event(&mut self, event: Event, now: u64, mut out: impl FnMut(Action)) {
        self.advance(now);
        match event {
            Event::Ready(run) => self.ready(run, &mut out),
            Event::Beat(run) => self.beat(run),
            Event::Extend(run, more) => self.extend(run, more),
            Event::Ended { run, end, class } => self.ended(run, end, class, &mut out),
        }
        self.reconcile(&mut out);
    }

    /// Does what time alone makes necessary.
    pub fn tick(&mut self, now: u64, mut out: impl FnMut(Action)) {
        self.advance(now);
        while let Some((due, index)) = self.timers.first(self.store.slots()) {
            if due > self.now {
                break;
            }
            self.timers.set(self.store.slots_mut(), index, NEVER);
            self.expired(index, &mut out);
            self.reconcile(&mut out);
        }
    }

    /// When [`tick`](Self::tick) has something to do, in nanoseconds; `None` before the next event
    /// or command.
    #[must_use]
    pub fn next_wake(&self) -> Option<u64> {
        self.timers.first(self.store.slots()).map(|(due, _)| due)
    }

    fn advance(&mut self, now: u64) {
        self.now = self.now.max(now);
    }

    fn slot(&self, index: u32) -> &Slot {
        &self.store.slots()[index as usize]
    }

    fn slot_mut(&mut self, index: u32) -> &mut Slot {
        &mut self.store.slots_mut()[index as usize]
    }

    /// Looks at slots until none has anything left to do. Only then are commands answered: a state
    /// that a slot merely passes through is no answer.
    fn reconcile(&mut self, out: &mut Out<'_>) {
        while let Some(index) = self.work.pop(self.store.slots_mut()) {
            match self.slot(index).kind {
                Kind::Free => continue,
                Kind::Task(_) => self.reconcile_task(index, out),
                Kind::Group(_) => self.reconcile_group(index, out),
            }
            if self.slot(index).pending.is_some() {
                self.answers.push(self.store.slots_mut(), index);
            }
        }
        while let Some(index) = self.answers.pop(self.store.slots_mut()) {
            self.answer(index, out);
        }
        let root = self.slot(ROOT).group();
        if self.closing && !self.closed && root.is_some_and(|root| root.phase == Phase::Closed) {
            self.closed = true;
            out(Action::Closed);
        }
    }

    /// Has `index` looked at.
    fn mark(&mut self, index: u32) {
        self.work.push(self.store.slots_mut(), index);
    }

    /// Enters a state. The group comes first in the queue: it may want to hold what is down now.
    fn enter(&mut self, index: u32, state: State, out: &mut Out<'_>) {
        let now = self.now;
        let slot = self.slot_mut(index);
        let changed = slot.state != state;
        if changed {
            slot.state = state;
            slot.since = now;
        }
        let parent = slot.links.parent;
        if changed {
            out(slot.changed(index));
        }
        if state.is_down() {
            self.arrived(index);
        }
        self.arm(index);
        if parent != NIL {
            self.mark(parent);
        }
        self.mark(index);
    }

    /// Sets the slot's one timer to what its state asks for.
    fn arm(&mut self, index: u32) {
        let due = self.slot(index).due();
        self.timers.set(self.store.slots_mut(), index, due);
    }

    /// Does what the end of a slot's patience asks for.
    fn expired(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot(index);
        match (&slot.kind, slot.state) {
            (Kind::Task(_), _) => self.task_expired(index, out),
            (Kind::Group(_), State::Stopping) => self.hasten(index),
            _ => {}
        }
        self.mark(index);
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
