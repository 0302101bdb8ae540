//! Which tasks are meant.

#[cfg(all(feature = "control", unix))]
mod among;

use core::cmp::Ordering;
use std::borrow::ToOwned;
use std::collections::BinaryHeap;
use std::format;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::entry::Entry;
use super::error::SelectError;
use super::group::Group;
use super::handle::TaskHandle;
use super::name;
use super::shared::Shared;
use crate::pattern::Glob;
use crate::record::TaskId;
use crate::supervise::State;

/// Which tasks and groups an operation is about.
///
/// A text is a name, or a glob if it contains `*` or `?`. A handle, a group, an id and a state are
/// selections too.
///
/// ```
/// use ringvisor::supervise::Select;
///
/// assert_eq!(Select::from("blink"), Select::Name("blink".into()));
/// assert_eq!(Select::from("net/*"), Select::Glob("net/*".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Select {
    /// All.
    All,
    /// The one with this id.
    Id(TaskId),
    /// The one with this name.
    Name(String),
    /// Those with a name that matches; `*` also matches slashes.
    Glob(String),
    /// Those in this group, and in groups of that group; the group is not one of them.
    Group(String),
    /// Those with this tag.
    Tag(String),
    /// Those in this state.
    State(State),
    /// Those that any of these selects.
    Any(Vec<Select>),
}

impl From<&str> for Select {
    fn from(text: &str) -> Self {
        if Glob::has_wildcard(text) {
            Self::Glob(text.to_owned())
        } else {
            Self::Name(text.to_owned())
        }
    }
}

impl From<&String> for Select {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Select {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<TaskId> for Select {
    fn from(id: TaskId) -> Self {
        Self::Id(id)
    }
}

impl From<State> for Select {
    fn from(state: State) -> Self {
        Self::State(state)
    }
}

impl<T> From<&TaskHandle<T>> for Select {
    fn from(handle: &TaskHandle<T>) -> Self {
        Self::Id(handle.id())
    }
}

impl From<&Group> for Select {
    fn from(group: &Group) -> Self {
        Self::Id(group.id())
    }
}

impl Select {
    fn selects(&self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Id(id) => entry.id == *id,
            Self::Name(name) => *entry.name == **name,
            Self::Glob(glob) => Glob::new(glob).is_match(&entry.name),
            Self::Group(group) => {
                let rest = entry.name.strip_prefix(group.as_str());
                rest.is_some_and(|rest| rest.starts_with('/'))
            }
            Self::Tag(tag) => {
                entry.detail.lock().as_ref().is_some_and(|detail| detail.tags.contains(tag))
            }
            Self::State(state) => entry.word.seen().state() == *state,
            Self::Any(any) => any.iter().any(|select| select.selects(entry)),
        }
    }

    /// That none of the tasks with these names is meant.
    pub(crate) fn missing<'n>(&self, names: impl Iterator<Item = &'n str>) -> SelectError {
        let wanted = self.text();
        let nearest = name::nearest(&wanted, names);
        SelectError::Nothing { wanted, nearest }
    }

    /// What it selects, for an error that says that there is none.
    fn text(&self) -> String {
        match self {
            Self::All => String::from("*"),
            Self::Id(id) => format!("#{}", id.0),
            Self::Name(text) | Self::Glob(text) | Self::Tag(text) => text.clone(),
            Self::Group(group) => format!("{group}/"),
            Self::State(state) => format!("{state:?}"),
            Self::Any(any) => any.iter().map(Self::text).collect::<Vec<_>>().join(", "),
        }
    }
}

impl Shared {
    /// The tasks that are meant, by name.
    pub(super) fn select(&self, select: &Select) -> Result<Vec<Arc<Entry>>, SelectError> {
        let mut selected = match select {
            Select::Name(name) => self.registry.named(name).into_iter().collect(),
            Select::Id(id) => self.registry.get(*id).into_iter().collect(),
            _ => self.walk(select),
        };
        selected.sort_unstable_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        if selected.is_empty() && *select != Select::All {
            return Err(self.nothing(select));
        }
        Ok(selected)
    }

    /// The first `most` of the tasks that are meant and whose names come after `after`, by name. Of a
    /// million tasks no more than these are held at a time.
    pub(super) fn select_page(
        &self,
        select: &Select,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Arc<Entry>>, SelectError> {
        let mut first = BinaryHeap::new();
        let mut any = false;
        self.registry.each(&mut |entry| {
            if select.selects(entry) {
                any = true;
                let comes_first =
                    |last: &ByName| (&*entry.name, entry.id) < (&*last.0.name, last.0.id);
                let fits = first.len() < most || first.peek().is_some_and(comes_first);
                // Most of a million fit no more, and are not touched.
                if fits && after.is_none_or(|after| *entry.name > *after) {
                    first.push(ByName(Arc::clone(entry)));
                    if first.len() > most {
                        first.pop();
                    }
                }
            }
            true
        });
        if !any && *select != Select::All {
            return Err(self.nothing(select));
        }
        Ok(first.into_sorted_vec().into_iter().map(|ByName(entry)| entry).collect())
    }

    fn walk(&self, select: &Select) -> Vec<Arc<Entry>> {
        let mut selected = Vec::new();
        self.registry.each(&mut |entry| {
            if select.selects(entry) {
                selected.push(Arc::clone(entry));
            }
            true
        });
        selected
    }

    fn nothing(&self, select: &Select) -> SelectError {
        let all = self.all();
        select.missing(all.iter().map(|entry| &*entry.name))
    }
}

/// A task in the order of names.
struct ByName(Arc<Entry>);

impl Ord for ByName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name.cmp(&other.0.name).then(self.0.id.cmp(&other.0.id))
    }
}

impl PartialOrd for ByName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ByName {}
