//! Callbacks: called outside of all locks, one after the other for each task, caught and limited.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;
use std::boxed::Box;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use parking_lot::Mutex;

use super::entry::Entry;
use super::event::{Moment, What};
use super::report::Cause;
use super::shared::Shared;

/// How long an asynchronous callback may take.
pub const CALLBACK_LIMIT: Duration = Duration::from_secs(5);

/// How many calls may wait for the ones before them.
const MOST_WAITING: usize = 256;

/// When a callback is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    Start,
    Ready,
    Stop,
    Error,
    Restart,
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
    Sync(Box<dyn Fn(&Moment) + Send + Sync>),
    Async(Box<dyn Fn(Moment) -> BoxFuture + Send + Sync>),
}

/// The callbacks of one task, and the calls that are due.
#[derive(Default)]
pub(super) struct Callbacks {
    registered: Vec<(On, Callback)>,
    due: Mutex<Due>,
}

#[derive(Default)]
struct Due {
    calls: VecDeque<(On, Moment)>,
    /// Whether somebody makes them.
    running: bool,
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
    fn add_due(&self, on: On, moment: Moment) -> Option<bool> {
        let mut due = self.due.lock();
        if due.calls.len() == MOST_WAITING {
            return None;
        }
        due.calls.push_back((on, moment));
        Some(!core::mem::replace(&mut due.running, true))
    }

    /// The next call; without one the caller is done.
    fn next(&self) -> Option<(On, Moment)> {
        let mut due = self.due.lock();
        let next = due.calls.pop_front();
        due.running = next.is_some();
        next
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
        moment: impl FnOnce() -> Moment,
    ) {
        let Some(managed) = &entry.managed else { return };
        if managed.callbacks.on(on).next().is_none() {
            return;
        }
        match managed.callbacks.add_due(on, moment()) {
            None => self.count_lost_callback(entry),
            Some(false) => {}
            Some(true) => {
                let (shared, entry) = (Arc::downgrade(self), Arc::clone(entry));
                let caller = Caller { shared, entry, done: false };
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
    /// Whether it found nothing more to call.
    done: bool,
}

impl Caller {
    async fn make_calls(mut self) {
        let Some(managed) = self.entry.managed.clone() else { return };
        while let Some((on, moment)) = managed.callbacks.next() {
            for callback in managed.callbacks.on(on) {
                let made = match callback {
                    Callback::Sync(call) => super::caught(|| call(&moment)).is_ok(),
                    Callback::Async(call) => call_async(call, moment.clone()).await,
                };
                self.check(made);
            }
        }
        self.done = true;
    }

    fn check(&self, made: bool) {
        if let (false, Some(shared)) = (made, self.shared.upgrade()) {
            shared.emit(&self.entry, What::CallbackFailed, Cause::None);
        }
    }
}

/// Whether it came to its end in time and without a panic.
async fn call_async(call: &(dyn Fn(Moment) -> BoxFuture + Send + Sync), moment: Moment) -> bool {
    let Ok(future) = super::caught(|| call(moment)) else { return false };
    let guarded = super::guard::Guarded::new(future);
    matches!(::tokio::time::timeout(CALLBACK_LIMIT, guarded).await, Ok(Ok(())))
}

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(managed) = self.entry.managed.clone().filter(|_| !self.done) else { return };
        while let Some((on, moment)) = managed.callbacks.next() {
            for callback in managed.callbacks.on(on) {
                match callback {
                    Callback::Sync(call) => self.check(super::caught(|| call(&moment)).is_ok()),
                    Callback::Async(_) => self.check(false),
                }
            }
        }
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.registered.iter().map(|(on, _)| on)).finish()
    }
}
