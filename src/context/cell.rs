//! The thread-local cell behind [`with`].

#![allow(unsafe_code)]

use core::cell::Cell;
use core::mem::transmute;
use core::ptr::NonNull;
use std::thread_local;

use super::Current;

/// What is current lies in the frame of the [`scope`] that made it so.
type Place = Option<NonNull<Current<'static>>>;

thread_local! {
    /// A constant without a destructor: it can be read in signal handlers and while the thread's
    /// other locals are being destroyed.
    static CURRENT: Cell<Place> = const { Cell::new(None) };
}

/// Calls `f` while `task` is the current one of this thread; `None` is no task.
///
/// It ends with the call, however that ends: names need not live longer than their tasks, and
/// entering a task costs two moves of a pointer.
///
/// ```
/// use ringvisor::context::{Current, scope, with};
/// use ringvisor::record::TaskId;
///
/// let name = String::from("blink");
/// let blink = Current { id: TaskId(7), run: 1, name: &name };
/// scope(Some(&blink), || with(|task| assert_eq!(task, Some(&blink))));
/// with(|task| assert_eq!(task, None));
/// ```
#[inline]
pub fn scope<R>(task: Option<&Current<'_>>, f: impl FnOnce() -> R) -> R {
    // SAFETY: only the lifetime changes, and `with` hands it out with a shorter one again.
    let place: Place = task.map(|task| unsafe { transmute(NonNull::from(task)) });
    let _left = Left { before: CURRENT.replace(place) };
    f()
}

/// Calls `f` with the task that this thread runs now.
#[inline]
pub fn with<R>(f: impl FnOnce(Option<&Current<'_>>) -> R) -> R {
    // SAFETY: `scope` borrows what it puts here until it returns, and takes it away before that.
    // It cannot return while `f` runs, which this thread runs inside of it.
    f(CURRENT.get().map(|task| unsafe { task.as_ref() }))
}

/// Restores what was current before, also while a panic unwinds. It never leaves [`scope`], so it
/// cannot be forgotten.
struct Left {
    before: Place,
}

impl Drop for Left {
    #[inline]
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

#[cfg(test)]
mod tests;
