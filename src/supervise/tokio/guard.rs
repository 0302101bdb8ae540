//! What of the user's may panic, caught.

use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::panic::catch_unwind;

use pin_project_lite::pin_project;

use super::report::PanicReport;

/// Calls `f`; a panic becomes its report.
///
/// Whatever `f` touches is the user's or is dropped afterwards, so nothing is seen half changed.
#[inline]
pub(super) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, PanicReport> {
    catch_unwind(AssertUnwindSafe(f)).map_err(PanicReport::of)
}

pin_project! {
    /// A future whose panics are values.
    pub(super) struct Guarded<F> {
        #[pin]
        future: F,
    }
}

impl<F> Guarded<F> {
    pub(super) fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, PanicReport>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match caught(|| self.project().future.poll(cx)) {
            Ok(polled) => polled.map(Ok),
            Err(report) => Poll::Ready(Err(report)),
        }
    }
}
