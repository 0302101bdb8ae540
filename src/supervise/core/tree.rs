//! Who is in which group, in which order.

use core::fmt;

use super::slot::{Group, Kind, Links, NIL, Phase, Slot, Task};
use super::spec::{GroupSpec, Order, Strategy, TaskSpec};
use super::state::{Hold, State, Wanted};
use super::{Action, Core, MAX_DEPTH, Out, ROOT, Store};
use crate::record::TaskId;
use crate::supervise::Policy;

/// Why a task or group was not added; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddError {
    /// Every slot is taken; give the core a larger store, or remove something.
    Full,
    /// The store has no room for that many restart times; allow fewer restarts.
    Budget {
        /// How many the policy allows.
        restarts: u32,
    },
    /// There is no such group, or it is on its way out.
    NoGroup,
    /// Groups lie in each other more than [`MAX_DEPTH`] deep.
    TooDeep,
    /// Everything is being shut down.
    Closed,
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("every slot is taken; use a larger store"),
            Self::Budget { restarts } => {
                write!(f, "no room to remember {restarts} restarts; allow fewer in a window")
            }
            Self::NoGroup => f.write_str("there is no such group"),
            Self::TooDeep => write!(f, "groups may lie in each other {MAX_DEPTH} deep"),
            Self::Closed => f.write_str("everything is being shut down"),
        }
    }
}

impl core::error::Error for AddError {}

impl<S: Store> Core<S> {
    /// Adds a task, down, as the last member of `group`, or outside of all groups.
    ///
    /// # Errors
    ///
    /// If there is no room for it or no such group.
    pub fn add_task(
        &mut self,
        spec: TaskSpec,
        group: Option<TaskId>,
        now: u64,
    ) -> Result<TaskId, AddError> {
        self.add(Kind::Task(Task::new(spec)), spec.policy, group, now)
    }

    /// Adds a group, down, as the last member of `group`, or outside of all groups.
    ///
    /// # Errors
    ///
    /// If there is no room for it or no such group, or if that one is too deep already.
    pub fn add_group(
        &mut self,
        spec: GroupSpec,
        group: Option<TaskId>,
        now: u64,
    ) -> Result<TaskId, AddError> {
        self.add(Kind::Group(Group::new(spec)), spec.policy, group, now)
    }

    /// Makes the group that everything is in, which is open from the beginning.
    pub(super) fn plant(&mut self) -> bool {
        let Ok(root) = self.take() else { return false };
        let spec = GroupSpec {
            strategy: Strategy::OneForOne,
            order: Order::AllAtOnce,
            policy: Policy { budget: None, ..Policy::never() },
            stop_timeout: None,
        };
        let slot = self.slot_mut(root);
        slot.kind = Kind::Group(Group { phase: Phase::Open, ..Group::new(spec) });
        (slot.wanted, slot.state) = (Wanted::Up, State::Running);
        true
    }

    fn add(
        &mut self,
        kind: Kind,
        policy: Policy,
        group: Option<TaskId>,
        now: u64,
    ) -> Result<TaskId, AddError> {
        self.advance(now);
        if self.closing {
            return Err(AddError::Closed);
        }
        let parent = self.parent(group)?;
        if matches!(kind, Kind::Group(_)) && self.depth(parent) >= MAX_DEPTH {
            return Err(AddError::TooDeep);
        }
        let index = self.take()?;
        let restarts = policy.budget.map_or(0, |budget| budget.restarts);
        if !self.store.reserve_times(index, restarts) {
            self.give_back(index);
            return Err(AddError::Budget { restarts });
        }
        let now = self.now;
        let slot = self.slot_mut(index);
        (slot.kind, slot.since) = (kind, now);
        self.append(parent, index);
        Ok(self.slot(index).id(index))
    }

    fn parent(&self, group: Option<TaskId>) -> Result<u32, AddError> {
        let Some(group) = group else { return Ok(ROOT) };
        let index = self.find(group).ok_or(AddError::NoGroup)?;
        let slot = self.slot(index);
        let usable = slot.group().is_some() && slot.wanted != Wanted::Removed;
        usable.then_some(index).ok_or(AddError::NoGroup)
    }

    fn depth(&self, mut index: u32) -> u32 {
        let mut depth = 0;
        while index != ROOT {
            index = self.slot(index).links.parent;
            depth += 1;
        }
        depth
    }

    /// The slot of an id that is in use; the root is nobody's to name.
    pub(super) fn find(&self, id: TaskId) -> Option<u32> {
        let index = u32::try_from(id.0 & u64::from(u32::MAX)).ok()?;
        let slot = self.store.slots().get(index as usize)?;
        let lives = !matches!(slot.kind, Kind::Free) && slot.id(index) == id;
        (lives && index != ROOT).then_some(index)
    }

    /// Takes a slot that nobody lives in.
    fn take(&mut self) -> Result<u32, AddError> {
        let index = self.free;
        let index = if index != NIL {
            self.free = self.slot(index).links.next;
            index
        } else {
            if self.used as usize >= self.store.slots().len() && !self.store.grow() {
                return Err(AddError::Full);
            }
            self.used += 1;
            self.used - 1
        };
        let slot = self.slot_mut(index);
        let (timer, generation) = (slot.timer, slot.generation + 1);
        *slot = Slot { generation, timer, ..Slot::EMPTY };
        Ok(index)
    }

    /// A slot whose generations are used up is not handed out again: ids stay unique.
    fn give_back(&mut self, index: u32) {
        let free = self.free;
        let slot = self.slot_mut(index);
        slot.kind = Kind::Free;
        slot.links.next = free;
        if slot.generation < u32::MAX - 1 {
            self.free = index;
        }
    }

    /// Puts a new slot behind the last member of `parent`. Unless the group is open it has to wait
    /// until the group comes to it.
    fn append(&mut self, parent: u32, index: u32) {
        self.sequence += 1;
        let sequence = self.sequence;
        let prev = self.slot(parent).links.last;
        let slot = self.slot_mut(index);
        slot.links = Links { sequence, parent, prev, next: NIL, first: NIL, last: NIL };
        match prev {
            NIL => self.slot_mut(parent).links.first = index,
            _ => self.slot_mut(prev).links.next = index,
        }
        self.slot_mut(parent).links.last = index;
        let Some(group) = self.slot_mut(parent).group_mut() else { return };
        if group.phase == Phase::Opening && group.cursor == NIL {
            group.cursor = index;
        }
        let held = group.phase != Phase::Open;
        self.slot_mut(index).holds.set(Hold::Group, held);
    }

    /// Forgets a slot that is down and has no members.
    pub(super) fn forget(&mut self, index: u32, out: &mut Out<'_>) {
        self.arrived(index);
        self.answer_gone(index, out);
        let slot = self.slot(index);
        let (id, Links { parent, prev, next, .. }) = (slot.id(index), slot.links);
        match prev {
            NIL => self.slot_mut(parent).links.first = next,
            _ => self.slot_mut(prev).links.next = next,
        }
        match next {
            NIL => self.slot_mut(parent).links.last = prev,
            _ => self.slot_mut(next).links.prev = prev,
        }
        if let Some(group) = self.slot_mut(parent).group_mut() {
            if group.cursor == index {
                group.cursor = if group.phase == Phase::Closing { prev } else { next };
            }
        }
        self.timers.set(self.store.slots_mut(), index, super::NEVER);
        self.give_back(index);
        self.mark(parent);
        out(Action::Freed(id));
    }
}
