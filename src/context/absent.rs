//! With neither threads nor a board there is nobody who runs tasks.

use super::Current;

/// Calls `f` with the task that runs now: not known without `std`.
#[inline]
pub fn with<R>(f: impl FnOnce(Option<&Current<'_>>) -> R) -> R {
    f(None)
}

/// Calls `f`; nobody is told of the task without `std`.
#[inline]
pub fn scope<R>(_: Option<&Current<'_>>, f: impl FnOnce() -> R) -> R {
    f()
}
