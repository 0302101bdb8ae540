//! Waiting for a moment.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::clock::embassy::{tick_after, ticks, wake_at};

/// Over once its time has come.
#[derive(Debug)]
pub(super) struct Pause {
    until: u64,
}

impl Pause {
    pub(super) fn millis(millis: u64) -> Self {
        Self { until: ticks() + tick_after(millis * 1_000_000) }
    }
}

impl Future for Pause {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if ticks() >= self.until {
            return Poll::Ready(());
        }
        wake_at(self.until, cx.waker());
        Poll::Pending
    }
}
