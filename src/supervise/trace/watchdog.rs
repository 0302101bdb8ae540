//! A thread that notices who does not let go of a worker.
//!
//! Whoever polls a task says so in a seat of its thread's own: which task, and since which tick. A
//! tick is a number that this thread counts up every 10 ms, so no clock is read to poll a task. The
//! same thread looks at all seats and names those that have not changed for too long. It is a
//! thread of the system's, not a task: it works while every worker is blocked.

mod canary;
#[cfg_attr(
    not(all(feature = "stall-backtrace", target_os = "linux", not(miri))),
    path = "watchdog/live/absent.rs"
)]
mod live;
mod looks;
mod seats;
#[cfg_attr(not(target_os = "linux"), path = "watchdog/threads/absent.rs")]
mod threads;

use core::fmt;
use core::num::NonZero;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::boxed::Box;
use std::io;
use std::panic::catch_unwind;
use std::string::String;
use std::sync::{Arc, Weak};
use std::thread;
use std::vec::Vec;

use parking_lot::{Condvar, Mutex};

use super::{Frames, symbols};
use crate::clock::Clock;
use crate::record::TaskId;
use crate::sync::plain::{AtomicU64, Ordering};

pub use canary::Canary;
pub use seats::{Busy, begin, unseated};

use canary::Pulse;
use looks::{Looks, Sight};
use seats::{SEATS, TICK};

/// How long a tick is.
pub const TICK_LENGTH: Duration = Duration::from_millis(10);

/// How long a task may keep its worker, unless somebody says otherwise.
pub const THRESHOLD: Duration = Duration::from_millis(100);

/// Something that keeps a worker, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alarm {
    /// Who it is.
    pub culprit: Culprit,
    /// For how long at least.
    pub held: Duration,
    /// Whether it is over; otherwise it goes on.
    pub is_over: bool,
}

/// Who keeps a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Culprit {
    /// A task of ours has been running without a break.
    Task {
        /// The task.
        task: TaskId,
        /// The name of the thread it keeps, or its number.
        thread: String,
        /// What that thread does, where the system tells.
        activity: Option<Activity>,
        /// Where it is in that task now; with the feature `stall-backtrace`, on Linux. What its
        /// addresses mean is being read.
        stack: Option<Frames>,
    },
    /// Nobody polls the canary, and no task of ours is being polled: something else keeps every
    /// worker of its runtime, or nobody drives that.
    Somebody,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activity {
    /// It computes, or would if a processor were free.
    Running,
    /// It waits in the kernel: a lock, a sleep, a blocking read.
    Sleeping,
    /// It waits in the kernel for a device and cannot be interrupted.
    Blocked,
    /// It is stopped by a debugger or a signal.
    Stopped,
}

/// Names the tasks that are polled under its number, until it is dropped.
#[must_use = "nobody is watched once this is dropped"]
pub struct Watch(Arc<Watcher>);

/// Whoever wants to be told.
struct Watcher {
    number: NonZero<u16>,
    threshold: Duration,
    tell: Box<dyn Fn(Alarm) + Send + Sync>,
    pulses: Mutex<Vec<Weak<Pulse>>>,
}

static WATCHERS: Mutex<Watchers> =
    Mutex::new(Watchers { all: Vec::new(), newest: 0, is_running: false });
static CHANGED: Condvar = Condvar::new();

struct Watchers {
    all: Vec<Arc<Watcher>>,
    /// The number given out last. They go round, since a poll may outlive its watch.
    newest: u16,
    /// Whether there is a thread that looks.
    is_running: bool,
}

/// Watches the tasks that are polled under the number of what is returned.
///
/// `tell` hears of a task once it passes `threshold`, again each time that has doubled, and when it
/// is over. It is called on the watchdog's own thread and should not block: nobody else is watched
/// while it runs.
///
/// # Errors
/// The system refuses a thread, or too many supervisors are watched.
pub fn watch(
    threshold: Duration,
    tell: impl Fn(Alarm) + Send + Sync + 'static,
) -> io::Result<Watch> {
    let mut watchers = WATCHERS.lock();
    let number =
        watchers.free_number().ok_or_else(|| io::Error::other("too many supervisors at once"))?;
    if !watchers.is_running {
        thread::Builder::new().name("ringvisor-watchdog".into()).spawn(run)?;
        watchers.is_running = true;
    }
    let tell = Box::new(tell);
    let watcher = Arc::new(Watcher { number, threshold, tell, pulses: Mutex::new(Vec::new()) });
    watchers.all.push(watcher.clone());
    CHANGED.notify_all();
    Ok(Watch(watcher))
}

