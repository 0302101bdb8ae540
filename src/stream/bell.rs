//! The stream's own thread. It wakes sleeping followers without a writer paying for it, and calls
//! a timer.
//!
//! A writer does one thing at most: it unparks this thread, and only when a follower went to sleep
//! since the last time. Wakers are arbitrary code that may take locks, so they run here and never
//! on the writer's thread, which may be in a signal handler or the runtime itself.

use core::fmt;
use core::panic::AssertUnwindSafe;
use core::task::Waker;
use core::time::Duration;
use std::boxed::Box;
use std::panic::catch_unwind;
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, Thread, park, park_timeout};
use std::vec::Vec;

use parking_lot::Mutex;

use crate::sync::plain::{AtomicBool, Ordering};

/// How long a follower waits for a record that is reserved but not committed before it looks again;
/// also the shortest sleep before the timer is called again.
const PATIENCE: Duration = Duration::from_millis(1);

/// The sleeping followers and the timer of one stream; the thread starts when one of them needs it.
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
    timer: OnceLock<Timer>,
}

#[derive(Debug, Default)]
struct Sleepers {
    /// To be woken by the next record.
    armed: Vec<(u64, Waker)>,
    /// To be woken by the next record or after [`PATIENCE`].
    impatient: Vec<Waker>,
}

/// Does what is due, and says how long until it is to be called again; `None`: not before
/// [`Bell::look_at_timer`].
struct Timer(Box<dyn Fn() -> Option<Duration> + Send + Sync>);

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

    /// Registers a follower before it arms its shards; `follower` tells it from others, also from
    /// those of the same task.
    pub(super) fn register(&self, follower: u64, waker: &Waker) {
        // Cloned before the lock is taken, because cloning is foreign code too.
        let mut waker = waker.clone();
        let mut sleepers = self.tower().sleepers.lock();
        match sleepers.armed.iter_mut().find(|(known, _)| *known == follower) {
            Some((_, known)) => core::mem::swap(known, &mut waker),
            None => return sleepers.armed.push((follower, waker)),
        }
        drop(sleepers);
    }

    /// Forgets a follower that does not wait any more.
    pub(super) fn forget(&self, follower: u64) {
        let Some(tower) = self.tower.get() else { return };
        let mut sleepers = tower.sleepers.lock();
        let found = sleepers.armed.iter().position(|(known, _)| *known == follower);
        let forgotten = found.map(|index| sleepers.armed.swap_remove(index));
        // The waker is dropped after the lock is released, because that is foreign code too.
        drop(sleepers);
        drop(forgotten);
    }

    /// Wakes `waker` soon even if no record comes.
    pub(super) fn wake_soon(&self, waker: &Waker) {
        let (tower, waker) = (self.tower(), waker.clone());
        let mut sleepers = tower.sleepers.lock();
        sleepers.impatient.push(waker);
        let is_first = sleepers.impatient.len() == 1;
        drop(sleepers);
        // Not rung, and not for the others: that would cut the patience of the first one short.
        if is_first {
            tower.unpark();
        }
    }

    /// Sets the timer, unless it is set already; `false` if there is no thread to call it.
    pub(super) fn set_timer(
        &self,
        timer: impl Fn() -> Option<Duration> + Send + Sync + 'static,
    ) -> bool {
        let tower = self.tower();
        tower.timer.get_or_init(|| Timer(Box::new(timer)));
        tower.ringer.get().is_some()
    }

    /// Has the timer called, which may have become due earlier than it said.
    pub(super) fn look_at_timer(&self) {
        if let Some(tower) = self.tower.get() {
            tower.unpark();
        }
    }

    /// Starts the thread where it does not run yet. Without a thread nobody is woken; the next call
    /// tries again.
    fn tower(&self) -> &Arc<Tower> {
        let tower = self.tower.get_or_init(Arc::default);
        if tower.ringer.get().is_none() {
            tower.start();
        }
        tower
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
    #[cold]
    fn start(self: &Arc<Self>) {
        // Held so that two callers do not start two threads.
        let _sleepers = self.sleepers.lock();
        if self.ringer.get().is_none() {
            let tower = Arc::clone(self);
            let thread = Builder::new().name("ringvisor-bell".into()).spawn(move || tower.run());
            if let Ok(handle) = thread {
                let _ = self.ringer.set(handle.thread().clone());
            }
        }
    }

    fn ring(&self) {
        // Release: pairs with the Acquire swap in `run`; carries the committed record.
        self.rung.store(true, Ordering::Release);
        self.unpark();
    }

    fn unpark(&self) {
        if let Some(ringer) = self.ringer.get() {
            ringer.unpark();
        }
    }

    fn run(&self) {
        // Acquire: pairs with the Release store in `Bell::drop`.
        while !self.closed.load(Ordering::Acquire) {
            if self.rung.swap(false, Ordering::Acquire) {
                self.wake_armed();
            }
            let alarm = self.timer.get().and_then(|timer| (timer.0)());
            let impatient = !self.sleepers.lock().impatient.is_empty();
            // What comes from here on unparks this thread, so that it does not sleep at all.
            match alarm {
                _ if impatient => park_timeout(PATIENCE),
                Some(alarm) => park_timeout(alarm.max(PATIENCE)),
                None => park(),
            }
            if impatient {
                self.wake_impatient();
            }
        }
        self.wake_armed();
        self.wake_impatient();
    }

    fn wake_armed(&self) {
        let wakers = core::mem::take(&mut self.sleepers.lock().armed);
        wakers.into_iter().for_each(|(_, waker)| wake(waker));
    }

    fn wake_impatient(&self) {
        let wakers = core::mem::take(&mut self.sleepers.lock().impatient);
        wakers.into_iter().for_each(wake);
    }
}

/// Wakes one follower; that its waker panics is no reason to leave the others asleep.
fn wake(waker: Waker) {
    let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timer")
    }
}
