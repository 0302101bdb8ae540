//! What must hold whatever happens, judged from commands and actions alone.

use std::collections::{HashMap, HashSet};
use std::vec;
use std::vec::Vec;

use super::model::{Model, Spec};
use crate::record::TaskId;
use crate::supervise::backoff::nanos;
use crate::supervise::*;

/// Remembers what it has seen.
#[derive(Debug, Default)]
pub(super) struct Witness {
    /// The run of each task that is alive.
    alive: HashMap<TaskId, Run>,
    runs: HashMap<TaskId, u32>,
    /// Tasks that were told to be down and not to be up since.
    down: HashSet<TaskId>,
    open: HashSet<Ticket>,
    resolved: HashSet<Ticket>,
    /// Tasks outside of groups: policy, end of the last run, and restarts since the last start by
    /// hand.
    loners: HashMap<TaskId, Loner>,
    closed: u32,
}

#[derive(Debug, Default)]
struct Loner {
    policy: Policy,
    ended: u64,
    restarts: Vec<u64>,
}

impl Witness {
    pub(super) fn commanded(
        &mut self,
        model: &Model,
        at: usize,
        command: Command,
        answer: Result<Ticket, Refused>,
    ) {
        let Ok(ticket) = answer else { return };
        if !self.resolved.contains(&ticket) {
            self.open.insert(ticket);
        }
        let id = model.nodes[at].id;
        match command {
            Command::Start | Command::Restart => self.up(model, at),
            Command::Enable => {}
            _ => drop(self.down.insert(id)),
        }
        if let (Spec::Task(spec), 0) = (model.nodes[at].spec, model.nodes[at].parent) {
            let loner = self.loners.entry(id).or_default();
            loner.policy = spec.policy;
        }
    }

    fn up(&mut self, model: &Model, at: usize) {
        self.down.remove(&model.nodes[at].id);
        for child in (0..model.nodes.len()).filter(|child| model.nodes[*child].parent == at) {
            self.up(model, child);
        }
    }

    pub(super) fn see(&mut self, now: u64, actions: &[Action], core: &Core<Heap>) {
        let mut changed = HashMap::new();
        for action in actions {
            match *action {
                Action::Spawn { run, attempt } => self.spawned(now, run, attempt),
                Action::Cancel(run) | Action::Abort(run) => {
                    let alive = self.alive.get(&run.task) == Some(&run)
                        || actions.contains(&Action::Freed(run.task));
                    assert!(alive, "{run:?} is over and cannot be stopped");
                }
                Action::Finished { run, .. } => {
                    assert_eq!(self.alive.remove(&run.task), Some(run), "ended once");
                    if let Some(loner) = self.loners.get_mut(&run.task) {
                        loner.ended = now;
                    }
                }
                Action::Resolved { ticket, .. } => {
                    self.open.remove(&ticket);
                    assert!(self.resolved.insert(ticket), "{ticket:?} is resolved twice");
                }
                Action::Closed => self.closed += 1,
                Action::Changed { task, .. } => drop(changed.insert(task, *action)),
                Action::Freed(id) => assert!(!self.alive.contains_key(&id), "{id:?} is alive"),
            }
        }
        for change in changed.values() {
            assert_is_shown(change, core);
        }
        for (id, run) in &self.alive {
            let view = core.view(*id).unwrap();
            assert!(view.state.is_alive() && view.run == run.number, "{id:?}: {view:?}");
        }
    }

    fn spawned(&mut self, now: u64, run: Run, attempt: u32) {
        assert_eq!(self.alive.insert(run.task, run), None, "two runs alive of {:?}", run.task);
        let number = self.runs.entry(run.task).or_default();
        *number += 1;
        assert_eq!(*number, run.number, "runs are numbered without gaps");
        assert!(!self.down.contains(&run.task), "{run:?} is wanted down");
        assert_eq!(self.closed, 0, "{run:?} starts after the end");
        let Some(loner) = self.loners.get_mut(&run.task) else { return };
        if attempt == 0 {
            return loner.restarts.clear();
        }
        let backoff = loner.policy.backoff;
        assert!(now - loner.ended >= nanos(backoff.floor), "{run:?} starts too early");
        loner.restarts.push(now);
        let Some(budget) = loner.policy.budget else { return };
        let within = loner.restarts.iter().filter(|at| now - **at < nanos(budget.window)).count();
        assert!(
            within <= budget.restarts as usize || budget.window.is_zero(),
            "{run:?}: {within} restarts of {budget:?}"
        );
    }

    /// After a shutdown and the end of every run that was detached.
    pub(super) fn finished(&self) {
        assert_eq!(self.closed, 1, "the end is told once");
        let none: Vec<&Ticket> = vec![];
        assert_eq!(self.open.iter().collect::<Vec<_>>(), none, "every command is answered");
        assert!(self.alive.is_empty(), "{:?}", self.alive);
    }
}

/// The last change that was told of a task tells what is to be seen of it.
fn assert_is_shown(change: &Action, core: &Core<Heap>) {
    let Action::Changed { task, state, run, delay, .. } = *change else { return };
    let Some(view) = core.view(task) else { return };
    assert_eq!((state, run), (view.state, view.run), "{change:?}");
    let due = view.due.unwrap_or(0);
    let left = if state == State::Backoff { due.saturating_sub(view.since) } else { 0 };
    assert_eq!(delay, left, "{change:?}: {view:?}");
}
