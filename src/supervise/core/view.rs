//! What the core tells of a task or group.

use super::state::{State, Wanted};
use super::{Core, ROOT, Store};
use crate::record::TaskId;

/// A task or group at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// What it does.
    pub state: State,
    /// Since when, in nanoseconds.
    pub since: u64,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// The group it is in.
    pub group: Option<TaskId>,
    /// Number of its newest run; 0 before the first one, and for groups.
    pub run: u32,
    /// Restarts of its policy since its delay was reset.
    pub attempt: u32,
    /// Restarts that count in its budget now.
    pub restarts: u32,
    /// When it is due, in nanoseconds: for the next start, or for losing patience with it.
    pub due: Option<u64>,
}

impl<S: Store> Core<S> {
    /// Whether a shutdown has begun: nothing is added or started any more.
    #[must_use]
    pub const fn is_closing(&self) -> bool {
        self.closing
    }

    /// A look at a task or group; `None` where there is none.
    #[must_use]
    pub fn view(&self, id: TaskId) -> Option<View> {
        let index = self.find(id)?;
        let slot = self.slot(index);
        let parent = slot.links.parent;
        let budget = slot.policy().and_then(|policy| policy.budget);
        let times = self.store.times(index);
        Some(View {
            state: slot.state,
            since: slot.since,
            wanted: slot.wanted,
            group: (parent != ROOT).then(|| self.slot(parent).id(parent)),
            run: slot.task().map_or(0, |task| task.run),
            attempt: slot.attempt,
            restarts: budget.map_or(0, |budget| slot.spent.count(&budget, times, self.now)),
            due: (slot.timer.due != super::NEVER).then_some(slot.timer.due),
        })
    }
}
