//! Waits that would never end: a task that waits for its own end, or for that of what it ends with.

use core::task::Poll;
use std::sync::Arc;

use super::entry::Entry;
use super::shared::Shared;
use crate::context;

impl Shared {
    /// A wait for the end of `entry`, as its poll left it: `None` where whoever polls would wait for
    /// itself.
    pub(super) fn unless_itself<T>(&self, entry: &Entry, polled: Poll<T>) -> Poll<Option<T>> {
        match polled {
            Poll::Pending if self.ends_with(entry) => Poll::Ready(None),
            polled => polled.map(Some),
        }
    }

    /// A wait for the end of all tasks, as its poll left it: `None` where one of them polls.
    pub(super) fn unless_within<T>(&self, polled: Poll<T>) -> Poll<Option<T>> {
        match polled {
            Poll::Pending if self.current().is_some() => Poll::Ready(None),
            polled => polled.map(Some),
        }
    }

    /// Whether the task that is running on this thread is `entry`, or ends when that does: it is a
    /// member or a child of it.
    fn ends_with(&self, entry: &Entry) -> bool {
        let mut asks = self.current();
        while let Some(within) = asks {
            if within.id == entry.id {
                return true;
            }
            asks = match &within.managed {
                Some(managed) => managed.group.clone(),
                None => self.parent_of(&within),
            };
        }
        false
    }

    /// The task that is running on this thread. One of another supervisor may have the same id.
    fn current(&self) -> Option<Arc<Entry>> {
        context::with(|task| {
            let task = task?;
            self.registry.get(task.id).filter(|entry| *entry.name == *task.name)
        })
    }

    /// The task with which a child ends; its name says that it is one.
    fn parent_of(&self, child: &Entry) -> Option<Arc<Entry>> {
        let parent = self.registry.get(child.parent)?;
        let rest = child.name.strip_prefix(&*parent.name)?;
        rest.starts_with('/').then_some(parent)
    }
}
