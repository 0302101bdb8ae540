//! Without threads there is one place that runs tasks; until it tells, no task is known.

use super::Current;

/// The task that runs now: not known without `std`.
#[inline]
pub fn current() -> Option<Current> {
    None
}

/// Does nothing without `std`.
#[inline]
pub fn enter(_: Option<Current>) -> Entered {
    Entered {}
}

/// Restores nothing.
#[derive(Debug)]
pub struct Entered {}
