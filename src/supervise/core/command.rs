//! What users want, and how it is answered.

use super::event::{Command, Refused, Shutdown, Ticket};
use super::slot::{Goal, Kind, NIL, Pending, Phase};
use super::state::{Hold, State, Wanted};
use super::{Action, Core, Out, ROOT, Resolution, Store};
use crate::record::TaskId;

impl<S: Store> Core<S> {
    /// Has a task or group do something. The ticket is resolved by an [`Action::Resolved`], which
    /// may be among the actions of this very call.
    ///
    /// A command that wants what is under way already gets the ticket of that; one that wants
    /// something else resolves it as [`Resolution::Superseded`].
    ///
    /// # Errors
    ///
    /// If it can have no effect; then nothing has changed.
    pub fn command(
        &mut self,
        id: TaskId,
        command: Command,
        now: u64,
        mut out: impl FnMut(Action),
    ) -> Result<Ticket, Refused> {
        self.advance(now);
        let out: &mut Out<'_> = &mut out;
        let index = self.find(id).ok_or(Refused::Unknown)?;
        self.check(index, command)?;
        let ticket = match goal(command) {
            Some(goal) => self.ticket(index, command, goal, out),
            None => self.next_ticket(),
        };
        self.want(index, command, out);
        if goal(command).is_none() {
            let state = self.slot(index).state;
            out(Action::Resolved { ticket, resolution: Resolution::Done, state });
        }
        self.mark(index);
        self.reconcile(out);
        Ok(ticket)
    }

    /// Says whether something outside keeps a task or group from starting. What runs goes on.
    ///
    /// # Errors
    ///
    /// If there is no such task or group. [`Hold::Group`] is the core's own and changes nothing.
    pub fn hold(
        &mut self,
        id: TaskId,
        hold: Hold,
        on: bool,
        now: u64,
        mut out: impl FnMut(Action),
    ) -> Result<(), Refused> {
        self.advance(now);
        let index = self.find(id).ok_or(Refused::Unknown)?;
        if hold != Hold::Group {
            self.slot_mut(index).holds.set(hold, on);
            self.mark(index);
            self.reconcile(&mut out);
        }
        Ok(())
    }

    /// Stops everything for good; ends with [`Action::Closed`]. May be repeated.
    pub fn shutdown(&mut self, how: Shutdown, now: u64, mut out: impl FnMut(Action)) {
        self.advance(now);
        self.close(&mut out);
        self.reconcile(&mut out);
        if how == Shutdown::Now {
            self.hasten(ROOT);
            self.reconcile(&mut out);
        }
    }

    /// Begins the shutdown.
    pub(super) fn close(&mut self, out: &mut Out<'_>) {
        if self.closing {
            return;
        }
        self.closing = true;
        for index in 0..self.used {
            let slot = self.slot_mut(index);
            let up = slot.pending.take_if(|pending| pending.goal == Goal::Up);
            let state = slot.state;
            if let Some(Pending { ticket, .. }) = up {
                out(Action::Resolved { ticket, resolution: Resolution::Closed, state });
            }
            if !matches!(self.slot(index).kind, Kind::Free) {
                self.mark(index);
            }
        }
    }

    fn check(&self, index: u32, command: Command) -> Result<(), Refused> {
        let slot = self.slot(index);
        let starts = matches!(command, Command::Start | Command::Restart);
        let asked = slot.pending.is_some_and(|pending| pending.goal == Goal::Up);
        let up = self.is_up(index);
        match command {
            _ if slot.wanted == Wanted::Removed && !matches!(command, Command::Kill) => {
                Err(Refused::Unknown)
            }
            _ if self.closing && (starts || command == Command::Enable) => Err(Refused::Closed),
            _ if starts && slot.wanted == Wanted::Disabled => Err(Refused::Disabled),
            Command::Start if up && !asked => Err(Refused::Running),
            Command::Remove if slot.links.first != NIL => Err(Refused::NotEmpty),
            _ => Ok(()),
        }
    }

