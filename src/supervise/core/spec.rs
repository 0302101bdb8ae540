//! What the core is told about tasks and groups.

use core::time::Duration;

use crate::supervise::Policy;

/// How a task is to be supervised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskSpec {
    /// Whether it is started again.
    pub policy: Policy,
    /// Whether it says by itself when it is ready; else it is as soon as it is spawned.
    pub notify_ready: bool,
    /// How long it may take to be ready; `None` is without end.
    pub start_timeout: Option<Duration>,
    /// How long a run may last from when it is ready; `None` is without end.
    pub run_limit: Option<Duration>,
    /// How long it may be silent while it is ready; `None` where it does not beat.
    pub heartbeat: Option<Duration>,
    /// How long it may take to stop before it is aborted. 5 s by default.
    pub stop_timeout: Duration,
    /// How long an abort may take before the run counts as detached. 1 s by default.
    pub abort_timeout: Duration,
}

impl TaskSpec {
    /// The default, for constants.
    pub const DEFAULT: Self = Self {
        policy: Policy::DEFAULT,
        notify_ready: false,
        start_timeout: None,
        run_limit: None,
        heartbeat: None,
        stop_timeout: Duration::from_secs(5),
        abort_timeout: Duration::from_secs(1),
    };
}

impl Default for TaskSpec {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How a group is to be supervised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupSpec {
    /// What the restart of a member means to the others.
    pub strategy: Strategy,
    /// Whether members wait for each other.
    pub order: Order,
    /// Whether the group is started again after a member escalated. Its budget also counts the
    /// restarts that its strategy makes.
    pub policy: Policy,
    /// How long the group may take to stop before all that is left of it is aborted; `None` leaves
    /// it to the timeouts of its members.
    pub stop_timeout: Option<Duration>,
}

/// What the restart of a member means to the other members of its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Nothing.
    #[default]
    OneForOne,
    /// All of them are restarted.
    OneForAll,
    /// Those that were added after it are restarted.
    RestForOne,
    /// Nothing; but as soon as one member is down by itself the group stops.
    FirstExit,
}

/// Whether the members of a group wait for each other.
///
/// Either way they start in the order in which they were added and stop in the reverse of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Each one starts when the one before it is ready, and stops when the one after it is down.
    #[default]
    OneByOne,
    /// None waits for another.
    AllAtOnce,
}
