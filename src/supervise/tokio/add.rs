//! How a task or a group becomes known: to the core and by its name, at once.

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
use crate::supervise::{AddError, Hold};
use crate::sync::plain::AtomicU64;

/// Under which name something is listed, and where it comes from.
pub(super) struct Listing {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) collision: Collision,
    pub(super) spawned_at: &'static Location<'static>,
    pub(super) tags: Vec<String>,
}

impl Shared {
    /// Adds something the core is to know.
    pub(super) fn add_managed(
        self: &Arc<Self>,
        listing: Listing,
        managed: Managed,
        add: impl Fn(&mut Core<Heap>, &Managed, Option<TaskId>, u64) -> Result<TaskId, AddError>,
    ) -> Result<Arc<Entry>, SpawnError> {
        if let Some(runtime) = &managed.runtime {
            self.sleepers.cover(self, runtime);
        }
        let Added { entry, replaced } = self.list(listing, managed, add)?;
        if let Some(before) = replaced {
            self.start_after(&entry, &before);
        }
        Ok(entry)
    }

    /// Lists it by its name and has the core know it, both at once: whoever finds it finds all of
    /// it, and a group that starts meanwhile starts it too or not at all. One that takes the name
    /// of another one is held.
    pub(super) fn list(
        &self,
        listing: Listing,
        managed: Managed,
        add: impl Fn(&mut Core<Heap>, &Managed, Option<TaskId>, u64) -> Result<TaskId, AddError>,
    ) -> Result<Added, SpawnError> {
        let Listing { name, kind, collision, spawned_at, mut tags } = listing;
        let newcomer = Newcomer { name: &name, collision };
        let in_group = managed.group.as_ref().map(|group| String::from(&*group.name));
        let group = managed.group.as_ref().and_then(|group| group.managed.as_ref());
        let group = group.map(|group| group.core);
        // What is refused is dropped at the end, where no lock is held: it has things of the user's.
        let mut managed = Some(managed);
        self.registry.add(&newcomer, &mut |seat| {
            self.check_open()?;
            let adopted = self.driver.adopt(seat.takes_over, |core, now| {
                let newcomer = managed.as_mut().ok_or(AddError::Full)?;
                newcomer.core = add(core, newcomer, group, now)?;
                let entry = Entry::new(seat.id, seat.name, kind, spawned_at);
                let entry = Entry {
                    managed: managed.take().map(Arc::new),
                    changed: AtomicU64::new(self.clock.ticks()),
                    ..entry
                };
                Ok(Arc::new(entry))
            });
            let entry = adopted.map_err(|error| refusal(error, &name, in_group.as_deref()))?;
            if !tags.is_empty() {
                entry.with_detail(|detail| detail.tags = core::mem::take(&mut tags));
            }
            Ok(entry)
        })
    }

    /// Lets a task start, which is held, when nothing is left of those that had its name before.
    fn start_after(self: &Arc<Self>, entry: &Arc<Entry>, before: &Arc<Entry>) {
        let Some(managed) = entry.managed.clone() else { return };
        self.displace(before);
        let Some(runtime) = managed.runtime.clone() else { return };
        let (shared, entry) = (Arc::clone(self), Arc::clone(entry));
        super::spawn::aside(&runtime, async move {
            entry.alone().await;
            shared.let_start(managed.core);
        });
    }

    fn let_start(self: &Arc<Self>, task: TaskId) {
        self.driver.tell(self, |core, now, out| {
            // An error says that the task is gone, and then nothing is held.
            _ = core.hold(task, Hold::Condition, false, now, |action| out.push(action));
        });
    }
}

fn refusal(error: AddError, name: &str, group: Option<&str>) -> SpawnError {
    match error {
        AddError::Closed => SpawnError::Closed,
        AddError::NoGroup => SpawnError::NoGroup(group.unwrap_or_default().into()),
        AddError::TooDeep => SpawnError::TooDeep(name.into()),
        AddError::Budget { restarts } => SpawnError::Budget { restarts },
        AddError::Full => SpawnError::Full,
    }
}
