//! A supervisor on its way to be made.

use std::sync::Arc;

use ::tokio::runtime::Handle;

use super::Supervisor;
use super::registry::Collision;
use super::shared::Shared;

/// What is to be known of a [`Supervisor`] before there is one.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use core::future::pending;
/// use ringvisor::supervise::{Collision, Supervisor};
///
/// let supervisor = Supervisor::builder().collision(Collision::Suffix).build();
/// supervisor.spawn("blink", pending::<()>())?;
/// assert_eq!(supervisor.spawn("blink", pending::<()>())?.name(), "blink_1");
/// # Ok::<(), ringvisor::supervise::SpawnError>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is made before `build`"]
pub struct SupervisorBuilder {
    runtime: Option<Handle>,
    collision: Collision,
}

impl SupervisorBuilder {
    /// The runtime to spawn on, whoever asks; else it is the one in which somebody asks.
    pub fn runtime(mut self, runtime: Handle) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// What happens where a name is taken, and the task itself says nothing else; the newcomer is
    /// refused unless called.
    pub fn collision(mut self, collision: Collision) -> Self {
        self.collision = collision;
        self
    }

    /// Makes the supervisor.
    #[must_use]
    pub fn build(self) -> Supervisor {
        Supervisor { shared: Arc::new(Shared::new(self.runtime, self.collision)) }
    }
}
