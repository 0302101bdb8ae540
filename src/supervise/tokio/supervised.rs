//! The future around a task's own: says who is running, catches panics, tells the end.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;

use super::caught;
use super::entry::Entry;
use super::report::{Cause, PanicReport};
use super::shared::Shared;
use super::traced;
use super::word::Request;
use crate::context::scope;
use crate::supervise::{Class, End};

/// What a run made of the value that its future returned.
pub(super) struct Judged<T> {
    pub(super) end: End,
    pub(super) cause: Cause,
    pub(super) class: Class,
    /// For whoever joins the run.
    pub(super) value: Option<T>,
}

impl<T> Judged<T> {
    /// A value that is handed on, whatever it is.
    pub(super) fn value(value: T) -> Self {
        Self { end: End::Completed, cause: Cause::None, class: Class::Default, value: Some(value) }
    }
}

/// One run of a task: its end is told exactly once, also if it is dropped without a single poll.
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) entry: Arc<Entry>,
    pub(super) number: u32,
    /// Whether its end was told.
    told: bool,
    /// Whether there is a way to have it polled.
    kept_waker: bool,
    /// Under which number its polls are watched.
    pub(super) watch: traced::Number,
}

impl Run {
    pub(super) fn new(shared: Arc<Shared>, entry: Arc<Entry>, number: u32) -> Self {
        let watch = shared.watched();
        Self { shared, entry, number, told: false, kept_waker: false, watch }
    }

    /// Tells the end, once.
    pub(super) fn end(&mut self, end: End, cause: Cause, class: Class) {
        if !core::mem::replace(&mut self.told, true) {
            self.shared.run_ended(&self.entry, self.number, end, cause, class);
        }
    }

    /// Tells that it panicked, and says so in the words of the policy's classifier.
    pub(super) fn panicked(&mut self, report: PanicReport) {
        let cause = Cause::Panic(Arc::new(report));
        let class = self.entry.classify(End::Panicked, &cause);
        self.end(End::Panicked, cause, class);
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.end(End::Aborted, Cause::None, Class::Default);
    }
}

pin_project! {
    /// See the module.
    pub(super) struct Supervised<F: Future, J> {
        #[pin]
        future: Option<F>,
        judge: Option<J>,
        run: Run,
    }

    impl<F: Future, J> PinnedDrop for Supervised<F, J> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                let run = this.run;
                let dropped = run.within(|| this.future.set(None));
                if let Err(report) = dropped {
                    run.panicked(report);
                }
            }
        }
    }
}

impl<F: Future, J> Supervised<F, J> {
    pub(super) fn new(run: Run, future: F, judge: J) -> Self {
        Self { future: Some(future), judge: Some(judge), run }
    }
}

impl Run {
    /// Runs a closure from its beginning to its end.
    pub(super) fn work(mut self, work: impl FnOnce() -> Judged<()>) {
        self.entry.count_poll();
        match self.within(work) {
            Ok(Judged { end, cause, class, .. }) => self.end(end, cause, class),
            Err(report) => self.panicked(report),
        }
    }

    /// Does something of the user's as this task.
    fn within<R>(&self, f: impl FnOnce() -> R) -> Result<R, PanicReport> {
        scope(Some(&self.entry.current(self.number)), || caught(f))
    }

    #[inline]
    fn keep_waker(&mut self, cx: &Context<'_>) {
        if core::mem::replace(&mut self.kept_waker, true) {
            return;
        }
        self.entry.keep_waker(cx.waker());
        // An abort that came before there was a waker wakes nobody.
        if self.is_aborted() {
            cx.waker().wake_by_ref();
        }
    }

    /// Whether the run is to be dropped instead of polled.
    #[inline]
    fn is_aborted(&self) -> bool {
        self.entry.word.peek().is_asked(Request::Abort)
    }
}

impl<F, J, T> Future for Supervised<F, J>
where
    F: Future,
    J: FnOnce(F::Output) -> Judged<T>,
{
    type Output = Option<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut this = self.project();
        if this.run.told {
            return Poll::Ready(None);
        }
        let (run, seen) = (&*this.run, this.run.entry.word.peek());
        run.entry.count_poll();
        let busy = traced::begin(run, seen);
        let polled = run.within(|| match this.future.as_mut().as_pin_mut() {
            Some(future) if !seen.is_asked(Request::Abort) => {
                traced::poll(run, seen, future, cx).map(Some)
            }
            _ => Poll::Ready(None),
        });
        drop(busy);
        match polled {
            Ok(Poll::Pending) => {
                this.run.keep_waker(cx);
                Poll::Pending
            }
            Ok(Poll::Ready(output)) => {
                let run = &mut *this.run;
                Poll::Ready(finish(run, this.future, output.zip(this.judge.take())))
            }
            Err(report) => {
                let dropped = this.run.within(|| this.future.set(None));
                this.run.panicked(report);
                drop(dropped);
                Poll::Ready(None)
            }
        }
    }
}

/// Drops the future, looks at what it returned, and tells the end.
fn finish<F, O, J, T>(
    run: &mut Run,
    mut future: Pin<&mut Option<F>>,
    output: Option<(O, J)>,
) -> Option<T>
where
    J: FnOnce(O) -> Judged<T>,
{
    let judged = run.within(|| {
        future.set(None);
        output.map(|(output, judge)| judge(output))
    });
    match judged {
        Ok(Some(Judged { end, cause, class, value })) => {
            run.end(end, cause, class);
            value
        }
        Ok(None) => {
            run.end(End::Aborted, Cause::None, Class::Default);
            None
        }
        Err(report) => {
            run.panicked(report);
            None
        }
    }
}
