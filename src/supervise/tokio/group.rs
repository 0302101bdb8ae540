//! Groups: tasks that start, stop and fail together.

use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::time::Duration;
use std::borrow::Cow;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use super::add::Place;
use super::callback::Callbacks;
use super::command::Commanded;
use super::ctx::Ctx;
use super::entry::Entry;
use super::error::SpawnError;
use super::managed::Managed;
use super::output::Output;
use super::registry::Collision;
use super::shared::Shared;
use super::task::{TaskBuilder, start_future};
use crate::record::TaskId;
use crate::supervise::status::Kind;
use crate::supervise::{Command, GroupSpec, Order, Policy, State, Strategy, TaskSpec};

/// A group on its way to be added.
#[derive(Debug)]
#[must_use = "nothing is added before `start` or `add`"]
pub struct GroupBuilder {
    pub(super) shared: Arc<Shared>,
    name: String,
    spec: GroupSpec,
    parent: Option<Arc<Entry>>,
    spawned_at: &'static Location<'static>,
}

impl GroupBuilder {
    #[track_caller]
    pub(super) fn new(shared: &Arc<Shared>, name: &str, parent: Option<&Arc<Entry>>) -> Self {
        let name = match parent {
            Some(parent) => format!("{}/{name}", parent.name),
            None => name.into(),
        };
        Self {
            shared: Arc::clone(shared),
            name,
            spec: GroupSpec::default(),
            parent: parent.cloned(),
            spawned_at: Location::caller(),
        }
    }

    /// Everything about how it is supervised at once.
    pub fn spec(mut self, spec: GroupSpec) -> Self {
        self.spec = spec;
        self
    }

    /// What the restart of a member means to the others.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.spec.strategy = strategy;
        self
    }

    /// Whether members wait for each other.
    pub fn order(mut self, order: Order) -> Self {
        self.spec.order = order;
        self
    }

    /// Whether the group is started again after a member escalated, and its budget of restarts.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.spec.policy = policy;
        self
    }

    /// How long the group may take to stop before all that is left of it is aborted.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.spec.stop_timeout = Some(timeout);
        self
    }

    /// Adds the group and starts it: its members start when they are started.
    ///
    /// # Errors
    /// The name is none or taken, groups lie too deep, or everything is being shut down.
    pub fn start(self) -> Result<Group, SpawnError> {
        let group = self.add()?;
        drop(group.command(Command::Start));
        Ok(group)
    }

    /// Adds the group, down: its members wait until it is started.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn add(self) -> Result<Group, SpawnError> {
        let spec = self.spec;
        let managed = Managed {
            core: TaskId(0),
            runtime: self.shared.runtime().ok().map(Cow::into_owned),
            start: None,
            classify: None,
            callbacks: Callbacks::default(),
            stop: ::tokio::sync::Notify::new(),
            args: None,
            spec: TaskSpec { policy: spec.policy, ..TaskSpec::default() },
            group: self.parent,
            idle_ok: true,
            left: Mutex::new(None),
            untold: Default::default(),
        };
        let place = Place {
            name: self.name,
            kind: Kind::Group,
            collision: Collision::Reject,
            spawned_at: self.spawned_at,
            tags: Vec::new(),
        };
        let entry = self
            .shared
            .add_managed(place, managed, |core, _, group, now| core.add_group(spec, group, now))?;
        Ok(Group { shared: self.shared, entry })
    }
}

/// A group of tasks. Its name is the first part of theirs. A clone is the same group.
#[derive(Clone)]
pub struct Group {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
}

impl Group {
    /// The group's id.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.entry.id
    }

    /// The group's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// What the group does now.
    #[must_use]
    pub fn state(&self) -> State {
        self.entry.word.seen().state()
    }

    /// Describes a member; see [`Supervisor::task`](super::Supervisor::task).
    #[track_caller]
    pub fn task<F, Fut>(
        &self,
        name: &str,
        factory: F,
    ) -> TaskBuilder<<Fut::Output as Output>::Value>
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Output,
    {
        TaskBuilder::new(&self.shared, name, Kind::Task, start_future(factory))
            .in_group(&self.entry)
    }

    /// Describes a group in this one.
    #[track_caller]
    pub fn group(&self, name: &str) -> GroupBuilder {
        GroupBuilder::new(&self.shared, name, Some(&self.entry))
    }

    /// Starts all members that are not disabled, in the order in which they were added.
    pub fn start(&self) -> Commanded {
        self.command(Command::Start)
    }

    /// Stops all members, in reverse order.
    pub fn stop(&self) -> Commanded {
        self.command(Command::Stop)
    }

    /// Stops all members and starts them.
    pub fn restart(&self) -> Commanded {
        self.command(Command::Restart)
    }

    fn command(&self, command: Command) -> Commanded {
        self.shared.command(&self.entry, command)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.entry).finish()
    }
}
