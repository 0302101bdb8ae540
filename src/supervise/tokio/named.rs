//! Names for what a task does, shown with their age in its tracebacks.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::sync::Arc;

use pin_project_lite::pin_project;

use super::ctx::Ctx;
use super::entry::Entry;
use super::traced::Open;
use crate::clock::Clock;
use crate::sync::plain::{AtomicU64, Ordering};

/// Names that one task may have open; more are not shown.
const MOST: usize = 64;

/// The longest name in bytes.
const LONGEST: usize = 100;

impl Ctx {
    /// Names what `future` does: while it is being polled or waited for, tracebacks of this task
    /// show the name and for how long. Costs a lock at its beginning and at its end, nothing between.
    ///
    /// ```
    /// # use ringvisor::supervise::Ctx;
    /// async fn pay(cx: Ctx) -> u32 {
    ///     cx.named("charge", async { 42 }).await
    /// }
    /// ```
    pub fn named<F: Future>(&self, name: &str, future: F) -> Named<F> {
        let fits = (0..=LONGEST.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
        let name = name[..fits.unwrap_or(0)].into();
        let span = Span { entry: Arc::clone(self.entry()), name: Some(name), number: 0 };
        Named { future, span }
    }
}

pin_project! {
    /// A future with a name, made by [`Ctx::named`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Named<F> {
        #[pin]
        future: F,
        span: Span,
    }
}

/// An entry in the list of what a task does.
struct Span {
    entry: Arc<Entry>,
    /// Until it is entered.
    name: Option<Box<str>>,
    /// Under which number; 0 for none.
    number: u64,
}

impl Span {
    fn enter(&mut self) {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        let Some(name) = self.name.take() else { return };
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let open = Open { number, name, since: Clock::system().ticks() };
        self.entry.with_detail(|detail| {
            let spans = &mut detail.kept.spans;
            if spans.len() < MOST {
                spans.push(open);
                self.number = number;
            }
        });
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if self.number > 0 {
            self.entry.with_detail(|detail| {
                detail.kept.spans.retain(|open| open.number != self.number);
            });
        }
    }
}

impl<F: Future> Future for Named<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.span.enter();
        this.future.poll(cx)
    }
}

impl<F> fmt::Debug for Named<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").field("number", &self.span.number).finish_non_exhaustive()
    }
}
