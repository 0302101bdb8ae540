//! Comes back to the core when something is due.
//!
//! Each runtime that has supervised tasks has one small task for that, so that no runtime depends
//! on another one being alive. Where a runtime keeps no time, a thread does it.

use core::time::Duration;
use std::sync::{Arc, Weak};
use std::thread;
use std::vec::Vec;

use ::tokio::runtime::{Handle, Id};
use ::tokio::sync::Notify;
use ::tokio::time::{Instant, timeout_at};
use parking_lot::{Condvar, Mutex};

use super::guard::Guarded;
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
    asleep: Vec<(Id, Arc<Notify>)>,
    has_thread: bool,
}

impl Sleepers {
    /// Has everybody look again if the core is due at another time than they think. It is asked
    /// under the lock: of two who ring at once, the later one knows better.
    pub(super) fn ring(&self, next_wake: impl FnOnce() -> Option<u64>) {
        let mut state = self.state.lock();
        let due = next_wake();
        if core::mem::replace(&mut state.due, due) != due {
            self.wake_all(&state);
        }
    }

    fn wake_all(&self, state: &State) {
        for (_, bell) in &state.asleep {
            bell.notify_one();
        }
        self.rung.notify_all();
    }

    /// Has somebody asleep on `runtime`.
    pub(super) fn cover(&self, shared: &Arc<Shared>, runtime: &Handle) {
        let bell = {
            let mut state = self.state.lock();
            if state.asleep.iter().any(|(id, _)| *id == runtime.id()) {
                return;
            }
            let bell = Arc::new(Notify::new());
            state.asleep.push((runtime.id(), Arc::clone(&bell)));
            bell
        };
        let leave = Leave { shared: Arc::downgrade(shared), runtime: runtime.id() };
        super::spawn::aside(runtime, sleep(leave, bell));
    }

    /// How many tasks of our own there are.
    pub(super) fn len(&self) -> usize {
        self.state.lock().asleep.len()
    }

    fn forget(&self, runtime: Id) {
        self.state.lock().asleep.retain(|(id, _)| *id != runtime);
    }

    fn due(&self) -> Option<u64> {
        self.state.lock().due
    }
}

impl Drop for Sleepers {
    fn drop(&mut self) {
        self.wake_all(&self.state.lock());
    }
}

/// Takes a sleeper off the list, also when its runtime drops it.
struct Leave {
    shared: Weak<Shared>,
    runtime: Id,
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.sleepers.forget(self.runtime);
        }
    }
}

async fn sleep(leave: Leave, bell: Arc<Notify>) {
    while let Some(shared) = leave.shared.upgrade() {
        let due = shared.sleepers.due().map(|due| shared.driver.origin().at(due));
        drop(shared);
        match due {
            None => bell.notified().await,
            Some(due) => {
                // A runtime without a timer panics here; nothing else can.
                let waited = Guarded::new(timeout_at(due, bell.notified())).await;
                let Some(shared) = leave.shared.upgrade() else { return };
                if waited.is_err() {
                    return stand_in(&shared);
                }
                shared.tick_if_due(due);
            }
        }
    }
}

impl Shared {
    fn tick_if_due(self: &Arc<Self>, due: Instant) {
        if self.driver.origin().is_past(due) {
            self.driver.tell(self, |core, now, out| core.tick(now, |action| out.push(action)));
        }
    }
}

/// Has a thread wait where a runtime cannot. It ends with the supervisor.
fn stand_in(shared: &Arc<Shared>) {
    if core::mem::replace(&mut shared.sleepers.state.lock().has_thread, true) {
        return;
    }
    let weak = Arc::downgrade(shared);
    let started = thread::Builder::new().name("ringvisor-timer".into()).spawn(move || {
        while let Some(shared) = weak.upgrade() {
            wait(&shared);
        }
    });
    if started.is_err() {
        shared.sleepers.state.lock().has_thread = false;
    }
}

/// Waits until something is due, but not so long that the end of the supervisor goes unseen.
fn wait(shared: &Arc<Shared>) {
    const GLANCE: Duration = Duration::from_secs(1);
    let mut state = shared.sleepers.state.lock();
    let now = shared.driver.origin().elapsed();
    let left = state.due.map_or(GLANCE, |due| Duration::from_nanos(due.saturating_sub(now)));
    if !left.is_zero() {
        shared.sleepers.rung.wait_for(&mut state, left.min(GLANCE));
        return;
    }
    drop(state);
    shared.driver.tell(shared, |core, now, out| core.tick(now, |action| out.push(action)));
}
