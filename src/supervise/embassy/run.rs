//! What a run is handed.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::task::{BEAT, READY, STOPPING, Task};

/// One run of a task, as the run itself sees it.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub(super) task: &'static Task,
    pub(super) number: u32,
}

/// Waits until the run is asked to stop.
#[must_use = "a future does nothing unless it is awaited"]
#[derive(Debug)]
pub struct Stopped(&'static Task);

impl Run {
    /// Which of the task's runs it is, counted from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Says that it is ready, for a task whose specification wants to be told.
    pub fn ready(&self) {
        self.task.set_signs(READY, true);
    }

    /// Says that it is alive, for a task whose specification wants to be told.
    pub fn beat(&self) {
        self.task.set_signs(BEAT, true);
    }

    /// Says what it does, for the status: up to 15 bytes, of which what does not fit is cut.
    pub fn status(&self, text: fmt::Arguments<'_>) {
        self.task.set_status(text);
    }

    /// Whether it was asked to stop: it has the time until its stop timeout to end by itself.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.task.signs(STOPPING) != 0
    }

    /// Waits until it is asked to stop. To be awaited within the run itself, which is polled then.
    pub fn stopped(&self) -> Stopped {
        Stopped(self.task)
    }
}

impl Future for Stopped {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0.signs(STOPPING) != 0 { Poll::Ready(()) } else { Poll::Pending }
    }
}
