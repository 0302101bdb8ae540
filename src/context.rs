//! Which supervised task is running on this thread.
//!
//! Whoever polls a task says so here; whoever writes a record looks here. Neither knows the other.

use crate::record::TaskId;

#[cfg_attr(all(feature = "cortex-m", not(feature = "std")), path = "context/board.rs")]
#[cfg_attr(not(any(feature = "cortex-m", feature = "std")), path = "context/absent.rs")]
mod cell;

#[cfg(all(feature = "cortex-m", not(feature = "std")))]
pub(crate) use cell::number;
pub use cell::{scope, with};

/// The task that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current<'a> {
    /// Its identity, unique in this process.
    pub id: TaskId,
    /// Which run of the task it is, counted from 1.
    pub run: u32,
    /// Its name.
    pub name: &'a str,
}
