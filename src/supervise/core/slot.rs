//! What the core keeps of one task or group.

use super::action::Action;
use super::event::Ticket;
use super::queue::{Place, Queue};
use super::spec::{GroupSpec, TaskSpec};
use super::state::{Holds, State, Wanted};
use crate::record::TaskId;
use crate::supervise::backoff::nanos;
use crate::supervise::{Policy, Spent, Why};

/// Stands for no slot.
pub(super) const NIL: u32 = u32::MAX;

/// A time that does not come.
pub(super) const NEVER: u64 = u64::MAX;

/// Room for one task or group.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Counts the tenants of this slot, from 1. The last number is not handed out.
    pub(super) generation: u32,
    pub(super) places: [Place; Queue::COUNT],
    pub(super) links: Links,
    pub(super) timer: Timer,
    pub(super) wanted: Wanted,
    pub(super) state: State,
    /// When it came into that state, in nanoseconds.
    pub(super) since: u64,
    pub(super) holds: Holds,
    /// Whether its group waits for it to come down.
    pub(super) awaited: bool,
    /// Whether it is to be aborted rather than asked.
    pub(super) hurry: bool,
    /// Whether the next start is a restart that its budget counts.
    pub(super) counted: bool,
    /// Restarts of the policy since the last reset.
    pub(super) attempt: u32,
    /// The earliest time of the next start, in nanoseconds.
    pub(super) not_before: u64,
    pub(super) spent: Spent,
    pub(super) pending: Option<Pending>,
    pub(super) kind: Kind,
}

/// Neighbours in the tree; `NIL` where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    /// Grows with each slot that is added, so that order among members needs no walk. From 1.
    pub(super) sequence: u64,
    pub(super) parent: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// Two unrelated things that have the same length: when this slot is due and where it lies in the
/// heap of timers; and the entry of that heap which has this slot's index as its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    pub(super) due: u64,
    pub(super) place: u32,
    pub(super) entry: u32,
}

/// A command that is not answered yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub(super) ticket: Ticket,
    pub(super) goal: Goal,
}

/// What a command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Up,
    Down,
    Gone,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Free,
    Task(Task),
    Group(Group),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    pub(super) spec: TaskSpec,
    /// Number of the newest run; 0 before the first one.
    pub(super) run: u32,
    /// Why that run was asked to stop.
    pub(super) why: Option<Why>,
    /// Since when it is ready.
    pub(super) ready: Option<u64>,
    /// When it beat last.
    pub(super) beat: u64,
    /// When it is out of patience, where it asked for more than its timeout.
    pub(super) extended: u64,
    /// Whether somebody wants a new run after this one, whatever the policy says.
    pub(super) again: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) spec: GroupSpec,
    pub(super) phase: Phase,
    /// The member to let go next while opening, to hold next while closing.
    pub(super) cursor: u32,
    /// The least sequence number that closing holds.
    pub(super) from: u64,
    /// How many held members are not down yet.
    pub(super) awaits: u32,
    /// What it becomes once it is closed and not wanted.
    pub(super) rest: State,
}

/// Whether a group lets its members run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Closed,
    Opening,
    Open,
    Closing,
}

impl Slot {
    /// A slot nobody lives in.
    pub const EMPTY: Self = Self {
        generation: 0,
        places: [Place::NONE; Queue::COUNT],
        links: Links { sequence: 0, parent: NIL, prev: NIL, next: NIL, first: NIL, last: NIL },
        timer: Timer { due: NEVER, place: NIL, entry: NIL },
        wanted: Wanted::Down,
        state: State::Stopped,
        since: 0,
        holds: Holds::NONE,
        awaited: false,
        hurry: false,
        counted: false,
        attempt: 0,
        not_before: 0,
        spent: Spent::NEW,
        pending: None,
        kind: Kind::Free,
    };

    pub(super) fn id(&self, index: u32) -> TaskId {
        TaskId(u64::from(self.generation) << 32 | u64::from(index))
    }

    pub(super) fn policy(&self) -> Option<&Policy> {
        match &self.kind {
            Kind::Free => None,
            Kind::Task(task) => Some(&task.spec.policy),
            Kind::Group(group) => Some(&group.spec.policy),
        }
    }

    pub(super) fn task(&self) -> Option<&Task> {
        if let Kind::Task(task) = &self.kind { Some(task) } else { None }
    }

    pub(super) fn task_mut(&mut self) -> Option<&mut Task> {
        if let Kind::Task(task) = &mut self.kind { Some(task) } else { None }
    }

    pub(super) fn group(&self) -> Option<&Group> {
        if let Kind::Group(group) = &self.kind { Some(group) } else { None }
    }

    pub(super) fn group_mut(&mut self) -> Option<&mut Group> {
        if let Kind::Group(group) = &mut self.kind { Some(group) } else { None }
    }

    /// Forgets delays and restarts, as a start by hand does.
    pub(super) fn renew(&mut self) {
        self.attempt = 0;
        self.not_before = 0;
        self.counted = false;
        self.spent = Spent::NEW;
    }

    /// What is told of it when it has come into another state.
    pub(super) fn changed(&self, index: u32) -> Action {
        let waits = self.state == State::Backoff;
        Action::Changed {
            task: self.id(index),
            state: self.state,
            run: self.task().map_or(0, |task| task.run),
            attempt: self.attempt,
            delay: if waits { self.not_before.saturating_sub(self.since) } else { 0 },
        }
    }

    /// When something has to happen even if nothing else does, in nanoseconds.
    pub(super) fn due(&self) -> u64 {
        let after = |limit: Option<_>| match limit {
            Some(limit) => self.since.saturating_add(nanos(limit)),
            None => NEVER,
        };
        match (&self.kind, self.state) {
            (_, State::Backoff) => self.not_before,
            (Kind::Task(task), State::Starting) => after(task.spec.start_timeout),
            (Kind::Task(task), State::Running) => after(task.spec.run_limit).min(task.beat_due()),
            (Kind::Task(task), State::Stopping) => {
                after(Some(task.spec.stop_timeout)).max(task.extended)
            }
            (Kind::Task(task), State::Aborting) => after(Some(task.spec.abort_timeout)),
            (Kind::Group(group), State::Stopping) if !self.hurry => after(group.spec.stop_timeout),
            _ => NEVER,
        }
    }
}

impl Task {
    pub(super) fn new(spec: TaskSpec) -> Self {
        Self { spec, run: 0, why: None, ready: None, beat: 0, extended: 0, again: false }
    }

    /// When its silence becomes a stall.
    pub(super) fn beat_due(&self) -> u64 {
        self.spec.heartbeat.map_or(NEVER, |beat| self.beat.saturating_add(nanos(beat)))
    }
}

impl Group {
    pub(super) fn new(spec: GroupSpec) -> Self {
        let phase = Phase::Closed;
        Self { spec, phase, cursor: NIL, from: 0, awaits: 0, rest: State::Stopped }
    }
}
