//! What follows after an end.

use super::*;

impl Model {
    pub(super) fn ended(&mut self, at: usize, end: End, class: Class) {
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
    pub(super) fn verdict(&self, at: usize, outcome: Outcome, class: Class) -> Verdict {
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

    pub(super) fn affords(&self, at: usize, start: u64) -> bool {
        let node = &self.nodes[at];
        let Some(budget) = node.policy().budget else { return true };
        let recent = |time: &&u64| start - **time < nanos(budget.window);
        node.restarts.iter().filter(recent).count() < budget.restarts as usize
    }

    pub(super) fn delay(&mut self, at: usize, after: ::core::time::Duration) {
        let node = &mut self.nodes[at];
        node.attempt += 1;
        node.not_before = self.now.saturating_add(nanos(after));
        node.counted = true;
    }

    pub(super) fn settle(&mut self, at: usize, state: State) {
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

    pub(super) fn give_up(&mut self, at: usize, exhausted: Exhausted) {
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

    pub(super) fn fail(&mut self, at: usize) -> bool {
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

    pub(super) fn spread(&mut self, at: usize) {
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
}
