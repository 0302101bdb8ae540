//! Callbacks: called outside of all locks, one after the other for each task, caught and limited.

use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;
use std::boxed::Box;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use ::tokio::time::{Sleep, sleep};
use parking_lot::Mutex;

use super::entry::Entry;
use super::event::{EventKind, RunReport};
use super::guard::Guarded;
use super::report::Cause;
use super::shared::Shared;
use crate::sync::plain::Ordering;

/// How long an asynchronous callback may take.
pub const CALLBACK_LIMIT: Duration = Duration::from_secs(5);

/// How many calls may wait for the ones before them.
const MOST_WAITING: usize = 256;

/// When a callback is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum On {
    /// A run was started.
    Start,
    /// A run is ready.
    Ready,
    /// A run is over and nothing is left of it: exactly once for each run.
    Stop,
    /// A run did not do what it was there for; after `Stop`.
    Error,
    /// The policy started another run; before `Start`.
    Restart,
    /// Starting the task again has not helped, and it stays down.
    Dead,
}

impl On {
    const fn name(self) -> &'static str {
        match self {
            Self::Start => "on_start",
            Self::Ready => "on_ready",
            Self::Stop => "on_stop",
            Self::Error => "on_error",
            Self::Restart => "on_restart",
            Self::Dead => "on_dead",
        }
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A callback of either sort.
pub(super) enum Callback {
    Sync(Box<dyn Fn(&RunReport) + Send + Sync>),
    Async(Box<dyn Fn(RunReport) -> BoxFuture + Send + Sync>),
}

/// The callbacks of one task, and the calls that are due.
#[derive(Default)]
pub(super) struct Callbacks {
    registered: Vec<(On, Callback)>,
    due: Mutex<Due>,
}

#[derive(Default)]
struct Due {
    calls: VecDeque<(On, RunReport)>,
    /// Whether somebody makes them.
    running: bool,
    /// How many were made without the runtime since that made one.
    without: usize,
}

impl Callbacks {
    pub(super) fn add(&mut self, on: On, callback: Callback) {
        self.registered.push((on, callback));
    }

    /// What is registered, each once.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let all = [On::Start, On::Ready, On::Stop, On::Error, On::Restart, On::Dead];
        all.into_iter().filter(|on| self.on(*on).next().is_some()).map(On::name)
    }

    /// Adds a call; tells whether somebody has to be found who makes it. `None` if there is no room.
    fn add_due(&self, on: On, report: RunReport) -> Option<bool> {
        let mut due = self.due.lock();
        if due.calls.len() == MOST_WAITING {
            return None;
        }
        due.calls.push_back((on, report));
        Some(!core::mem::replace(&mut due.running, true))
    }

    /// The next call; without one the caller is done.
    fn next(&self) -> Option<(On, RunReport)> {
        let mut due = self.due.lock();
        let next = due.calls.pop_front();
        due.running = next.is_some();
        next
    }

    /// Whether one more call may be made where there is no runtime. A callback that starts its task
    /// anew is due again at once there, and would be for ever.
    fn may_do_without(&self) -> bool {
        let mut due = self.due.lock();
        due.without += 1;
        due.without <= MOST_WAITING
    }

    /// Leaves out all calls that are due; how many.
    fn give_up(&self) -> usize {
        let mut due = self.due.lock();
        due.running = false;
        let left_out = core::mem::take(&mut due.calls);
        drop(due);
        left_out.len()
    }

    fn on(&self, wanted: On) -> impl Iterator<Item = &Callback> {
        self.registered.iter().filter(move |(on, _)| *on == wanted).map(|(_, callback)| callback)
    }
}

impl Shared {
    /// Has the callbacks of `on` called.
    pub(super) fn call(
        self: &Arc<Self>,
        entry: &Arc<Entry>,
        on: On,
        report: impl FnOnce() -> RunReport,
    ) {
        let Some(managed) = &entry.managed else { return };
        if managed.callbacks.on(on).next().is_none() {
            return;
        }
        let report = report();
        let run = report.run;
        match managed.callbacks.add_due(on, report) {
            None => self.count_lost_callback(entry, run),
            Some(false) => {}
            Some(true) => {
                let caller = Caller::new(self, entry);
                match &managed.runtime {
                    Some(runtime) => super::spawn::aside(runtime, caller.make_calls()),
                    None => drop(caller),
                }
            }
        }
    }
}

