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
    /// A future whose panics are values, those of its drop included.
    pub(super) struct Guarded<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Guarded<F> {
        fn drop(this: Pin<&mut Self>) {
            _ = this.release();
        }
    }
}

impl<F> Guarded<F> {
    pub(super) fn new(future: F) -> Self {
        Self { future: Some(future) }
    }

    fn release(self: Pin<&mut Self>) -> Result<(), PanicReport> {
        caught(|| self.project().future.set(None))
    }
}

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, PanicReport>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut project = self.as_mut().project();
        let Some(future) = project.future.as_mut().as_pin_mut() else { return Poll::Pending };
        match caught(|| future.poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(self.release().map(|()| output)),
            Err(report) => {
                _ = self.release();
                Poll::Ready(Err(report))
            }
        }
    }
}
