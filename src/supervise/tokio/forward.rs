//! What tasks and groups have in common for who holds one, written once.

use std::format;
use std::string::String;
use std::sync::Arc;

use super::entry::Entry;
use super::shared::Shared;

/// Where something is to be added: at the top, or in a group.
#[derive(Clone, Copy)]
pub(super) struct Parent<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) group: Option<&'a Arc<Entry>>,
}

impl Parent<'_> {
    /// The name below it.
    pub(super) fn full_name(self, name: &str) -> String {
        self.group.map_or_else(|| name.into(), |group| format!("{}/{name}", group.name))
    }
}

/// Gives a type with a `parent` the ways to describe what is added there.
macro_rules! describes {
    ($type:ty) => {
        impl $type {
            /// Describes a task that can be started again: `factory` makes the future of each run.
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
                TaskBuilder::new(self.parent(), name, Kind::Task, start::future(factory))
            }

            /// Like [`task`](Self::task), with arguments that are kept with the task, shown by
            /// status, and cloned for each run;
            /// [`set_args`](crate::supervise::Supervisor::set_args) changes them for the next one.
            #[track_caller]
            pub fn task_with<A, F, Fut>(
                &self,
                name: &str,
                args: A,
                factory: F,
            ) -> TaskBuilder<<Fut::Output as Output>::Value>
            where
                A: Clone + core::fmt::Debug + Send + 'static,
                F: Fn(Ctx, A) -> Fut + Send + Sync + 'static,
                Fut: Future + Send + 'static,
                Fut::Output: Output,
            {
                let (args, factory) = start::keep_args(args, factory);
                self.task(name, factory).with_args(args)
            }

            /// Describes a task that blocks a thread for as long as it runs, and looks at
            /// [`Ctx::is_stopping`] now and then: it cannot be aborted.
            #[track_caller]
            pub fn blocking<F, O>(&self, name: &str, work: F) -> TaskBuilder<O::Value>
            where
                F: Fn(Ctx) -> O + Send + Sync + 'static,
                O: Output,
            {
                TaskBuilder::new(self.parent(), name, Kind::Blocking, start::blocking(work))
            }

            /// Describes a task whose futures need not be `Send`: they stay on one thread, which the
            /// supervisor starts for all tasks of this kind.
            ///
            /// # Errors
            /// The system refuses that thread.
            #[track_caller]
            pub fn local<F, Fut>(
                &self,
                name: &str,
                factory: F,
            ) -> Result<TaskBuilder<<Fut::Output as Output>::Value>, SpawnError>
            where
                F: Fn(Ctx) -> Fut + Send + Sync + 'static,
                Fut: Future + 'static,
                Fut::Output: Output,
            {
                let thread = self.parent().shared.local_thread()?;
                let start = local::start_local(thread, factory);
                Ok(TaskBuilder::new(self.parent(), name, Kind::Local, start))
            }

            /// Describes a group: tasks that start, stop and fail together.
            #[track_caller]
            pub fn group(&self, name: &str) -> GroupBuilder {
                GroupBuilder::new(self.parent(), name)
            }
        }
    };
}

/// Gives a type with the fields `shared` and `entry` its identity, and the commands.
macro_rules! commands {
    ($type:ty $(, $generic:ident)?) => {
        impl$(<$generic>)? $type {
            /// Its id, by which status and records of the log tell it from others.
            #[must_use]
            pub fn id(&self) -> TaskId {
                self.entry.id
            }

            /// Its full name, those of its groups included. It may be another one than was asked
            /// for; see [`Collision::Suffix`](crate::supervise::Collision::Suffix).
            #[must_use]
            pub fn name(&self) -> &str {
                &self.entry.name
            }

            /// What it does now.
            #[must_use]
            pub fn state(&self) -> State {
                self.entry.word.seen().state()
            }

            /// Starts it; refused if it runs.
            pub fn start(&self) -> Commanded {
                self.command(Command::Start)
            }

            /// Asks it to stop, and aborts it if it has not stopped after its timeout.
            pub fn stop(&self) -> Commanded {
                self.command(Command::Stop)
            }

            /// Stops it if it runs, and starts it.
            pub fn restart(&self) -> Commanded {
                self.command(Command::Restart)
            }

            /// Aborts it at once, without asking it.
            pub fn kill(&self) -> Commanded {
                self.command(Command::Kill)
            }

            /// Stops it, and refuses to start it until it is enabled.
            pub fn disable(&self) -> Commanded {
                self.command(Command::Disable)
            }

            /// Allows it to be started again; it stays down until it is.
            pub fn enable(&self) -> Commanded {
                self.command(Command::Enable)
            }

            /// Stops it and forgets it: its name is free then.
            pub fn remove(&self) -> Commanded {
                self.command(Command::Remove)
            }

            fn command(&self, command: Command) -> Commanded {
                self.shared.command(&self.entry, command)
            }
        }
    };
}

pub(super) use {commands, describes};
