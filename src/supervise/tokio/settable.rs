//! Tasks whose arguments an operator can change by name.

use core::any::Any;
use core::future::Future;
use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::Mutex;

use super::error::SelectError;
use super::managed::Arguments;
use super::start::Shown;
use super::{Ctx, Group, Output, Select, Supervisor, TaskBuilder};
use crate::supervise::args::{ArgChange, ArgError, Settable, apply};

/// Which arguments of a task were changed, or why none was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskSet {
    /// The task's name.
    pub name: String,
    /// What was changed.
    pub changed: Result<Vec<ArgChange>, ArgError>,
}

impl Supervisor {
    /// Like [`task_with`](Self::task_with), with arguments that an operator can change by name for
    /// the next run: with `rvctl set`, or with [`set_named`](Self::set_named).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use ringvisor::supervise::Supervisor;
    ///
    /// let supervisor = Supervisor::new();
    /// let add = |_, (a, b): (u32, u32)| async move { a + b };
    /// let sum = supervisor.task_settable("sum", (2, 3), add).add()?;
    /// supervisor.set_named("sum", &[("1", "40")]).unwrap();
    /// drop(sum.start());
    /// assert_eq!(sum.await, Ok(42));
    /// # Ok::<(), ringvisor::supervise::SpawnError>(())
    /// # }).unwrap();
    /// ```
    #[track_caller]
    pub fn task_settable<A, F, Fut>(
        &self,
        name: &str,
        args: A,
        factory: F,
    ) -> TaskBuilder<<Fut::Output as Output>::Value>
    where
        A: Settable,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Output,
    {
        let (args, factory) = with_cell(args, factory);
        self.task(name, factory).with_args(args)
    }

    /// Changes arguments by name, for the next run of each selected task: of all of them, or, where
    /// one cannot be changed so and nobody else changes them meanwhile, of none. They go on as they
    /// were until they are started again.
    ///
    /// Runs the program's code for those arguments, with one task's arguments locked at a time.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn set_named(
        &self,
        select: impl Into<Select>,
        changes: &[(&str, &str)],
    ) -> Result<Vec<TaskSet>, SelectError> {
        let selected = self.shared.select(&select.into())?;
        let all = |keep: bool| -> Vec<TaskSet> {
            let set = |entry: &Arc<super::entry::Entry>| {
                let args = entry.managed.as_ref().and_then(|managed| managed.args.as_ref());
                let changed = args.map_or(Err(ArgError::Fixed), |args| args.set(changes, keep));
                TaskSet { name: (*entry.name).into(), changed }
            };
            selected.iter().map(set).collect()
        };
        let tried = all(false);
        Ok(if tried.iter().all(|task| task.changed.is_ok()) { all(true) } else { tried })
    }
}

impl Group {
    /// Describes a member; see [`Supervisor::task_settable`].
    #[track_caller]
    pub fn task_settable<A, F, Fut>(
        &self,
        name: &str,
        args: A,
        factory: F,
    ) -> TaskBuilder<<Fut::Output as Output>::Value>
    where
        A: Settable,
        F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: Output,
    {
        let (args, factory) = with_cell(args, factory);
        self.task(name, factory).with_args(args)
    }
}

/// Arguments that each new run is given a clone of, and the factory that is given it.
fn with_cell<A, F, Fut>(args: A, factory: F) -> (Box<dyn Arguments>, impl Fn(Ctx) -> Fut)
where
    A: Settable,
    F: Fn(Ctx, A) -> Fut,
{
    let cell = Arc::new(Mutex::new(args));
    let args = Named(Shown(Arc::clone(&cell)));
    let factory = move |cx| {
        let args = cell.lock().clone();
        factory(cx, args)
    };
    (Box::new(args), factory)
}

/// Arguments that can be changed by name.
struct Named<A>(Shown<A>);

impl<A: Settable> Arguments for Named<A> {
    fn show(&self) -> String {
        self.0.show()
    }

    fn cell(&self) -> &dyn Any {
        self.0.cell()
    }

    fn set(&self, changes: &[(&str, &str)], keep: bool) -> Result<Vec<ArgChange>, ArgError> {
        let set = || {
            let mut args = self.0.0.lock();
            let mut after = args.clone();
            let changed = apply(&mut after, changes)?;
            let before = if keep { core::mem::replace(&mut *args, after) } else { after };
            // Its drop is the user's, and no matter of whoever waits for the lock.
            drop(args);
            _ = super::caught(|| drop(before));
            Ok(changed)
        };
        super::caught(set).unwrap_or(Err(ArgError::Panicked))
    }
}
