//! How the end of a run becomes known: to the core, or, of a bare future, to whoever looks.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;

use super::entry::Entry;
use super::event::EventKind;
use super::managed::Managed;
use super::report::{Cause, Past};
use super::shared::Shared;
use crate::supervise::word::Request;
use crate::supervise::{Class, End, Event as Told, Outcome, Run as CoreRun, State, Why};
use crate::sync::plain::Ordering;

/// The end of a run on its way to the core, which is told even if a runtime drops the way.
struct Last {
    shared: Arc<Shared>,
    run: CoreRun,
    end: End,
    class: Class,
}

impl Drop for Last {
    fn drop(&mut self) {
        let ended = Told::Ended { run: self.run, end: self.end, class: self.class };
        self.shared.driver.tell(&self.shared, |core, now, out| {
            core.event(ended, now, |action| out.push(action));
        });
    }
}

impl Shared {
    /// A run is over: nothing of it is left.
    pub(super) fn run_ended(
        self: &Arc<Self>,
        entry: &Arc<Entry>,
        run: u32,
        end: End,
        cause: Cause,
        class: Class,
    ) {
        if entry.word.peek().has_waker() {
            // Not dropped under the lock: it may be the last reference to the runtime's task.
            let waker = entry.waker.lock().take();
            drop(waker);
        }
        match &entry.managed {
            Some(managed) => {
                *managed.left.lock() = Some((run, cause));
                let run = CoreRun { task: managed.core, number: run };
                let last = Last { shared: Arc::clone(self), run, end, class };
                end_after(last, entry.let_go(), managed);
            }
            None => self.plain_ended(entry, run, end, cause),
        }
    }

    /// The end of a task that the core does not know.
    fn plain_ended(self: &Arc<Self>, entry: &Arc<Entry>, run: u32, end: End, cause: Cause) {
        let seen = entry.word.seen();
        let asked = seen.is_asked(Request::Abort) || seen.is_asked(Request::Stop);
        let outcome = Outcome::of(end, asked.then_some(Why::Asked));
        let went_well = outcome == Outcome::Completed;
        // That it went well needs no memory of its own, unless there are details that show it.
        let is_news = !went_well || !matches!(cause, Cause::None);
        if is_news || seen.has_detail() {
            let past = self.past(entry, run, outcome, cause.clone());
            entry.with_detail(|detail| detail.ended(past));
        }
        // Whoever waits for the end finds everything about it.
        self.emit_run(entry, run, EventKind::Ended { outcome }, cause);
        self.enter(entry, run, rest_of(outcome, asked));
        self.forget_if_asked(entry);
        entry.wake_waiters();
        self.registry.retire(entry, !went_well);
        self.one_less_beside();
    }

    pub(super) fn past(&self, entry: &Entry, run: u32, outcome: Outcome, cause: Cause) -> Past {
        let started = entry.started.load(Ordering::Relaxed);
        Past { run, outcome, started, ended: self.clock.ticks(), cause }
    }
}

/// In which state a bare future is that ended so.
fn rest_of(outcome: Outcome, asked: bool) -> State {
    match outcome {
        Outcome::Completed => State::Completed,
        Outcome::Stopped => State::Stopped,
        Outcome::Aborted if asked => State::Stopped,
        _ => State::Failed,
    }
}

/// Tells the core of an end once nothing is left of the run's children either, so that the next run
/// finds their names free. A child that does not go is waited for as long as the task may take to
/// stop, and then left to itself.
fn end_after(last: Last, children: Vec<Arc<Entry>>, managed: &Managed) {
    let runtime = managed.runtime.clone().filter(|_| !children.is_empty());
    let Some(runtime) = runtime else { return drop(last) };
    let limit = managed.spec.stop_timeout;
    super::spawn::aside(&runtime.clone(), async move {
        last.shared.all_gone(&children, &runtime, limit).await;
        for child in children.iter().filter(|child| child.is_alive()) {
            last.shared.emit(child, EventKind::Detached, Cause::None);
        }
        drop(last);
    });
}

impl Shared {
    /// Waits until nothing is left of them, at most for `limit` where the runtime keeps time.
    async fn all_gone(&self, children: &[Arc<Entry>], runtime: &Handle, limit: Duration) {
        let all = async {
            for child in children {
                child.gone().await;
            }
        };
        let Some(limit) = self.sleepers.sleep(runtime, limit) else { return all.await };
        let (mut all, mut limit) = (pin!(all), pin!(limit));
        poll_fn(|cx| match all.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => limit.as_mut().poll(cx),
        })
        .await;
    }
}
