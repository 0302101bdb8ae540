//! All tasks of a board.

use core::fmt::{self, Display};
use core::future::Future;

use super::run::Run;
use super::shell::{self, Tell, Told};
use super::task::Task;
use crate::context;
use crate::record::TaskId;
use crate::supervise::Command;

/// The tasks of a program, in a `static`; [`tasks!`](crate::tasks) writes it.
#[derive(Debug)]
pub struct Tasks<const N: usize> {
    tasks: [Task; N],
    tell: Tell,
}

/// No task of the table has that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchTask;

impl Display for NoSuchTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such task; `status` lists them")
    }
}

impl core::error::Error for NoSuchTask {}

impl<const N: usize> Tasks<N> {
    /// These tasks, all of them down.
    ///
    /// # Panics
    ///
    /// At compile time, if they are more than 255: a record has a byte for its task.
    #[must_use]
    pub const fn new(tasks: [Task; N]) -> Self {
        const { assert!(N <= 255, "a board supervises up to 255 tasks") };
        Self { tasks, tell: |_: &Told<'_>| {} }
    }

    /// Has `tell` told of what becomes of the tasks.
    #[must_use]
    pub const fn telling(mut self, tell: Tell) -> Self {
        self.tell = tell;
        self
    }

    /// All of them, in the order in which they were written.
    #[must_use]
    pub const fn all(&self) -> &[Task] {
        &self.tasks
    }

    /// The one with that name.
    ///
    /// # Errors
    ///
    /// If none has it.
    pub fn get(&self, name: &str) -> Result<&Task, NoSuchTask> {
        find(&self.tasks, name).map(|(task, _)| task).ok_or(NoSuchTask)
    }

    /// The one that calls this: nobody outside of tasks, and nobody in an interrupt that came in
    /// between.
    #[must_use]
    pub fn current(&self) -> Option<&Task> {
        context::with(|current| current.and_then(|current| self.numbered(current.id)))
    }

    /// The one with that number, counted from 1, as records bear it.
    pub(crate) fn numbered(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(usize::try_from(id.0).ok()?.checked_sub(1)?)
    }

    /// Has the task with that name do something; see [`Task::command`].
    ///
    /// # Errors
    ///
    /// If none has it.
    pub fn command(&self, name: &str, command: Command) -> Result<(), NoSuchTask> {
        self.get(name).map(|task| task.command(command))
    }

    /// Whether all tasks that have to give signs of life do so: as long as they do, feed the
    /// hardware's watchdog.
    #[must_use]
    pub fn all_alive(&self) -> bool {
        self.tasks.iter().all(Task::is_alive)
    }

    /// Runs what `make` makes, again and again, as the specification of the task with that name and
    /// those who command it say. It never ends: it is the whole of an embassy task.
    pub fn supervise<E: Display, F: AsyncFnMut(Run) -> Result<(), E>>(
        &'static self,
        name: &str,
        make: F,
    ) -> impl Future<Output = ()> + use<E, F, N> {
        // Looked for at once: a future that waited for it would keep the name too.
        shell::supervise(find(&self.tasks, name), self.tell, make)
    }
}

/// The task with that name, and its number.
#[inline(never)]
fn find<'t>(tasks: &'t [Task], name: &str) -> Option<(&'t Task, TaskId)> {
    let mut numbered = tasks.iter().zip(1..);
    let (task, number) = numbered.find(|(task, _)| task.name() == name)?;
    Some((task, TaskId(number)))
}

/// Writes a table of supervised tasks, and for each of them an embassy task of the same name.
///
/// A line names the task, what it is given once, its [`TaskSpec`](crate::supervise::TaskSpec), and
/// what a run is: an async closure that is called for each run, with the
/// [`Run`](crate::supervise::embassy::Run), and may borrow what the task was given. After the name
/// of the table there may be a function that is told what becomes of the tasks.
///
/// ```text
/// ringvisor::tasks! {
///     static TASKS, ringvisor::board::journal;
///     blink(): TaskSpec::DEFAULT => async |run| toggle(run).await;
///     sensor(bus: I2c): TaskSpec::DEFAULT => async |run| measure(&mut bus, run).await;
/// }
///
/// spawner.spawn(blink()?);
/// spawner.spawn(sensor(bus)?);
/// ```
#[macro_export]
macro_rules! tasks {
    (
        $(#[$attribute:meta])* $visibility:vis static $table:ident $(, $tell:path)?;
        $($name:ident ( $($given:ident : $type:ty),* ) : $spec:expr => $make:expr;)+
    ) => {
        $(#[$attribute])*
        $visibility static $table: $crate::supervise::embassy::Tasks<{
            [$(stringify!($name)),+].len()
        }> = $crate::supervise::embassy::Tasks::new([
            $($crate::supervise::embassy::Task::new(&const {
                $crate::supervise::embassy::Spec::new(stringify!($name), $spec)
            })),+
        ])$(.telling($tell))?;

        $(
            #[::embassy_executor::task]
            async fn $name($(#[allow(unused_mut)] mut $given: $type),*) {
                $table.supervise(stringify!($name), $make).await;
            }
        )+
    };
}
