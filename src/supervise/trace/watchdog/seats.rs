//! Where each thread says which task it polls.
//!
//! A poll costs a load and three stores, of a cache line that no other thread writes.
//!
//! | store | load | what it carries |
//! |---|---|---|
//! | `stamp` in [`begin`] and `Busy::drop`, Release | both of `stamp` in [`Seat::state`] | `task`, which was stored before |
//! | `task` in [`begin`] and `Busy::drop`, Release | `task` in [`Seat::state`], Acquire | that `stamp` was cleared before |

use core::cell::Cell;
use core::marker::PhantomData;
use core::num::NonZero;
use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::thread_local;
use std::vec::Vec;

use parking_lot::Mutex;

use super::Activity;
use super::live::Asked;
use super::threads::Thread;
use crate::record::TaskId;
use crate::supervise::trace::Frames;
use crate::sync::plain::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Threads that can poll tasks of ours at once and be watched.
const COUNT: usize = 256;

pub(super) static SEATS: [Seat; COUNT] = [const { Seat::new() }; COUNT];
/// Nobody looks at this one: for threads that came too late, and for those that are ending.
static SPARE: Seat = Seat::new();
static UNSEATED: AtomicU64 = AtomicU64::new(0);

pub(super) static TICK: Tick = Tick(AtomicU32::new(1));

/// The coarse time; alone in its cache line, since all workers read it.
#[repr(align(128))]
pub(super) struct Tick(AtomicU32);

/// What a thread does; alone in its cache lines.
#[repr(align(128))]
pub(super) struct Seat {
    task: AtomicU64,
    /// See [`Stamp`].
    stamp: AtomicU64,
    is_taken: AtomicBool,
    sitter: Mutex<Option<Sitter>>,
    /// Polls within which others are under way; the innermost last.
    outer: Mutex<Vec<State>>,
}

#[derive(Debug)]
struct Sitter {
    name: String,
    thread: Option<Thread>,
    asked: Asked,
}

/// What is seen of the thread in a seat.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Its name, or its number.
    pub(super) name: String,
    /// What it does now.
    pub(super) activity: Option<Activity>,
    /// Where it is in its task.
    pub(super) stack: Option<Frames>,
}

/// What a seat's second word holds.
///
/// | bits | |
/// |---|---|
/// | 48 to 63 | how often polls within this one began or ended: whoever looks twice must not take one for another |
/// | 32 to 47 | the number of the watch; 0 while nothing is polled |
/// | 0 to 31 | how many polls there were, this one included |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stamp(u64);

/// What is seen of a seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    task: u64,
    stamp: Stamp,
}

thread_local! {
    static SEAT: Cell<Option<&'static Seat>> = const { Cell::new(None) };
    /// Gives the seat back when the thread ends.
    static HOLD: Cell<Option<Hold>> = const { Cell::new(None) };
}

struct Hold(&'static Seat);

/// A poll is under way; belongs to the thread that began it.
#[must_use = "the poll ends when this is dropped"]
pub struct Busy {
    seat: &'static Seat,
    /// What the seat holds afterwards; [`Stamp::WITHIN`] where that is another poll.
    after: Stamp,
    thread: PhantomData<*const ()>,
}

/// Says that this thread polls `task`, until what is returned is dropped.
#[inline]
pub fn begin(task: TaskId, watch: NonZero<u16>) -> Busy {
    let seat = SEAT.get().unwrap_or_else(claim);
    // Relaxed: this thread alone writes them.
    let before = Stamp(seat.stamp.load(Ordering::Relaxed));
    if !before.is_idle() {
        return seat.begin_within(before, task, watch);
    }
    let after = before.next();
    seat.task.store(task.0, Ordering::Release);
    seat.stamp.store(after.watched(watch).0, Ordering::Release);
    Busy { seat, after, thread: PhantomData }
}

/// How many times a thread found no seat, so that what it polls is not watched.
#[must_use]
pub fn unseated() -> u64 {
    UNSEATED.load(Ordering::Relaxed)
}

impl Drop for Busy {
    #[inline]
    fn drop(&mut self) {
        if self.after == Stamp::WITHIN {
            self.seat.end_within();
        } else {
            self.seat.stamp.store(self.after.0, Ordering::Release);
        }
    }
}

impl core::fmt::Debug for Busy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Busy").field("after", &self.after).finish_non_exhaustive()
    }
}

#[cold]
fn claim() -> &'static Seat {
    let free = |seat: &&Seat| {
        let taken =
            seat.is_taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        taken.is_ok()
    };
    let Some(seat) = SEATS.iter().find(free) else {
        UNSEATED.fetch_add(1, Ordering::Relaxed);
        return &SPARE;
    };
    let thread = std::thread::current();
    let name = thread.name().map_or_else(|| format!("{:?}", thread.id()), ToOwned::to_owned);
    *seat.sitter.lock() = Some(Sitter { name, thread: Thread::this(), asked: Asked::this() });
    SEAT.set(Some(seat));
    if HOLD.try_with(|hold| hold.set(Some(Hold(seat)))).is_err() {
        // This thread is past its end already: it will not come back to give the seat away.
        SEAT.set(Some(&SPARE));
    }
    seat
}