/// Makes the calls of one task. If its runtime is gone, so that it is dropped instead of polled, it
/// makes those that need no runtime.
struct Caller {
    shared: Weak<Shared>,
    entry: Arc<Entry>,
    /// What is being told, and how many of the callbacks for that were called.
    telling: Option<(On, RunReport, usize)>,
    /// Whether it found nothing more to call.
    done: bool,
    /// Dropped after the last call.
    _counted: Counted,
}

/// Something beside the user's tasks that a shutdown waits for.
struct Counted(Weak<Shared>);

impl Counted {
    fn by(shared: &Arc<Shared>) -> Self {
        shared.callers.fetch_add(1, Ordering::Relaxed);
        Self(Arc::downgrade(shared))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.one_caller_less();
        }
    }
}

impl Caller {
    fn new(shared: &Arc<Shared>, entry: &Arc<Entry>) -> Self {
        let (counted, entry) = (Counted::by(shared), Arc::clone(entry));
        Self {
            shared: Arc::downgrade(shared),
            entry,
            telling: None,
            done: false,
            _counted: counted,
        }
    }

    async fn make_calls(mut self) {
        let Some(managed) = self.entry.managed.clone() else { return };
        managed.callbacks.due.lock().without = 0;
        while let Some((callback, report)) = self.next(&managed.callbacks) {
            let run = report.run;
            let made = match callback {
                Callback::Sync(call) => super::caught(|| call(&report)).is_ok(),
                Callback::Async(call) => call_async(call, report, self.limit()).await,
            };
            self.check(run, made);
        }
    }

    /// The next callback, counted as called.
    fn next<'a>(&mut self, callbacks: &'a Callbacks) -> Option<(&'a Callback, RunReport)> {
        loop {
            if let Some((on, report, called)) = &mut self.telling {
                if let Some(callback) = callbacks.on(*on).nth(*called) {
                    *called += 1;
                    return Some((callback, report.clone()));
                }
            }
            self.telling = callbacks.next().map(|(on, report)| (on, report, 0));
            if self.telling.is_none() {
                self.done = true;
                return None;
            }
        }
    }

    /// How long a call may take; a runtime that keeps no time sets no limit.
    fn limit(&self) -> Option<Sleep> {
        let runtime = self.entry.managed.as_ref()?.runtime.as_ref()?;
        match self.shared.upgrade() {
            Some(shared) => shared.sleepers.sleep(runtime, CALLBACK_LIMIT),
            None => super::caught(|| sleep(CALLBACK_LIMIT)).ok(),
        }
    }

    /// Leaves out the call that is due and those after it.
    fn give_up(&self, callbacks: &Callbacks) {
        let left_out = callbacks.give_up() as u64 + 1;
        if let Some(shared) = self.shared.upgrade() {
            shared.lost_callbacks.fetch_add(left_out, Ordering::Relaxed);
        }
    }

    fn check(&self, run: u32, made: bool) {
        if let (false, Some(shared)) = (made, self.shared.upgrade()) {
            shared.emit_run(&self.entry, run, EventKind::CallbackFailed, Cause::None);
        }
    }
}

/// Whether it came to its end in time and without a panic.
async fn call_async(
    call: &(dyn Fn(RunReport) -> BoxFuture + Send + Sync),
    report: RunReport,
    limit: Option<Sleep>,
) -> bool {
    let Ok(future) = super::caught(|| call(report)) else { return false };
    let mut future = pin!(Guarded::new(future));
    let Some(limit) = limit else { return future.await.is_ok() };
    let mut limit = pin!(limit);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(made) => Poll::Ready(made.is_ok()),
        Poll::Pending => limit.as_mut().poll(cx).map(|()| false),
    })
    .await
}

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(managed) = self.entry.managed.clone().filter(|_| !self.done) else { return };
        if let Some((_, report, _)) = &self.telling {
            // One that was under way did not come to its end.
            self.check(report.run, false);
        }
        while let Some((callback, report)) = self.next(&managed.callbacks) {
            if !managed.callbacks.may_do_without() {
                return self.give_up(&managed.callbacks);
            }
            let made = match callback {
                Callback::Sync(call) => super::caught(|| call(&report)).is_ok(),
                Callback::Async(_) => false,
            };
            self.check(report.run, made);
        }
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.registered.iter().map(|(on, _)| on)).finish()
    }
}