impl Watchers {
    fn free_number(&mut self) -> Option<NonZero<u16>> {
        let candidates =
            (1..=u16::MAX).filter_map(|step| NonZero::new(self.newest.wrapping_add(step)));
        let is_free =
            |number: &NonZero<u16>| self.all.iter().all(|watcher| watcher.number != *number);
        let number = candidates.into_iter().find(is_free)?;
        self.newest = number.get();
        Some(number)
    }
}

impl Watch {
    /// What [`begin`] wants to be told.
    #[must_use]
    pub fn number(&self) -> NonZero<u16> {
        self.0.number
    }

    /// A future for a runtime that is watched: it never ends, and shows that somebody polls.
    pub fn canary(&self) -> Canary {
        let pulse = Arc::new(Pulse::default());
        self.0.pulses.lock().push(Arc::downgrade(&pulse));
        Canary::new(pulse)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHERS.lock().all.retain(|watcher| !Arc::ptr_eq(watcher, &self.0));
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.0.number).finish()
    }
}

/// The number of the present tick.
#[inline]
#[must_use]
pub fn tick() -> u32 {
    TICK.get()
}

/// Alarms that were not heard because the listener panicked.
static UNHEARD: AtomicU64 = AtomicU64::new(0);

/// Alarms that were not heard, because the listener panicked.
#[must_use]
pub fn unheard() -> u64 {
    UNHEARD.load(Ordering::Relaxed)
}

impl Watcher {
    fn tell(&self, alarm: Alarm) {
        if catch_unwind(AssertUnwindSafe(|| (self.tell)(alarm))).is_err() {
            UNHEARD.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Listens to the canaries and forgets those that are gone.
    fn listen(&self, now: u64) {
        // Waking one runs code of its runtime's, so not under the lock.
        let pulses: Vec<_> = self.pulses.lock().iter().filter_map(Weak::upgrade).collect();
        let is_ours = |seat: &seats::Seat| seat.state().number() == Some(self.number);
        let has_reason = !pulses.is_empty() && SEATS.iter().any(is_ours);
        for pulse in &pulses {
            if let Some((held, is_over)) = pulse.beat(now, nanos(self.threshold), has_reason) {
                let held = Duration::from_nanos(held);
                self.tell(Alarm { culprit: Culprit::Somebody, held, is_over });
            }
        }
        drop(pulses);
        self.pulses.lock().retain(|pulse| pulse.strong_count() > 0);
    }
}

/// The watchdog's thread; rests while nobody is watched.
fn run() {
    let (mut looks, mut ticked) = (Looks::default(), 0);
    let mut all: Vec<Arc<Watcher>> = Vec::new();
    loop {
        let now = now();
        if now >= ticked + nanos(TICK_LENGTH) {
            TICK.advance();
            ticked = now;
        }
        let threshold = |number| {
            let watcher = all.iter().find(|watcher| watcher.number == number)?;
            Some(nanos(watcher.threshold))
        };
        let mut sights = Vec::new();
        let states = SEATS.iter().map(|seat| seat.state());
        let due = looks.look(now, states, threshold, |sight| sights.push(sight));
        all.iter().for_each(|watcher| watcher.listen(now));
        sights.into_iter().for_each(|sight| tell_of(&sight, &all));
        let next = due.min(ticked + nanos(TICK_LENGTH));
        rest(Duration::from_nanos(next.saturating_sub(self::now())), &mut all);
    }
}

/// Sleeps, and sees who is there to be told after that.
fn rest(length: Duration, all: &mut Vec<Arc<Watcher>>) {
    // Whoever is dropped here for good may watch others in turn.
    all.clear();
    let mut watchers = WATCHERS.lock();
    if watchers.all.is_empty() {
        CHANGED.wait_while(&mut watchers, |watchers| watchers.all.is_empty());
    } else if !length.is_zero() {
        CHANGED.wait_for(&mut watchers, length);
    }
    all.clone_from(&watchers.all);
}

fn tell_of(sight: &Sight, all: &[Arc<Watcher>]) {
    let Some(watcher) = all.iter().find(|watcher| Some(watcher.number) == sight.state.number())
    else {
        return;
    };
    let task = sight.state.task();
    let seen = SEATS[sight.seat].thread(task, sight.is_over);
    if let Some(stack) = seen.stack.clone() {
        symbols::then(Box::new(move || symbols::resolve(&stack)));
    }
    let culprit =
        Culprit::Task { task, thread: seen.name, activity: seen.activity, stack: seen.stack };
    watcher.tell(Alarm { culprit, held: Duration::from_nanos(sight.held), is_over: sight.is_over });
}

/// Nanoseconds of the monotonic clock.
fn now() -> u64 {
    Clock::system().sample().mono_ns
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
