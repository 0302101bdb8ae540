//! The same decisions, made without lists, heaps, cursors or counters: everything is searched for
//! in one vector, histories are kept whole, and rules are applied until none applies.

mod commands;
mod ends;
mod groups;

use std::vec;
use std::vec::Vec;

use crate::record::TaskId;
use crate::supervise::backoff::nanos;
use crate::supervise::*;

const ROOT: usize = 0;
const NEVER: u64 = u64::MAX;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Goal {
    Up,
    Down,
    Gone,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    Closed,
    Opening,
    Open,
    Closing,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Spec {
    Task(TaskSpec),
    Group(GroupSpec),
}

/// A task or group; its place in the vector is its place in the order.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: TaskId,
    pub(super) parent: usize,
    pub(super) spec: Spec,
    pub(super) gone: bool,
    pub(super) wanted: Wanted,
    pub(super) state: State,
    pub(super) since: u64,
    holds: Vec<Hold>,
    hurry: bool,
    counted: bool,
    pub(super) attempt: u32,
    not_before: u64,
    restarts: Vec<u64>,
    pending: Option<(u64, Goal)>,
    pub(super) run: u32,
    why: Option<Why>,
    ready: Option<u64>,
    beat: u64,
    extended: u64,
    again: bool,
    /// A timer that fired and has not been armed again by a change of state.
    fired: bool,
    phase: Phase,
    from: usize,
    rest: State,
}

impl Node {
    fn new(id: TaskId, parent: usize, spec: Spec, now: u64) -> Self {
        Self {
            id,
            parent,
            spec,
            gone: false,
            wanted: Wanted::Down,
            state: State::Stopped,
            since: now,
            holds: vec![],
            hurry: false,
            counted: false,
            attempt: 0,
            not_before: 0,
            restarts: vec![],
            pending: None,
            run: 0,
            why: None,
            ready: None,
            beat: 0,
            extended: 0,
            again: false,
            fired: false,
            phase: Phase::Closed,
            from: 0,
            rest: State::Stopped,
        }
    }

    pub(super) fn group(&self) -> Option<GroupSpec> {
        if let Spec::Group(spec) = self.spec { Some(spec) } else { None }
    }

    fn policy(&self) -> Policy {
        match self.spec {
            Spec::Task(spec) => spec.policy,
            Spec::Group(spec) => spec.policy,
        }
    }

    fn due(&self) -> u64 {
        let after = |limit: Option<_>| match limit {
            Some(limit) => self.since.saturating_add(nanos(limit)),
            None => NEVER,
        };
        if self.gone || self.fired {
            return NEVER;
        }
        match (&self.spec, self.state) {
            (_, State::Backoff) => self.not_before,
            (Spec::Task(spec), State::Starting) => after(spec.start_timeout),
            (Spec::Task(spec), State::Running) => after(spec.run_limit).min(self.stall()),
            (Spec::Task(spec), State::Stopping) => {
                after(Some(spec.stop_timeout)).max(self.extended)
            }
            (Spec::Task(spec), State::Aborting) => after(Some(spec.abort_timeout)),
            (Spec::Group(spec), State::Stopping) if !self.hurry => after(spec.stop_timeout),
            _ => NEVER,
        }
    }

    fn stall(&self) -> u64 {
        let Spec::Task(TaskSpec { heartbeat: Some(beat), .. }) = self.spec else { return NEVER };
        self.beat.saturating_add(nanos(beat))
    }

    fn renew(&mut self) {
        (self.attempt, self.not_before, self.counted) = (0, 0, false);
        self.restarts.clear();
    }
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) nodes: Vec<Node>,
    now: u64,
    tickets: u64,
    pub(super) closing: bool,
    closed: bool,
    pub(super) actions: Vec<Action>,
}

impl Model {
    pub(super) fn new() -> Self {
        let spec = GroupSpec { order: Order::AllAtOnce, ..GroupSpec::default() };
        let mut root = Node::new(TaskId(0), usize::MAX, Spec::Group(spec), 0);
        (root.wanted, root.state, root.phase) = (Wanted::Up, State::Running, Phase::Open);
        let (nodes, actions) = (vec![root], vec![]);
        Self { nodes, now: 0, tickets: 0, closing: false, closed: false, actions }
    }

