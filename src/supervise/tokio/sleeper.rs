//! Comes back to the core when something is due.
//!
//! Each runtime that has supervised tasks has one small task for that, so that no runtime depends
//! on another one being alive. Where no runtime keeps time, a thread does it.
//!
//! While something is due the supervisor keeps itself alive: a task that waits for its next start is
//! not forgotten because nobody holds its supervisor any more.

use core::time::Duration;
use std::sync::{Arc, Weak};
use std::thread;
use std::vec::Vec;

use ::tokio::runtime::{Handle, Id};
use ::tokio::sync::Notify;
use ::tokio::time::{self, Sleep, timeout_at};
use parking_lot::{Condvar, Mutex, MutexGuard};

use super::guard::{Guarded, caught};
use super::shared::Shared;

#[derive(Debug, Default)]
pub(super) struct Sleepers {
    state: Mutex<State>,
    /// For the thread that stands in.
    rung: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// When the core is due, in nanoseconds of its clock.
    due: Option<u64>,
    /// There while it is.
    kept: Option<Arc<Shared>>,
    asleep: Vec<Sleeper>,
    has_thread: bool,
}

#[derive(Debug)]
struct Sleeper {
    runtime: Id,
    bell: Arc<Notify>,
    keeps_time: bool,
}

impl State {
    fn needs_thread(&self) -> bool {
        self.due.is_some() && !self.has_thread && !self.asleep.iter().any(|one| one.keeps_time)
    }

    fn wake_all(&self) {
        self.asleep.iter().for_each(|sleeper| sleeper.bell.notify_one());
    }
}

impl Sleepers {
    /// Has everybody look again if the core is due earlier than they think; later is found out in
    /// time. It is asked under the lock: of two who ring at once, the later one knows better.
    pub(super) fn ring(&self, shared: &Arc<Shared>, next_wake: impl FnOnce() -> Option<u64>) {
        let mut state = self.state.lock();
        let due = next_wake();
        let before = core::mem::replace(&mut state.due, due);
        if due.is_some() != state.kept.is_some() {
            // What is dropped here is not the last one: the caller has one.
            state.kept = due.map(|_| Arc::clone(shared));
        }
        if due.is_some_and(|due| before.is_none_or(|before| due < before)) {
            state.wake_all();
            self.rung.notify_all();
        }
        ensure_time(shared, state);
    }

    /// Has somebody asleep on `runtime`.
    pub(super) fn cover(&self, shared: &Arc<Shared>, runtime: &Handle) {
        let bell = {
            let mut state = self.state.lock();
            if state.asleep.iter().any(|sleeper| sleeper.runtime == runtime.id()) {
                return;
            }
            let bell = Arc::new(Notify::new());
            let (runtime, rung) = (runtime.id(), Arc::clone(&bell));
            state.asleep.push(Sleeper { runtime, bell: rung, keeps_time: true });
            bell
        };
        let leave = Leave { shared: Arc::downgrade(shared), runtime: runtime.id() };
        super::spawn::aside(runtime, sleep(leave, bell));
    }

    /// Whether a runtime is not known to keep no time.
    fn keeps_time(&self, runtime: &Handle) -> bool {
        let state = self.state.lock();
        state.asleep.iter().all(|sleeper| sleeper.keeps_time || sleeper.runtime != runtime.id())
    }

    /// A sleep on `runtime`, for a task of it; nothing where it keeps no time.
    pub(super) fn sleep(&self, runtime: &Handle, length: Duration) -> Option<Sleep> {
        // It panics where that is not known yet.
        self.keeps_time(runtime).then(|| caught(|| time::sleep(length)).ok())?
    }

    /// How many tasks of our own there are on `runtime`.
    pub(super) fn on(&self, runtime: &Handle) -> usize {
        self.state.lock().asleep.iter().filter(|one| one.runtime == runtime.id()).count()
    }

    fn due(&self) -> Option<u64> {
        self.state.lock().due
    }
}

impl Drop for Sleepers {
    fn drop(&mut self) {
        self.state.get_mut().wake_all();
    }
}

/// Takes a sleeper off the list, also when its runtime drops it.
struct Leave {
    shared: Weak<Shared>,
    runtime: Id,
}

impl Leave {
    /// The runtime keeps no time. Its sleeper stays listed, so that this is found out only once.
    fn cannot(&self, shared: &Arc<Shared>) {
        let mut state = shared.sleepers.state.lock();
        for sleeper in &mut state.asleep {
            sleeper.keeps_time &= sleeper.runtime != self.runtime;
        }
        ensure_time(shared, state);
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let mut state = shared.sleepers.state.lock();
            state.asleep.retain(|sleeper| sleeper.runtime != self.runtime);
            ensure_time(&shared, state);
        }
    }
}

async fn sleep(leave: Leave, bell: Arc<Notify>) {
    let mut keeps_time = true;
    while let Some(shared) = leave.shared.upgrade() {
        let due = shared.sleepers.due().filter(|_| keeps_time);
        let Some(due) = due.map(|due| shared.driver.origin().at(due)) else {
            drop(shared);
            bell.notified().await;
            continue;
        };
        drop(shared);
        // A runtime without a timer panics here; nothing else can.
        let wait = async { _ = timeout_at(due, bell.notified()).await };
        keeps_time = Guarded::new(wait).await.is_ok();
        let Some(shared) = leave.shared.upgrade() else { return };
        if !keeps_time {
            leave.cannot(&shared);
        } else if shared.driver.origin().is_past(due) {
            shared.tick();
        }
    }
}

impl Shared {
    fn tick(self: &Arc<Self>) {
        self.press_on();
        self.driver.tell(self, |core, now, out| core.tick(now, |action| out.push(action)));
    }
}

/// Has a thread keep time where nobody else does.
fn ensure_time(shared: &Arc<Shared>, mut state: MutexGuard<'_, State>) {
    if !state.needs_thread() {
        return;
    }
    state.has_thread = true;
    drop(state);
    let weak = Arc::downgrade(shared);
    let started =
        thread::Builder::new().name("ringvisor-timer".into()).spawn(move || keep_time(&weak));
    if started.is_err() {
        shared.sleepers.state.lock().has_thread = false;
    }
}

/// Ends with the supervisor.
fn keep_time(weak: &Weak<Shared>) {
    while let Some(shared) = weak.upgrade() {
        wait(&shared);
    }
}

/// Waits until something is due, but not so long that the end of the supervisor goes unseen.
fn wait(shared: &Arc<Shared>) {
    const GLANCE: Duration = Duration::from_secs(1);
    let mut state = shared.sleepers.state.lock();
    let now = shared.driver.origin().elapsed();
    let left = state.due.map_or(GLANCE, |due| Duration::from_nanos(due.saturating_sub(now)));
    if left.is_zero() {
        drop(state);
        shared.tick();
    } else {
        shared.sleepers.rung.wait_for(&mut state, left.min(GLANCE));
    }
}
