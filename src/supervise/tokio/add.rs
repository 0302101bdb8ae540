//! How a task or a group becomes known: to the core first, then by its name.

use core::panic::Location;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::entry::Entry;
use super::error::SpawnError;
use super::managed::Managed;
use super::registry::{Added, Collision, Newcomer};
use super::shared::Shared;
use crate::record::TaskId;
use crate::supervise::core::{Core, Heap};
use crate::supervise::status::Kind;
use crate::supervise::{AddError, Command, Hold};
use crate::sync::plain::AtomicU64;

/// Under which name something is listed, and where it comes from.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) collision: Collision,
    pub(super) spawned_at: &'static Location<'static>,
    pub(super) tags: Vec<String>,
}

impl Shared {
    /// Adds something the core is to know. It is there when its name is, and gone if that is
    /// refused.
    pub(super) fn add_managed(
        self: &Arc<Self>,
        place: Place,
        mut managed: Managed,
        add: impl FnOnce(&mut Core<Heap>, &Managed, Option<TaskId>, u64) -> Result<TaskId, AddError>,
    ) -> Result<Arc<Entry>, SpawnError> {
        self.check_open()?;
        let group = managed.group.as_ref().and_then(|group| group.managed.as_ref());
        let group = group.map(|group| group.core);
        let added = self.driver.tell(self, |core, now, _| add(core, &managed, group, now));
        let id = added.map_err(|error| refusal(error, place.name.clone(), &managed))?;
        managed.core = id;
        if let Some(runtime) = &managed.runtime {
            self.sleepers.cover(self, runtime);
        }
        match self.name_managed(place, managed) {
            Ok(Added { entry, replaced }) => {
                if let Some(before) = replaced {
                    self.start_after(&entry, &before);
                }
                Ok(entry)
            }
            Err(error) => {
                drop(self.driver.command(self, id, Command::Remove));
                Err(error)
            }
        }
    }

    fn name_managed(&self, place: Place, managed: Managed) -> Result<Added, SpawnError> {
        let Place { name, kind, collision, spawned_at, tags } = place;
        let newcomer = Newcomer { name: &name, collision };
        let core = managed.core;
        let mut managed = Some(Arc::new(managed));
        let added = self.registry.add(&newcomer, &mut |id, name| {
            let entry = Entry::new(id, name, kind, spawned_at);
            let entry = Arc::new(Entry {
                managed: managed.take(),
                changed: AtomicU64::new(self.clock.ticks()),
                ..entry
            });
            // Before anybody can find it by its name and start it.
            self.driver.know(core, Arc::clone(&entry));
            entry
        })?;
        if !tags.is_empty() {
            added.entry.with_detail(|detail| detail.tags = tags);
        }
        Ok(added)
    }

    /// Holds a task until nothing is left of those that had its name before.
    fn start_after(self: &Arc<Self>, entry: &Arc<Entry>, before: &Arc<Entry>) {
        let Some(managed) = entry.managed.clone() else { return };
        self.hold(managed.core, true);
        self.displace(before);
        let Some(runtime) = managed.runtime.clone() else { return };
        let (shared, entry) = (Arc::clone(self), Arc::clone(entry));
        super::spawn::aside(&runtime, async move {
            entry.alone().await;
            shared.hold(managed.core, false);
        });
    }

    fn hold(self: &Arc<Self>, task: TaskId, on: bool) {
        self.driver.tell(self, |core, now, out| {
            // An error says that the task is gone, and then nothing is held.
            _ = core.hold(task, Hold::Condition, on, now, |action| out.push(action));
        });
    }
}

fn refusal(error: AddError, name: String, managed: &Managed) -> SpawnError {
    match error {
        AddError::Closed => SpawnError::Closed,
        AddError::NoGroup => {
            let group = managed.group.as_ref().map(|group| String::from(&*group.name));
            SpawnError::NoGroup(group.unwrap_or_default())
        }
        AddError::TooDeep => SpawnError::TooDeep(name),
        AddError::Budget { restarts } => SpawnError::Budget { restarts },
        AddError::Full => SpawnError::Full,
    }
}
