//! How a sleeping follower learns of a new record without the writer paying for it.
//!
//! A writer does one thing at most: it unparks the bell's own thread, and only when a follower went
//! to sleep since the last time. Wakers are arbitrary code that may take locks, so they run on
//! that thread and never on the writer's, which may be a signal handler or the runtime itself.

use core::task::Waker;
use core::time::Duration;
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, Thread, park, park_timeout};
use std::vec::Vec;

use parking_lot::Mutex;

use crate::sync::plain::{AtomicBool, Ordering};

/// How long a follower waits for a record that is reserved but not committed before it looks again.
const PENDING_PATIENCE: Duration = Duration::from_millis(1);

/// The sleeping followers of one stream; its thread starts with the first of them.
#[derive(Debug)]
pub(super) struct Bell {
    tower: OnceLock<Arc<Tower>>,
}

#[derive(Debug, Default)]
struct Tower {
    ringer: OnceLock<Thread>,
    rung: AtomicBool,
    closed: AtomicBool,
    sleepers: Mutex<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    /// To be woken by the next record.
    armed: Vec<Waker>,
    /// To be woken by the next record or after [`PENDING_PATIENCE`].
    impatient: Vec<Waker>,
}

impl Bell {
    pub(super) const fn new() -> Self {
        Self { tower: OnceLock::new() }
    }

    /// Wakes all followers. Takes no lock and runs no foreign code; one system call if the thread
    /// of the bell sleeps.
    pub(super) fn ring(&self) {
        if let Some(tower) = self.tower.get() {
            tower.ring();
        }
    }

    /// Registers a follower before it arms its shards.
    pub(super) fn register(&self, waker: &Waker) {
        let mut sleepers = self.tower().sleepers.lock();
        if !sleepers.armed.iter().any(|known| known.will_wake(waker)) {
            sleepers.armed.push(waker.clone());
        }
    }

    /// Wakes `waker` soon even if no record comes.
    pub(super) fn wake_soon(&self, waker: &Waker) {
        let tower = self.tower();
        tower.sleepers.lock().impatient.push(waker.clone());
        tower.ring();
    }

    fn tower(&self) -> &Arc<Tower> {
        self.tower.get_or_init(|| {
            let tower = Arc::new(Tower::default());
            let ringer = Arc::clone(&tower);
            let thread = Builder::new().name("ringvisor-bell".into()).spawn(move || ringer.run());
            // Without a thread nobody is woken: every follower then looks again by itself.
            if let Ok(handle) = thread {
                let _ = tower.ringer.set(handle.thread().clone());
            }
            tower
        })
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(tower) = self.tower.get() {
            tower.closed.store(true, Ordering::Release);
            tower.ring();
        }
    }
}

impl Tower {
    fn ring(&self) {
        // Release: pairs with the Acquire swap in `run`; carries the committed record.
        self.rung.store(true, Ordering::Release);
        if let Some(ringer) = self.ringer.get() {
            ringer.unpark();
        }
    }

    fn run(&self) {
        // Acquire: pairs with the Release store in `Bell::drop`.
        while !self.closed.load(Ordering::Acquire) {
            if self.rung.swap(false, Ordering::Acquire) {
                self.wake_armed();
            } else if self.sleepers.lock().impatient.is_empty() {
                park();
            } else {
                park_timeout(PENDING_PATIENCE);
                self.wake_impatient();
            }
        }
        self.wake_armed();
        self.wake_impatient();
    }

    fn wake_armed(&self) {
        let wakers = core::mem::take(&mut self.sleepers.lock().armed);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn wake_impatient(&self) {
        let wakers = core::mem::take(&mut self.sleepers.lock().impatient);
        wakers.into_iter().for_each(Waker::wake);
    }
}
