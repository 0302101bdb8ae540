//! The thread-local cell behind [`current`](super::current).

use core::cell::Cell;
use core::marker::PhantomData;
use std::thread_local;

use super::Current;

thread_local! {
    /// A constant without a destructor: it can be read in signal handlers and while the thread's
    /// other locals are being destroyed.
    static CURRENT: Cell<Option<Current>> = const { Cell::new(None) };
}

/// The task that this thread runs now.
#[inline]
pub fn current() -> Option<Current> {
    CURRENT.get()
}

/// Makes `task` the current one until the returned guard is dropped.
///
/// ```
/// use ringvisor::context::{Current, current, enter};
/// use ringvisor::record::TaskId;
///
/// let entered = enter(Some(Current { id: TaskId(7), run: 1, name: "blink" }));
/// assert_eq!(current().map(|task| task.name), Some("blink"));
/// drop(entered);
/// assert_eq!(current(), None);
/// ```
#[inline]
pub fn enter(task: Option<Current>) -> Entered {
    Entered { before: CURRENT.replace(task), thread: PhantomData }
}

/// Restores the task that was current before; belongs to the thread that entered.
#[must_use = "the task is left when this is dropped"]
#[derive(Debug)]
pub struct Entered {
    before: Option<Current>,
    thread: PhantomData<*const ()>,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