impl Drop for Hold {
    fn drop(&mut self) {
        SEAT.set(Some(&SPARE));
        *self.0.sitter.lock() = None;
        // Pairs with the exchange in `claim`: the next one finds an empty seat.
        self.0.is_taken.store(false, Ordering::Release);
    }
}

impl Tick {
    #[inline]
    pub(super) fn get(&self) -> u32 {
        // Nothing is published by a tick.
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn advance(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Stamp {
    /// Stands for the stamp of the poll around one; no idle seat has it.
    const WITHIN: Self = Self(u64::MAX);

    const POLLS: u64 = u32::MAX as u64;
    const WATCH: u64 = (u16::MAX as u64) << 32;
    const CHANGE: u64 = 1 << 48;

    /// That of the next poll, while nothing is polled.
    #[inline]
    fn next(self) -> Self {
        Self(u64::from((self.0 as u32).wrapping_add(1)))
    }

    #[inline]
    fn watched(self, watch: NonZero<u16>) -> Self {
        Self(self.0 | u64::from(watch.get()) << 32)
    }

    /// The same, distinguishable from all before it within this poll.
    fn changed(self) -> Self {
        Self(self.0.wrapping_add(Self::CHANGE))
    }

    fn idle(self) -> Self {
        Self(self.0 & !Self::WATCH)
    }

    fn without_changes(self) -> Self {
        Self(self.0 & (Self::WATCH | Self::POLLS))
    }

    #[inline]
    fn is_idle(self) -> bool {
        self.0 & Self::WATCH == 0
    }
}

impl State {
    pub(super) fn task(self) -> TaskId {
        TaskId(self.task)
    }

    /// The watch it was begun under; `None` while nothing is polled.
    pub(super) fn number(self) -> Option<NonZero<u16>> {
        NonZero::new((self.stamp.0 >> 32) as u16)
    }
}

impl Seat {
    const fn new() -> Self {
        Self {
            task: AtomicU64::new(0),
            stamp: AtomicU64::new(0),
            is_taken: AtomicBool::new(false),
            sitter: Mutex::new(None),
            outer: Mutex::new(Vec::new()),
        }
    }

    /// Begins a poll within another one, as a task does that polls tasks.
    #[cold]
    fn begin_within(&'static self, before: Stamp, task: TaskId, watch: NonZero<u16>) -> Busy {
        let outer = State { task: self.task.load(Ordering::Relaxed), stamp: before };
        self.outer.lock().push(outer);
        let stamp = before.idle().changed().watched(watch);
        self.replace(before, State { task: task.0, stamp });
        Busy { seat: self, after: Stamp::WITHIN, thread: PhantomData }
    }

    #[cold]
    fn end_within(&self) {
        let present = Stamp(self.stamp.load(Ordering::Relaxed));
        let Some(outer) = self.outer.lock().pop() else { return };
        let changes = present.changed().0 & !(Stamp::WATCH | Stamp::POLLS);
        let stamp = Stamp(outer.stamp.without_changes().0 | changes);
        self.replace(present, State { task: outer.task, stamp });
    }

    /// Whoever looks meanwhile must not take one's task for the other's.
    fn replace(&self, present: Stamp, state: State) {
        self.stamp.store(present.idle().0, Ordering::Relaxed);
        self.task.store(state.task, Ordering::Release);
        self.stamp.store(state.stamp.0, Ordering::Release);
    }

    /// What its thread polls now; nothing if it changes under our eyes.
    pub(super) fn state(&self) -> State {
        let stamp = Stamp(self.stamp.load(Ordering::Acquire));
        let task = self.task.load(Ordering::Acquire);
        if stamp.is_idle() || self.stamp.load(Ordering::Acquire) != stamp.0 {
            return State::default();
        }
        State { task, stamp: stamp.without_changes() }
    }

    /// The name of its thread and, unless the poll of that task is over, what that does now.
    pub(super) fn thread(&self, task: TaskId, is_over: bool) -> Seen {
        // Locked all the time: a thread that ends gives its seat back first.
        let sitter = self.sitter.lock();
        let Some(sitter) = &*sitter else { return Seen::default() };
        let name = sitter.name.clone();
        if is_over {
            return Seen { name, ..Seen::default() };
        }
        let activity = sitter.thread.as_ref().and_then(Thread::activity);
        Seen { name, activity, stack: sitter.asked.stack(task) }
    }
}

#[cfg(test)]
mod tests;
