//! Programs built with `panic = "abort"`: a panic ends all of them, so no task is restarted after one.

use super::error::SpawnError;
use crate::supervise::When;

/// Whether this is such a program; the profile says so for all crates at once.
pub(crate) const PANIC_ABORTS: bool = cfg!(panic = "abort");

/// Refuses a policy that names panics where no task survives one.
pub(super) const fn check(when: When, panic_aborts: bool) -> Result<(), SpawnError> {
    match when {
        When::OnPanic | When::OnAbnormal if panic_aborts => Err(SpawnError::PanicAborts(when)),
        _ => Ok(()),
    }
}

/// What the log of such a program is told before anything happens in it.
pub(crate) const fn notice(panic_aborts: bool) -> Option<&'static str> {
    if !panic_aborts {
        return None;
    }
    Some("A panic in a task ends this program: it is built with panic = \"abort\"")
}

#[cfg(test)]
mod tests;
