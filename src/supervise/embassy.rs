//! The shell for embassy: supervised tasks without an allocator, each in a `static`.
//!
//! embassy spawns what it can name at compile time, and never takes a task away: so a task is
//! spawned once, and what it runs is started and dropped within it. A run is made by an
//! `AsyncFnMut`, which lends what it owns (a bus, a pin) to each run anew.
//!
//! ```text
//! ringvisor::tasks! {
//!     static TASKS;
//!     blink(led: Led): TaskSpec { policy: Policy::always(), ..TaskSpec::DEFAULT }
//!         => async |run| blink_forever(&mut led, run).await;
//! }
//! ```
//!
//! What a board cannot do, whatever supervises it:
//!
//! * A panic ends the program, because nothing unwinds. `board::last_words` keeps what it said across the reset.
//! * A run that never awaits cannot be stopped: nothing else of its executor runs. The hardware
//!   watchdog ends it, and `longest` in the status names the one that came close.
//! * A run is dropped where it awaits. What must not be left half done either asks
//!   [`Run::is_stopping`] and ends by itself within its time, or puts things right in a `Drop`.
//!
//! | file | idea |
//! |---|---|
//! | `task` | what all may see of a task, and what they may want of it |
//! | `run` | what a run is handed |
//! | `shell` | the state machine of a task, driven where it is polled |
//! | `tasks` | all tasks by name, and whether all are alive |
//! | `state` | a state in a byte |

mod run;
mod shell;
mod state;
mod task;
mod tasks;

pub use run::{Run, Stopped};
pub use shell::{Tell, Told, What};
pub use task::{RESTARTS_MAX, STATUS_LEN, Spec, Task, Vitals};
pub use tasks::{NoSuchTask, Tasks};