    pub(super) fn add(&mut self, id: TaskId, parent: usize, spec: Spec, now: u64) {
        self.now = now;
        let mut node = Node::new(id, parent, spec, now);
        if self.nodes[parent].phase != Phase::Open {
            node.holds.push(Hold::Group);
        }
        self.nodes.push(node);
    }

    /// How many restarts of a node count in its budget now.
    pub(super) fn restarts(&self, node: &Node) -> u32 {
        let Some(budget) = node.policy().budget else { return 0 };
        let recent = |time: &&u64| self.now - **time < nanos(budget.window);
        let recent = node.restarts.iter().filter(recent).count();
        u32::try_from(recent).unwrap().min(budget.restarts)
    }

    fn children(&self, at: usize) -> Vec<usize> {
        let of = |child: &usize| self.nodes[*child].parent == at && !self.nodes[*child].gone;
        (0..self.nodes.len()).filter(of).collect()
    }

    fn held(&self, at: usize) -> bool {
        self.nodes[at].holds.contains(&Hold::Group)
    }

    fn hold_of(&self, at: usize) -> Option<Hold> {
        let node = &self.nodes[at];
        let mut member = at;
        while let Some(up) = self.nodes.get(self.nodes[member].parent) {
            if self.held(member) || (up.phase == Phase::Closing && member >= up.from) {
                return Some(Hold::Group);
            }
            member = self.nodes[member].parent;
        }
        let order = [Hold::Dependency, Hold::Schedule, Hold::Condition];
        order.into_iter().find(|hold| node.holds.contains(hold))
    }

    fn enter(&mut self, at: usize, state: State) {
        let node = &mut self.nodes[at];
        if node.state != state {
            (node.state, node.since) = (state, self.now);
        }
        node.fired = false;
    }

    pub(super) fn next_wake(&self) -> Option<u64> {
        self.nodes.iter().map(Node::due).min().filter(|due| *due != NEVER)
    }

    pub(super) fn tick(&mut self, now: u64) {
        self.now = now;
        while let Some(due) = self.next_wake().filter(|due| *due <= now) {
            let slot = |at: &usize| self.nodes[*at].id.0 as u32;
            let all = (0..self.nodes.len()).filter(|at| self.nodes[*at].due() == due);
            let at = all.min_by_key(slot).unwrap();
            self.nodes[at].fired = true;
            self.expired(at);
            self.settle_all();
        }
    }

    fn expired(&mut self, at: usize) {
        let node = &self.nodes[at];
        let stalled = node.stall() <= self.now;
        match (node.spec, node.state) {
            (Spec::Group(_), State::Stopping) => self.hasten(at),
            (Spec::Group(_), _) => {}
            (_, State::Starting) => self.ask(at, Why::StartTimeout),
            (_, State::Running) if stalled => self.ask(at, Why::Stalled),
            (_, State::Running) => self.ask(at, Why::RunLimit),
            (_, State::Stopping) => self.abort(at),
            (_, State::Aborting) => self.enter(at, State::Detached),
            _ => {}
        }
    }

    /// Applies rules until none applies.
    fn settle_all(&mut self) {
        while (0..self.nodes.len()).any(|at| !self.nodes[at].gone && self.step(at)) {}
        for at in 0..self.nodes.len() {
            self.answer(at);
        }
        if self.closing && !self.closed && self.nodes[ROOT].phase == Phase::Closed {
            self.closed = true;
            self.actions.push(Action::Closed);
        }
    }

    /// Applies one rule to one node, if one applies.
    fn step(&mut self, at: usize) -> bool {
        if self.nodes[at].group().is_some() { self.step_group(at) } else { self.step_task(at) }
    }

    fn step_task(&mut self, at: usize) -> bool {
        let node = &self.nodes[at];
        match node.state {
            State::Starting | State::Running | State::Stopping if node.hurry => self.abort(at),
            State::Starting | State::Running => {
                let Some(why) = self.unwanted(at) else { return false };
                self.ask(at, why);
            }
            State::Stopping | State::Aborting | State::Detached => return false,
            _ => return self.rest_or_start(at),
        }
        true
    }

    fn unwanted(&self, at: usize) -> Option<Why> {
        let node = &self.nodes[at];
        let asked = node.wanted != Wanted::Up || node.again || (self.held(at) && self.closing);
        if asked {
            return Some(Why::Asked);
        }
        self.held(at).then_some(Why::Group)
    }