    /// Whether a start has nothing to do.
    fn is_up(&self, index: u32) -> bool {
        let slot = self.slot(index);
        slot.wanted == Wanted::Up && matches!(slot.state, State::Starting | State::Running)
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// The ticket under way if it wants the same, else a new one.
    fn ticket(&mut self, index: u32, command: Command, goal: Goal, out: &mut Out<'_>) -> Ticket {
        let slot = self.slot(index);
        let state = slot.state;
        let anew = command == Command::Restart && matches!(state, State::Starting | State::Running);
        if let Some(pending) = slot.pending {
            let goal = if command == Command::Kill && pending.goal == Goal::Gone {
                Goal::Gone
            } else {
                goal
            };
            if pending.goal == goal && !anew {
                return pending.ticket;
            }
            let resolution = Resolution::Superseded;
            out(Action::Resolved { ticket: pending.ticket, resolution, state });
        }
        let ticket = self.next_ticket();
        self.slot_mut(index).pending = Some(Pending { ticket, goal });
        ticket
    }

    /// Changes what is wanted.
    fn want(&mut self, index: u32, command: Command, out: &mut Out<'_>) {
        let wanted = self.slot(index).wanted;
        let lower = if wanted == Wanted::Up { Wanted::Down } else { wanted };
        match command {
            Command::Start if self.is_up(index) => {}
            Command::Start => self.want_up(index, out),
            Command::Restart => {
                self.want_up(index, out);
                self.restart(index, out);
            }
            Command::Stop => self.want_down(index, lower),
            Command::Kill => {
                self.want_down(index, lower);
                self.hasten(index);
            }
            Command::Disable => self.want_down(index, Wanted::Disabled),
            Command::Remove => self.want_down(index, Wanted::Removed),
            Command::Enable if wanted == Wanted::Disabled => {
                self.slot_mut(index).wanted = Wanted::Down;
            }
            Command::Enable => {}
        }
    }

    /// Wants it up, and all of its members that are not disabled.
    fn want_up(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot_mut(index);
        if matches!(slot.wanted, Wanted::Disabled | Wanted::Removed) {
            return;
        }
        slot.wanted = Wanted::Up;
        slot.renew();
        let (state, resolution) = (slot.state, Resolution::Superseded);
        let stop = slot.pending.take_if(|pending| pending.goal == Goal::Down);
        if let Some(Pending { ticket, .. }) = stop {
            out(Action::Resolved { ticket, resolution, state });
        }
        let leaving = matches!(slot.state, State::Stopping | State::Aborting | State::Detached);
        match &mut slot.kind {
            Kind::Task(task) => task.again |= leaving,
            Kind::Group(group) => group.rest = State::Stopped,
            Kind::Free => {}
        }
        let mut member = slot.links.first;
        self.mark(index);
        while member != NIL {
            self.want_up(member, out);
            member = self.slot(member).links.next;
        }
    }

    fn restart(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot_mut(index);
        let alive = slot.state.is_alive();
        match &mut slot.kind {
            Kind::Task(task) => task.again |= alive,
            Kind::Group(group) if group.phase != Phase::Closed => self.close_members(index, 0, out),
            _ => {}
        }
    }

    fn want_down(&mut self, index: u32, wanted: Wanted) {
        let slot = self.slot_mut(index);
        let down = slot.state.is_rest();
        slot.wanted = wanted;
        match &mut slot.kind {
            Kind::Task(task) => task.again = false,
            Kind::Group(group) if !down => group.rest = State::Stopped,
            _ => {}
        }
    }

    /// Answers the command under way if it has come to its end.
    pub(super) fn answer(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot_mut(index);
        let state = slot.state;
        let reached = |pending: &mut Pending| match pending.goal {
            Goal::Up => state.is_settled(),
            Goal::Down => state.is_down(),
            Goal::Gone => state == State::Detached,
        };
        if let Some(Pending { ticket, .. }) = slot.pending.take_if(reached) {
            out(Action::Resolved { ticket, resolution: Resolution::Done, state });
        }
    }

    /// Answers a command whose task is forgotten now.
    pub(super) fn answer_gone(&mut self, index: u32, out: &mut Out<'_>) {
        let slot = self.slot_mut(index);
        if let Some(Pending { ticket, .. }) = slot.pending.take() {
            let resolution = Resolution::Done;
            out(Action::Resolved { ticket, resolution, state: State::Stopped });
        }
    }
}

/// What a command waits for; nothing where it is done at once.
fn goal(command: Command) -> Option<Goal> {
    match command {
        Command::Start | Command::Restart => Some(Goal::Up),
        Command::Stop | Command::Kill | Command::Disable => Some(Goal::Down),
        Command::Remove => Some(Goal::Gone),
        Command::Enable => None,
    }
}
