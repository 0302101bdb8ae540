//! Groups: tasks that start, stop and fail together.

use core::fmt;
use core::future::Future;
use core::panic::Location;
use core::time::Duration;
use std::borrow::Cow;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::add::Listing;
use super::command::Commanded;
use super::ctx::Ctx;
use super::entry::Entry;
use super::error::SpawnError;
use super::forward::{Parent, commands, describes};
use super::managed::Managed;
use super::output::Output;
use super::panic_abort::{self, PANIC_ABORTS};
use super::registry::Collision;
use super::shared::Shared;
use super::task::TaskBuilder;
use super::{local, start};
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
    pub(super) fn new(parent: Parent<'_>, name: &str) -> Self {
        Self {
            shared: Arc::clone(parent.shared),
            name: parent.full_name(name),
            spec: GroupSpec::default(),
            parent: parent.group.cloned(),
            spawned_at: Location::caller(),
        }
    }

    /// How it is supervised, as a whole.
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
        panic_abort::check(self.spec.policy.when, PANIC_ABORTS)?;
        let spec = self.spec;
        let runtime = self.shared.runtime().ok().map(Cow::into_owned);
        let as_task = TaskSpec { policy: spec.policy, ..TaskSpec::default() };
        let mut managed = Managed::new(as_task, runtime, self.parent);
        managed.idle_ok = true;
        let listing = Listing {
            name: self.name,
            kind: Kind::Group,
            collision: Collision::Reject,
            spawned_at: self.spawned_at,
            tags: Vec::new(),
        };
        let entry = self.shared.add_managed(listing, managed, |core, _, group, now| {
            core.add_group(spec, group, now)
        })?;
        Ok(Group { shared: self.shared, entry })
    }
}

/// A group of tasks, whose names begin with its own. A clone is the same group; dropping it changes
/// nothing.
///
/// What is described with it is a member. A command to the group is one to all members: they start in
/// the order in which they were added, those that are disabled left out, and stop in reverse.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use ringvisor::supervise::{State, Supervisor};
///
/// let supervisor = Supervisor::new();
/// let net = supervisor.group("net").start().unwrap();
/// let link = net.task("link", |cx| async move { cx.stopping().await }).start().unwrap();
/// assert_eq!(link.name(), "net/link");
/// assert_eq!(net.stop().await, Ok(State::Stopped));
/// assert!(link.state().is_down(), "it waits for its group");
/// # });
/// ```
#[derive(Clone)]
pub struct Group {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
}

commands!(Group);
describes!(Group);

impl Group {
    fn parent(&self) -> Parent<'_> {
        Parent { shared: &self.shared, group: Some(&self.entry) }
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.entry).finish()
    }
}
