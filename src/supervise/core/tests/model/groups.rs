//! Opening and closing, with all that is known about members looked up anew.

use super::*;

impl Model {
    pub(super) fn close_members(&mut self, at: usize, from: usize) {
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

    pub(super) fn may_stay(&self, at: usize) -> bool {
        let shut = self.closing && at == ROOT;
        self.nodes[at].wanted == Wanted::Up && !self.held(at) && !shut
    }

    pub(super) fn may_open(&self, at: usize) -> bool {
        let late = self.now >= self.nodes[at].not_before;
        self.may_stay(at) && self.hold_of(at).is_none() && late && !self.closing
    }

    pub(super) fn step_group(&mut self, at: usize) -> bool {
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

    pub(super) fn rest_group(&mut self, at: usize) -> bool {
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

    pub(super) fn open(&mut self, at: usize) {
        self.count(at);
        self.nodes[at].phase = Phase::Opening;
        self.enter(at, State::Starting);
    }

    /// Lets one member go, or finds that all are.
    pub(super) fn let_go(&mut self, at: usize) -> bool {
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
    pub(super) fn hold_back(&mut self, at: usize) -> bool {
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
                    if self.nodes[at].wanted != Wanted::Up {
                        self.lower_below(at);
                    }
                    self.rest_group(at);
                }
            }
        }
        true
    }

    /// Nobody below a group that is down and not wanted is wanted either.
    fn lower_below(&mut self, at: usize) {
        for node in 0..self.nodes.len() {
            let mut above = self.nodes[node].parent;
            while above != at && above != usize::MAX {
                above = self.nodes[above].parent;
            }
            if above == at && self.nodes[node].wanted == Wanted::Up {
                self.nodes[node].wanted = Wanted::Down;
            }
        }
    }

    pub(super) fn hasten(&mut self, at: usize) {
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
}
