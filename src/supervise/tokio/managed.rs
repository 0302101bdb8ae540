//! What makes a task one that can be started again: its factory, its policy, its place.

use core::any::Any;
use core::fmt;
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;
use ::tokio::sync::Notify;
use parking_lot::Mutex;

use super::callback::Callbacks;
use super::entry::Entry;
use super::report::Cause;
use super::supervised::Run;
use crate::record::TaskId;
use crate::supervise::args::{ArgChange, ArgError};
use crate::supervise::{Class, End, TaskSpec};
use crate::sync::plain::AtomicU32;

/// Starts a run: the future is made inside of the run, not here.
pub(super) type Start = Box<dyn Fn(Run, u32) + Send + Sync>;

/// What the user says about the end of a run.
pub(super) type Classifier = Box<dyn Fn(&Ending<'_>) -> Class + Send + Sync>;

/// A run that is over, as a classifier is shown it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Ending<'a> {
    /// How it ended.
    pub end: End,
    /// The error that it returned, if it did.
    pub error: Option<&'a super::ErrorReport>,
    /// The panic that ended it, if one did.
    pub panic: Option<&'a super::PanicReport>,
}

/// A task that the core knows.
pub(super) struct Managed {
    /// What the core calls it; its `Entry` has an id of its own.
    pub(super) core: TaskId,
    pub(super) runtime: Option<Handle>,
    /// Nothing for groups.
    pub(super) start: Option<Start>,
    pub(super) classify: Option<Classifier>,
    pub(super) callbacks: Callbacks,
    /// Woken when the run is asked to stop.
    pub(super) stop: Notify,
    pub(super) args: Option<Box<dyn Arguments>>,
    pub(super) spec: TaskSpec,
    pub(super) group: Option<Arc<Entry>>,
    pub(super) idle_ok: bool,
    /// What the newest run left, until the core has said what its end was.
    pub(super) left: Mutex<Option<(u32, Cause)>>,
    /// How much of what the core said about it is not done yet: events, records, callbacks. Whoever
    /// waits for a state waits for that too.
    pub(super) untold: AtomicU32,
}

impl Managed {
    /// Something in `group` that nobody has started, without anything of the user's.
    pub(super) fn new(spec: TaskSpec, runtime: Option<Handle>, group: Option<Arc<Entry>>) -> Self {
        Self {
            core: TaskId(0),
            runtime,
            start: None,
            classify: None,
            callbacks: Callbacks::default(),
            stop: Notify::new(),
            args: None,
            spec,
            group,
            idle_ok: false,
            left: Mutex::new(None),
            untold: AtomicU32::new(0),
        }
    }
}

/// Arguments of a task as far as they can be shown and changed without knowing their type.
pub(super) trait Arguments: Send + Sync {
    /// Their `Debug` text.
    fn show(&self) -> String;

    /// The `Arc<Mutex<A>>` that they lie in, for who knows their type.
    fn cell(&self) -> &dyn Any;

    /// Changes them by name, or only finds out whether that would do where they are not to be kept.
    fn set(&self, _changes: &[(&str, &str)], _keep: bool) -> Result<Vec<ArgChange>, ArgError> {
        Err(ArgError::Fixed)
    }
}

impl Entry {
    /// What the user says about such an end; a classifier that panics says nothing.
    pub(super) fn classify(&self, end: End, cause: &Cause) -> Class {
        let Some(classify) = self.managed.as_ref().and_then(|managed| managed.classify.as_ref())
        else {
            return Class::Default;
        };
        let ending = Ending {
            end,
            error: if let Cause::Error(report) = cause { Some(&**report) } else { None },
            panic: if let Cause::Panic(report) = cause { Some(&**report) } else { None },
        };
        super::caught(|| classify(&ending)).unwrap_or_default()
    }
}

impl Drop for Managed {
    /// Whoever holds the last reference must not suffer from what the user's things do when they
    /// are dropped.
    fn drop(&mut self) {
        let Self { start, classify, callbacks, args, .. } = self;
        _ = super::caught(|| drop(start.take()));
        _ = super::caught(|| drop(classify.take()));
        _ = super::caught(|| drop(core::mem::take(callbacks)));
        _ = super::caught(|| drop(args.take()));
    }
}

impl fmt::Debug for Managed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Managed")
            .field("core", &self.core)
            .field("spec", &self.spec)
            .field("callbacks", &self.callbacks)
            .finish_non_exhaustive()
    }
}
