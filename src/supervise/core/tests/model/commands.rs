//! What users want.

use super::*;

impl Model {
    pub(super) fn close(&mut self) {
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

    pub(in crate::supervise::core::tests) fn shutdown(&mut self, how: Shutdown, now: u64) {
        self.now = now;
        self.close();
        self.settle_all();
        if how == Shutdown::Now {
            self.hasten(ROOT);
            self.settle_all();
        }
    }

    pub(in crate::supervise::core::tests) fn hold(
        &mut self,
        at: usize,
        hold: Hold,
        on: bool,
        now: u64,
    ) {
        self.now = now;
        self.nodes[at].holds.retain(|other| *other != hold);
        if on {
            self.nodes[at].holds.push(hold);
        }
        self.settle_all();
    }

    pub(in crate::supervise::core::tests) fn command(
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

    pub(super) fn check(&self, at: usize, command: Command) -> Result<(), Refused> {
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

    pub(super) fn want(&mut self, at: usize, command: Command) {
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

    pub(super) fn want_up(&mut self, at: usize) {
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
