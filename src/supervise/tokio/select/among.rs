//! Which tasks are meant, of those that nobody runs any more.

use std::vec::Vec;

use super::{Select, SelectError};
use crate::pattern::Glob;
use crate::supervise::status::Snapshot;

impl Select {
    /// Those of `tasks` that are meant, in their order.
    ///
    /// # Errors
    /// None is; the error suggests names that come near.
    pub(crate) fn among<'s>(
        &self,
        tasks: &'s [Snapshot],
    ) -> Result<Vec<&'s Snapshot>, SelectError> {
        let selected: Vec<_> = tasks.iter().filter(|task| self.means(task)).collect();
        if selected.is_empty() && *self != Self::All {
            return Err(self.missing(tasks.iter().map(|task| &*task.name)));
        }
        Ok(selected)
    }

    fn means(&self, task: &Snapshot) -> bool {
        match self {
            Self::All => true,
            Self::Id(id) => task.id == *id,
            Self::Name(name) => task.name == *name,
            Self::Glob(glob) => Glob::new(glob).is_match(&task.name),
            Self::Group(group) => {
                let rest = task.name.strip_prefix(group.as_str());
                rest.is_some_and(|rest| rest.starts_with('/'))
            }
            Self::Tag(tag) => task.tags.iter().any(|known| known == tag),
            Self::State(state) => task.state == *state,
            Self::Any(any) => any.iter().any(|select| select.means(task)),
        }
    }
}
