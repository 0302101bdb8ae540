//! Where events go: to those who listen, each at its own pace, and to the hook.
//!
//! An event is numbered and put down under one lock, so that all listeners see one order. Nobody is
//! woken under that lock: what wakes a listener may be anybody's code, and may make events.

use core::fmt;
use core::future::poll_fn;
use core::mem;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::vec::Vec;

use ::tokio::task::coop::cooperative;
use parking_lot::Mutex;

use super::Event;
use super::flat::{self, Hook};
use crate::supervise::tokio::caught;
use crate::sync::plain::{AtomicUsize, Ordering};

/// How many events a subscriber may be behind before it loses some.
const KEPT: usize = 1_024;

/// Tells events.
pub(in crate::supervise::tokio) struct Bus {
    inbox: Arc<Inbox>,
    hook: OnceLock<Hook>,
}

/// What listeners have not read yet.
#[derive(Default)]
struct Inbox {
    /// Also behind the lock; here for whoever only asks whether there are some.
    listeners: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The newest ones; at most `KEPT`.
    events: VecDeque<Event>,
    /// The number of the last event, from 1.
    last: u64,
    /// Who waits for the next one.
    waiting: Vec<(Number, Waker)>,
    /// How many have ever listened.
    subscribed: Number,
    is_closed: bool,
}

/// Which listener.
type Number = u64;

impl State {
    /// Puts an event down; returns the one that has no room any more.
    fn put(&mut self, event: Event) -> Option<Event> {
        self.events.push_back(event);
        if self.events.len() > KEPT { self.events.pop_front() } else { None }
    }

    /// What comes after event number `seen`.
    fn after(&self, seen: &mut u64) -> Option<Result<Event, Missed>> {
        let before_kept = self.last.saturating_sub(self.events.len() as u64);
        if *seen < before_kept {
            let lost = before_kept - mem::replace(seen, before_kept);
            return Some(Err(Missed::Lagged(lost)));
        }
        let at = usize::try_from(*seen - before_kept).ok()?;
        let Some(event) = self.events.get(at) else {
            return self.is_closed.then_some(Err(Missed::Closed));
        };
        *seen += 1;
        Some(Ok(event.clone()))
    }

    /// Notes how to wake a listener; returns how it was to be woken before.
    fn wait(&mut self, number: Number, waker: Waker) -> Option<Waker> {
        let known = self.waiting.iter_mut().find(|(other, _)| *other == number);
        if let Some((_, before)) = known {
            return Some(mem::replace(before, waker));
        }
        self.waiting.push((number, waker));
        None
    }
}

impl Bus {
    pub(in crate::supervise::tokio) fn new() -> Self {
        Self { inbox: Arc::default(), hook: OnceLock::new() }
    }

    pub(in crate::supervise::tokio) fn subscribe(&self) -> Events {
        let mut state = self.inbox.state.lock();
        self.inbox.listeners.fetch_add(1, Ordering::Relaxed);
        state.subscribed += 1;
        let inbox = Arc::clone(&self.inbox);
        Events { inbox, number: state.subscribed, seen: state.last }
    }

    /// Has every event told to `hook` at once. There is one; a second one is refused.
    pub(in crate::supervise::tokio) fn set_hook(
        &self,
        hook: impl Fn(&Event) + Send + Sync + 'static,
    ) -> bool {
        self.hook.set(Arc::new(hook)).is_ok()
    }

    /// Whether anybody wants to know.
    #[inline]
    pub(in crate::supervise::tokio) fn is_heard(&self) -> bool {
        self.inbox.listeners.load(Ordering::Relaxed) > 0 || self.hook.get().is_some()
    }

    /// Tells an event. Returns whether the hook was not told, because it makes too many itself.
    pub(in crate::supervise::tokio) fn tell(&self, mut event: Event) -> bool {
        if self.inbox.listeners.load(Ordering::Relaxed) > 0 {
            let mut state = self.inbox.state.lock();
            state.last += 1;
            event.sequence = state.last;
            let oldest = state.put(event.clone());
            let waiting = mem::take(&mut state.waiting);
            drop(state);
            drop(oldest);
            wake(waiting);
        }
        self.hook.get().is_some_and(|hook| !flat::call(hook, &event))
    }
}

fn wake(waiting: Vec<(Number, Waker)>) {
    for (_, waker) in waiting {
        // One that panics must not keep the others asleep.
        _ = caught(|| waker.wake());
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let mut state = self.inbox.state.lock();
        state.is_closed = true;
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        wake(waiting);
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listeners = self.inbox.listeners.load(Ordering::Relaxed);
        f.debug_struct("Bus").field("listeners", &listeners).finish_non_exhaustive()
    }
}

/// A subscriber's end: what happens from now on.
pub struct Events {
    inbox: Arc<Inbox>,
    number: Number,
    /// The number of the last event that it has read or lost.
    seen: u64,
}

/// Why there is no event for a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missed {
    /// It was too slow, and has lost so many; the next ones follow.
    Lagged(u64),
    /// The supervisor is gone.
    Closed,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lagged(lost) => write!(f, "{lost} events lost: this reader fell behind"),
            Self::Closed => f.write_str("the supervisor is gone; no more events come"),
        }
    }
}

impl core::error::Error for Missed {}

impl Events {
    /// Waits for the next event. Nothing is lost if this is dropped before.
    ///
    /// # Errors
    /// Events were lost because this subscriber was too slow, or the supervisor is gone.
    pub async fn next(&mut self) -> Result<Event, Missed> {
        cooperative(poll_fn(|cx| self.poll_next(cx))).await
    }

    fn poll_next(&mut self, cx: &Context<'_>) -> Poll<Result<Event, Missed>> {
        if let Some(next) = self.inbox.state.lock().after(&mut self.seen) {
            return Poll::Ready(next);
        }
        // A waker is cloned and dropped outside of the lock: it may be anybody's.
        let waker = cx.waker().clone();
        let mut state = self.inbox.state.lock();
        let next = state.after(&mut self.seen);
        let before = if next.is_none() { state.wait(self.number, waker) } else { Some(waker) };
        drop(state);
        drop(before);
        next.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut state = self.inbox.state.lock();
        let is_last = self.inbox.listeners.fetch_sub(1, Ordering::Relaxed) == 1;
        let number = self.number;
        let at = state.waiting.iter().position(|(other, _)| *other == number);
        let waiting = at.map(|at| state.waiting.swap_remove(at));
        let unread = if is_last { mem::take(&mut state.events) } else { VecDeque::new() };
        drop(state);
        drop((waiting, unread));
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("seen", &self.seen).finish_non_exhaustive()
    }
}
