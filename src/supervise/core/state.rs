//! What is wanted of a task or group, and what it does.

/// What a task or group does now.
///
/// A group goes through the same states as a task: it runs once all its members were let go, and
/// is stopping until none of them runs.
///
/// | state | run alive | left by |
/// |---|---|---|
/// | `Stopped`, `Completed`, `Failed`, `Dead` | no | a command |
/// | `Waiting` | no | the end of the hold |
/// | `Backoff` | no | time |
/// | `Starting` | yes | `Ready`, the end of the run, the start timeout |
/// | `Running` | yes | the end of the run, a limit |
/// | `Stopping` | yes | the end of the run, the stop timeout |
/// | `Aborting` | yes | the end of the run, the abort timeout |
/// | `Detached` | yes | the end of the run |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Down because nobody started it, or because it was stopped.
    #[default]
    Stopped,
    /// It should run, but something holds it back.
    Waiting(Hold),
    /// A run is alive and not ready yet.
    Starting,
    /// A run is alive and ready.
    Running,
    /// A run is alive and was asked to stop.
    Stopping,
    /// A run is alive, did not stop in time, and is being aborted.
    Aborting,
    /// It failed and is started again once its delay is over.
    Backoff,
    /// Down because it did what it had to do.
    Completed,
    /// Down because of a failure after which its policy wants no restart.
    Failed,
    /// Down because starting it again has not helped.
    Dead,
    /// A run is alive that could not be aborted, and is waited for no longer.
    Detached,
}

impl State {
    /// Whether whoever waits for an end need not wait any more.
    ///
    /// A detached run is alive, but nobody can wait for it.
    #[must_use]
    pub const fn is_down(self) -> bool {
        !matches!(self, Self::Starting | Self::Running | Self::Stopping | Self::Aborting)
    }

    /// Whether a run is alive.
    #[must_use]
    pub const fn is_alive(self) -> bool {
        !self.is_down() || matches!(self, Self::Detached)
    }

    /// Whether nothing more comes of a start without a new event from outside.
    pub(super) const fn is_settled(self) -> bool {
        !matches!(self, Self::Starting | Self::Stopping | Self::Aborting | Self::Backoff)
    }

    /// Whether it is down and stays so by itself.
    pub(in crate::supervise) const fn is_rest(self) -> bool {
        matches!(self, Self::Stopped | Self::Completed | Self::Failed | Self::Dead)
    }
}

/// What keeps a task from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// Its group is down, or has not come to it yet.
    Group,
    /// Something that it needs does not run.
    Dependency,
    /// Its time has not come.
    Schedule,
    /// A condition is not met.
    Condition,
}

impl Hold {
    const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// A set of holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds(u8);

impl Holds {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn has(self, hold: Hold) -> bool {
        self.0 & hold.bit() != 0
    }

    pub(super) fn set(&mut self, hold: Hold, on: bool) {
        self.0 = if on { self.0 | hold.bit() } else { self.0 & !hold.bit() };
    }

    /// The one to tell the user of.
    pub(super) fn first(self) -> Option<Hold> {
        let all = [Hold::Group, Hold::Dependency, Hold::Schedule, Hold::Condition];
        all.into_iter().find(|hold| self.has(*hold))
    }
}

/// What somebody wants of a task or group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// It should run.
    Up,
    /// It should not run.
    #[default]
    Down,
    /// It should not run, and nothing but `Enable` may change that.
    Disabled,
    /// It should not run, and be forgotten as soon as it does not.
    Removed,
}
