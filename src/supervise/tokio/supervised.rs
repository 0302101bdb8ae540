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
use crate::context::scope;
use crate::supervise::word::{Request, Seen};
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

/// Which run of its task it is, and whether its end was told.
pub(super) trait Turn {
    fn number(&self) -> u32;

    /// Whether the end is still to be told; from now on it is told.
    fn leave(&mut self, entry: &Entry) -> bool;
}

/// The turn of any run.
pub(super) struct Numbered {
    number: u32,
    told: bool,
}

impl Turn for Numbered {
    fn number(&self) -> u32 {
        self.number
    }

    fn leave(&mut self, _: &Entry) -> bool {
        !core::mem::replace(&mut self.told, true)
    }
}

/// The turn of a bare future, which runs once. It takes no room, as the state of the task says
/// all: so a small future still fits into the smallest allocation that the runtime makes.
pub(super) struct Only;

impl Turn for Only {
    fn number(&self) -> u32 {
        1
    }

    fn leave(&mut self, entry: &Entry) -> bool {
        entry.word.peek().state().is_alive()
    }
}

/// One run of a task: its end is told exactly once, also if it is dropped without a single poll.
pub(super) struct Run<P: Turn = Numbered> {
    pub(super) shared: Arc<Shared>,
    pub(super) entry: Arc<Entry>,
    turn: P,
}

impl Run {
    pub(super) fn new(shared: Arc<Shared>, entry: Arc<Entry>, number: u32) -> Self {
        shared.watch(&entry);
        Self { shared, entry, turn: Numbered { number, told: false } }
    }
}

impl Run<Only> {
    pub(super) fn only(shared: Arc<Shared>, entry: Arc<Entry>) -> Self {
        shared.watch(&entry);
        Self { shared, entry, turn: Only }
    }
}

impl<P: Turn> Run<P> {
    /// Which run of the task it is, counted from 1.
    pub(super) fn number(&self) -> u32 {
        self.turn.number()
    }

    /// Tells the end, once.
    pub(super) fn end(&mut self, end: End, cause: Cause, class: Class) {
        if self.turn.leave(&self.entry) {
            self.shared.run_ended(&self.entry, self.number(), end, cause, class);
        }
    }

    /// Tells that it panicked, and says so in the words of the policy's classifier.
    pub(super) fn panicked(&mut self, report: PanicReport) {
        let cause = Cause::Panic(Arc::new(report));
        let class = self.entry.classify(End::Panicked, &cause);
        self.end(End::Panicked, cause, class);
    }
}

impl<P: Turn> Drop for Run<P> {
    fn drop(&mut self) {
        self.end(End::Aborted, Cause::None, Class::Default);
    }
}

pin_project! {
    /// See the module.
    pub(super) struct Supervised<F: Future, J, P: Turn> {
        #[pin]
        future: Option<F>,
        judge: Option<J>,
        run: Run<P>,
    }

    impl<F: Future, J, P: Turn> PinnedDrop for Supervised<F, J, P> {
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

impl<F: Future, J, P: Turn> Supervised<F, J, P> {
    pub(super) fn new(run: Run<P>, future: F, judge: J) -> Self {
        Self { future: Some(future), judge: Some(judge), run }
    }
}

impl<P: Turn> Run<P> {
    /// Runs a closure from its beginning to its end.
    pub(super) fn work(mut self, work: impl FnOnce() -> Judged<()>) {
        if self.entry.word.peek().is_asked(Request::Abort) {
            return self.end(End::Aborted, Cause::None, Class::Default);
        }
        self.entry.count_poll();
        match self.within(work) {
            Ok(Judged { end, cause, class, .. }) => self.end(end, cause, class),
            Err(report) => self.panicked(report),
        }
    }

    /// Does something of the user's as this task.
    #[inline]
    fn within<R>(&self, f: impl FnOnce() -> R) -> Result<R, PanicReport> {
        scope(Some(&self.entry.current(self.number())), || caught(f))
    }

    #[inline]
    fn keep_waker(&self, seen: Seen, cx: &Context<'_>) {
        if !seen.has_waker() {
            self.keep_first_waker(cx);
        }
    }

    #[cold]
    fn keep_first_waker(&self, cx: &Context<'_>) {
        // A run that was given up for lost must not take the place of the one after it.
        if self.entry.word.peek().run() != self.number() {
            return;
        }
        self.entry.keep_waker(cx.waker());
        // An abort that came before there was a waker wakes nobody.
        if self.entry.word.peek().is_asked(Request::Abort) {
            cx.waker().wake_by_ref();
        }
    }
}

impl<F, J, T, P> Future for Supervised<F, J, P>
where
    F: Future,
    P: Turn,
    J: FnOnce(F::Output) -> Judged<T>,
{
    type Output = Option<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut this = self.project();
        let seen = this.run.entry.word.peek();
        let run = &*this.run;
        run.entry.count_poll();
        let busy = traced::begin(&run.entry, seen);
        let polled = run.within(|| match this.future.as_mut().as_pin_mut() {
            Some(future) if !seen.is_asked(Request::Abort) => {
                traced::poll(run, seen, future, cx).map(Some)
            }
            _ => Poll::Ready(None),
        });
        drop(busy);
        match polled {
            Ok(Poll::Pending) => {
                this.run.keep_waker(seen, cx);
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
fn finish<F, O, J, T, P: Turn>(
    run: &mut Run<P>,
    mut future: Pin<&mut Option<F>>,
    output: Option<(O, J)>,
) -> Option<T>
where
    J: FnOnce(O) -> Judged<T>,
{
    let judged = match run.within(|| future.set(None)) {
        Ok(()) => run.within(|| output.map(|(output, judge)| judge(output))),
        Err(report) => {
            // By itself: two panics at once would end the process.
            _ = run.within(|| drop(output));
            Err(report)
        }
    };
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