    fn rest_or_start(&mut self, at: usize) -> bool {
        let node = &self.nodes[at];
        let state = match (node.wanted, self.hold_of(at)) {
            (Wanted::Removed, _) => {
                self.forget(at);
                return true;
            }
            (Wanted::Up, Some(hold)) if !self.closing => State::Waiting(hold),
            (Wanted::Up, None) if !self.closing && self.now < node.not_before => State::Backoff,
            (Wanted::Up, None) if !self.closing => {
                self.spawn(at);
                return true;
            }
            _ if rests(node.state) => return false,
            _ => State::Stopped,
        };
        let changed = node.state != state;
        if changed {
            self.enter(at, state);
        }
        changed
    }

    fn spawn(&mut self, at: usize) {
        self.count(at);
        let now = self.now;
        let node = &mut self.nodes[at];
        let Spec::Task(spec) = node.spec else { unreachable!() };
        node.run += 1;
        node.ready = (!spec.notify_ready).then_some(now);
        (node.beat, node.extended, node.why, node.again, node.hurry) = (now, 0, None, false, false);
        let run = Run { task: node.id, number: node.run };
        self.actions.push(Action::Spawn { run, attempt: node.attempt });
        self.enter(at, if spec.notify_ready { State::Starting } else { State::Running });
    }

    fn count(&mut self, at: usize) {
        if ::core::mem::take(&mut self.nodes[at].counted) {
            self.nodes[at].restarts.push(self.now);
        }
    }

    fn run_of(&mut self, at: usize, why: Why) -> Run {
        let node = &mut self.nodes[at];
        node.why.get_or_insert(why);
        Run { task: node.id, number: node.run }
    }

    fn ask(&mut self, at: usize, why: Why) {
        let run = self.run_of(at, why);
        self.actions.push(Action::Cancel(run));
        self.enter(at, State::Stopping);
    }

    fn abort(&mut self, at: usize) {
        let why = self.unwanted(at).unwrap_or(Why::Asked);
        let run = self.run_of(at, why);
        self.actions.push(Action::Abort(run));
        self.enter(at, State::Aborting);
    }

    fn forget(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        node.gone = true;
        if let Some((ticket, _)) = node.pending.take() {
            self.resolve(ticket, Resolution::Done, State::Stopped);
        }
        let id = self.nodes[at].id;
        self.actions.push(Action::Freed(id));
    }

    fn resolve(&mut self, ticket: u64, resolution: Resolution, state: State) {
        self.actions.push(Action::Resolved { ticket: Ticket(ticket), resolution, state });
    }

    fn answer(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let state = node.state;
        let reached = |pending: &mut (u64, Goal)| match pending.1 {
            Goal::Up => settled(state),
            Goal::Down => state.is_down(),
            Goal::Gone => state == State::Detached,
        };
        if let Some((ticket, _)) = node.pending.take_if(reached) {
            self.resolve(ticket, Resolution::Done, state);
        }
    }

    pub(super) fn event(&mut self, event: Event, now: u64) {
        self.now = now;
        let (Event::Ready(run)
        | Event::Beat(run)
        | Event::Extend(run, _)
        | Event::Ended { run, .. }) = event;
        let newest = |at: &usize| {
            let node = &self.nodes[*at];
            !node.gone && node.id == run.task && node.run == run.number && node.state.is_alive()
        };
        let Some(at) = (1..self.nodes.len()).find(newest) else { return };
        let node = &mut self.nodes[at];
        match event {
            Event::Ready(_) if node.state == State::Starting => {
                (node.ready, node.beat) = (Some(now), now);
                self.enter(at, State::Running);
            }
            Event::Ready(_) => {}
            Event::Beat(_) => node.beat = now,
            Event::Extend(_, more) => node.extended = now.saturating_add(more),
            Event::Ended { end, class, .. } => self.ended(at, end, class),
        }
        self.settle_all();
    }
}

fn rests(state: State) -> bool {
    matches!(state, State::Stopped | State::Completed | State::Failed | State::Dead)
}

fn settled(state: State) -> bool {
    !matches!(state, State::Starting | State::Stopping | State::Aborting | State::Backoff)
}
