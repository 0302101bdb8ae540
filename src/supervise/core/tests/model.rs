//! The same decisions, made without lists, heaps, cursors or counters: everything is searched for
//! in one vector, histories are kept whole, and rules are applied until none applies.

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
    since: u64,
    holds: Vec<Hold>,
    hurry: bool,
    counted: bool,
    attempt: u32,
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
        let Spec::Task(TaskSpec { beat: Some(beat), .. }) = self.spec else { return NEVER };
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
        node.ready = (!spec.says_ready).then_some(now);
        (node.beat, node.extended, node.why, node.again, node.hurry) = (now, 0, None, false, false);
        let run = Run { task: node.id, number: node.run };
        self.actions.push(Action::Spawn { run, attempt: node.attempt });
        self.enter(at, if spec.says_ready { State::Starting } else { State::Running });
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

    fn ended(&mut self, at: usize, end: End, class: Class) {
        let unwanted = self.nodes[at].wanted != Wanted::Up || self.held(at);
        let node = &mut self.nodes[at];
        let (why, again) = (node.why.take(), ::core::mem::take(&mut node.again));
        node.hurry = false;
        let outcome = Outcome::of(end, why);
        let ready = node.ready.take().map_or(0, |ready| self.now - ready);
        if ready >= nanos(node.policy().backoff.reset_after) {
            node.attempt = 0;
        }
        let run = Run { task: node.id, number: node.run };
        self.actions.push(Action::Finished { run, outcome });
        if unwanted || again || matches!(why, Some(Why::Asked | Why::Group)) {
            // Any state that is down does: the rules go on from there.
            self.nodes[at].state = State::Backoff;
            self.rest_or_start(at);
            self.nodes[at].fired = false;
            return;
        }
        match self.verdict(at, outcome, class) {
            Verdict::Restart { after } => {
                self.delay(at, after);
                self.enter(at, State::Backoff);
                self.spread(at);
            }
            Verdict::Rest { failed } => {
                self.settle(at, if failed { State::Failed } else { State::Completed });
            }
            Verdict::Dead => self.settle(at, State::Dead),
            Verdict::Escalate => self.give_up(at, Exhausted::Escalate),
            Verdict::Exhausted(exhausted) => self.give_up(at, exhausted),
        }
    }

    /// The policy's word, with a budget that looks at all restarts there ever were.
    fn verdict(&self, at: usize, outcome: Outcome, class: Class) -> Verdict {
        let node = &self.nodes[at];
        let policy = Policy { budget: None, ..node.policy() };
        let run = if node.group().is_some() { node.attempt } else { node.run };
        let salt = node.id.0.rotate_left(32) ^ u64::from(run);
        let ended = Ended { outcome, class, attempt: node.attempt, salt, now: self.now };
        let verdict = policy.verdict(ended, &Spent::NEW, &[]);
        let Verdict::Restart { after } = verdict else { return verdict };
        let start = self.now.saturating_add(nanos(after));
        if self.affords(at, start) { verdict } else { Verdict::Exhausted(policy.exhausted) }
    }

    fn affords(&self, at: usize, start: u64) -> bool {
        let node = &self.nodes[at];
        let Some(budget) = node.policy().budget else { return true };
        let recent = |time: &&u64| start - **time < nanos(budget.window);
        node.restarts.iter().filter(recent).count() < budget.restarts as usize
    }

    fn delay(&mut self, at: usize, after: ::core::time::Duration) {
        let node = &mut self.nodes[at];
        node.attempt += 1;
        node.not_before = self.now.saturating_add(nanos(after));
        node.counted = true;
    }

    fn settle(&mut self, at: usize, state: State) {
        let node = &mut self.nodes[at];
        if node.wanted == Wanted::Up {
            node.wanted = Wanted::Down;
        }
        if node.group().is_some() {
            node.rest = state;
        } else {
            self.enter(at, state);
        }
        let parent = self.nodes[at].parent;
        let first = |node: &Node| {
            let exit = node.group().is_some_and(|group| group.strategy == Strategy::FirstExit);
            exit && node.wanted == Wanted::Up
        };
        if !self.closing && self.nodes.get(parent).is_some_and(first) {
            let completed = state == State::Completed;
            self.settle(parent, if completed { State::Completed } else { State::Failed });
        }
    }

    fn give_up(&mut self, at: usize, exhausted: Exhausted) {
        let parent = self.nodes[at].parent;
        if exhausted == Exhausted::Escalate && self.fail(parent) {
            self.nodes[at].renew();
            if self.nodes[at].group().is_some() {
                self.close_members(at, 0);
            } else {
                self.enter(at, State::Backoff);
            }
            return;
        }
        self.settle(at, State::Dead);
        match exhausted {
            Exhausted::StopGroup if parent != ROOT && self.nodes[parent].wanted == Wanted::Up => {
                self.settle(parent, State::Failed);
            }
            Exhausted::ShutdownAll => self.close(),
            _ => {}
        }
    }

    fn fail(&mut self, at: usize) -> bool {
        if self.closing || self.nodes[at].wanted != Wanted::Up {
            return false;
        }
        if at == ROOT {
            self.close();
            return false;
        }
        let node = &mut self.nodes[at];
        if node.counted {
            return true;
        }
        let up = self.now - node.since;
        if node.state == State::Running && up >= nanos(node.policy().backoff.reset_after) {
            node.attempt = 0;
        }
        match self.verdict(at, Outcome::Failed, Class::Default) {
            Verdict::Restart { after } => {
                self.delay(at, after);
                self.close_members(at, 0);
                self.spread(at);
                true
            }
            Verdict::Exhausted(exhausted) => {
                self.give_up(at, exhausted);
                self.nodes[at].wanted == Wanted::Up
            }
            _ => {
                self.settle(at, State::Failed);
                false
            }
        }
    }

    fn spread(&mut self, at: usize) {
        let parent = self.nodes[at].parent;
        let node = &self.nodes[parent];
        let from = match node.group().unwrap().strategy {
            Strategy::OneForOne | Strategy::FirstExit => return,
            Strategy::OneForAll => 0,
            Strategy::RestForOne => at,
        };
        if self.closing || node.wanted != Wanted::Up || node.phase == Phase::Closed {
            return;
        }
        if node.phase == Phase::Closing {
            self.close_members(parent, from);
        } else if self.affords(parent, self.now) {
            self.nodes[parent].restarts.push(self.now);
            self.nodes[parent].counted = false;
            self.close_members(parent, from);
        } else {
            self.give_up(parent, node.policy().exhausted);
        }
    }

    fn close_members(&mut self, at: usize, from: usize) {
        let node = &mut self.nodes[at];
        match node.phase {
            Phase::Closed => {}
            Phase::Closing => node.from = node.from.min(from),
            Phase::Opening | Phase::Open => {
                (node.phase, node.from) = (Phase::Closing, from);
                self.enter(at, State::Stopping);
            }
        }
    }

    fn may_stay(&self, at: usize) -> bool {
        let shut = self.closing && at == ROOT;
        self.nodes[at].wanted == Wanted::Up && !self.held(at) && !shut
    }

    fn may_open(&self, at: usize) -> bool {
        let late = self.now >= self.nodes[at].not_before;
        self.may_stay(at) && self.hold_of(at).is_none() && late && !self.closing
    }

    fn step_group(&mut self, at: usize) -> bool {
        match self.nodes[at].phase {
            Phase::Closed if self.may_open(at) => self.open(at),
            Phase::Closed => return self.rest_group(at),
            Phase::Opening | Phase::Open if !self.may_stay(at) => self.close_members(at, 0),
            Phase::Opening => return self.let_go(at),
            Phase::Open => return false,
            Phase::Closing => return self.hold_back(at),
        }
        true
    }

    fn rest_group(&mut self, at: usize) -> bool {
        let node = &self.nodes[at];
        let state = match (node.wanted, self.hold_of(at)) {
            (Wanted::Removed, _) if self.children(at).is_empty() => {
                self.forget(at);
                return true;
            }
            (Wanted::Up, Some(hold)) if !self.closing => State::Waiting(hold),
            (Wanted::Up, None) if !self.closing => State::Backoff,
            _ => node.rest,
        };
        let changed = node.state != state;
        if changed {
            self.enter(at, state);
        }
        changed
    }

    fn open(&mut self, at: usize) {
        self.count(at);
        self.nodes[at].phase = Phase::Opening;
        self.enter(at, State::Starting);
    }

    /// Lets one member go, or finds that all are.
    fn let_go(&mut self, at: usize) -> bool {
        let children = self.children(at);
        let next = children.iter().position(|child| self.held(*child));
        let before = children[..next.unwrap_or(children.len())].last();
        let in_order = self.nodes[at].group().unwrap().order == Order::OneByOne;
        if in_order && before.is_some_and(|before| !settled(self.nodes[*before].state)) {
            return false;
        }
        match next {
            Some(next) => {
                self.nodes[children[next]].holds.retain(|hold| *hold != Hold::Group);
                self.step(children[next]);
            }
            None => {
                self.nodes[at].phase = Phase::Open;
                self.enter(at, State::Running);
            }
        }
        true
    }

    /// Holds one member, or finds that all are down.
    fn hold_back(&mut self, at: usize) -> bool {
        let may_open = self.may_open(at);
        if !may_open {
            self.nodes[at].from = 0;
        }
        let node = &self.nodes[at];
        let in_order = node.group().unwrap().order == Order::OneByOne && !node.hurry;
        let (from, hurry) = (node.from, node.hurry);
        let children = self.children(at);
        let next = children.iter().rfind(|child| **child >= from && !self.held(**child)).copied();
        let up = |child: &usize| self.held(*child) && !self.nodes[*child].state.is_down();
        let busy = children.iter().any(up);
        match next {
            Some(_) if in_order && busy => return false,
            Some(next) => {
                self.nodes[next].holds.push(Hold::Group);
                if hurry {
                    self.hasten(next);
                }
            }
            None if busy => return false,
            None => {
                self.nodes[at].hurry = false;
                if may_open {
                    self.open(at);
                } else {
                    self.nodes[at].phase = Phase::Closed;
                    self.rest_group(at);
                }
            }
        }
        true
    }

    fn hasten(&mut self, at: usize) {
        if self.nodes[at].state.is_down() || self.nodes[at].hurry {
            return;
        }
        self.nodes[at].hurry = true;
        for child in self.children(at) {
            if self.held(child) {
                self.hasten(child);
            }
        }
    }

    fn close(&mut self) {
        if ::core::mem::replace(&mut self.closing, true) {
            return;
        }
        for at in 0..self.nodes.len() {
            let node = &mut self.nodes[at];
            let state = node.state;
            if let Some((ticket, _)) = node.pending.take_if(|pending| pending.1 == Goal::Up) {
                self.resolve(ticket, Resolution::Closed, state);
            }
        }
    }

    pub(super) fn shutdown(&mut self, how: Shutdown, now: u64) {
        self.now = now;
        self.close();
        self.settle_all();
        if how == Shutdown::Now {
            self.hasten(ROOT);
            self.settle_all();
        }
    }

    pub(super) fn hold(&mut self, at: usize, hold: Hold, on: bool, now: u64) {
        self.now = now;
        self.nodes[at].holds.retain(|other| *other != hold);
        if on {
            self.nodes[at].holds.push(hold);
        }
        self.settle_all();
    }

    pub(super) fn command(
        &mut self,
        at: usize,
        command: Command,
        now: u64,
    ) -> Result<Ticket, Refused> {
        self.now = now;
        self.check(at, command)?;
        let goal = match command {
            Command::Start | Command::Restart => Goal::Up,
            Command::Enable => {
                if self.nodes[at].wanted == Wanted::Disabled {
                    self.nodes[at].wanted = Wanted::Down;
                }
                self.tickets += 1;
                self.resolve(self.tickets, Resolution::Done, self.nodes[at].state);
                self.settle_all();
                return Ok(Ticket(self.tickets));
            }
            Command::Remove => Goal::Gone,
            _ if self.nodes[at].wanted == Wanted::Removed && self.nodes[at].pending.is_some() => {
                Goal::Gone
            }
            _ => Goal::Down,
        };
        let state = self.nodes[at].state;
        let bounce =
            command == Command::Restart && matches!(state, State::Starting | State::Running);
        let ticket = match self.nodes[at].pending {
            Some((ticket, pending)) if pending == goal && !bounce => ticket,
            other => {
                if let Some((ticket, _)) = other {
                    self.resolve(ticket, Resolution::Superseded, state);
                }
                self.tickets += 1;
                self.nodes[at].pending = Some((self.tickets, goal));
                self.tickets
            }
        };
        self.want(at, command);
        self.settle_all();
        Ok(Ticket(ticket))
    }

    fn check(&self, at: usize, command: Command) -> Result<(), Refused> {
        let node = &self.nodes[at];
        let starts = matches!(command, Command::Start | Command::Restart);
        let up =
            node.wanted == Wanted::Up && matches!(node.state, State::Starting | State::Running);
        let asked = matches!(node.pending, Some((_, Goal::Up)));
        let refused = [
            (
                node.gone || node.wanted == Wanted::Removed && command != Command::Kill,
                Refused::Unknown,
            ),
            (self.closing && (starts || command == Command::Enable), Refused::Closed),
            (starts && node.wanted == Wanted::Disabled, Refused::Disabled),
            (command == Command::Start && up && !asked, Refused::Running),
            (command == Command::Remove && !self.children(at).is_empty(), Refused::NotEmpty),
        ];
        refused.into_iter().find(|(refused, _)| *refused).map_or(Ok(()), |(_, why)| Err(why))
    }

    fn want(&mut self, at: usize, command: Command) {
        let state = self.nodes[at].state;
        let up = self.nodes[at].wanted == Wanted::Up
            && matches!(state, State::Starting | State::Running);
        let wanted = self.nodes[at].wanted;
        let lower = if wanted == Wanted::Up { Wanted::Down } else { wanted };
        let down = match command {
            Command::Start if up => return,
            Command::Start => return self.want_up(at),
            Command::Restart => {
                self.want_up(at);
                let alive = self.nodes[at].state.is_alive();
                if self.nodes[at].group().is_none() {
                    self.nodes[at].again |= alive;
                } else {
                    self.close_members(at, 0);
                }
                return;
            }
            Command::Disable => Wanted::Disabled,
            Command::Remove => Wanted::Removed,
            _ => lower,
        };
        let node = &mut self.nodes[at];
        (node.wanted, node.again) = (down, false);
        if !rests(node.state) {
            node.rest = State::Stopped;
        }
        if command == Command::Kill {
            self.hasten(at);
        }
    }

    fn want_up(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if matches!(node.wanted, Wanted::Disabled | Wanted::Removed) {
            return;
        }
        node.wanted = Wanted::Up;
        node.rest = State::Stopped;
        node.renew();
        node.again |= matches!(node.state, State::Stopping | State::Aborting | State::Detached);
        let state = node.state;
        if let Some((ticket, _)) = node.pending.take_if(|pending| pending.1 == Goal::Down) {
            self.resolve(ticket, Resolution::Superseded, state);
        }
        for child in self.children(at) {
            self.want_up(child);
        }
    }
}

fn rests(state: State) -> bool {
    matches!(state, State::Stopped | State::Completed | State::Failed | State::Dead)
}

fn settled(state: State) -> bool {
    !matches!(state, State::Starting | State::Stopping | State::Aborting | State::Backoff)
}
