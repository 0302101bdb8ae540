//! What is kept of one task for as long as it is listed.

use core::fmt;
use core::panic::Location;
use core::task::Waker;
use std::boxed::Box;
use std::sync::Arc;

use ::tokio::sync::oneshot;
use parking_lot::Mutex;

use super::detail::Detail;
use super::managed::Managed;
use super::traced::Pulse;
use super::word::{Request, Word};
use crate::context::{self, Current};
use crate::record::TaskId;
use crate::supervise::State;
use crate::supervise::status::Kind;
use crate::sync::plain::{AtomicU64, Ordering};

/// One task. A million of them must fit: what most tasks do not need lies in [`Detail`].
pub(super) struct Entry {
    pub(super) id: TaskId,
    pub(super) name: Box<str>,
    pub(super) kind: Kind,
    pub(super) word: Word,
    /// Written by the one thread that polls the task at a time.
    pub(super) polls: AtomicU64,
    pub(super) pulse: Pulse,
    /// When the run started, and when the state changed last, in ticks.
    pub(super) started: AtomicU64,
    pub(super) changed: AtomicU64,
    /// The task that was running where this one was made; 0 for none.
    pub(super) parent: TaskId,
    pub(super) spawned_at: &'static Location<'static>,
    /// Wakes the run; there once it has been polled and was not over then.
    pub(super) waker: Mutex<Option<Waker>>,
    pub(super) detail: Mutex<Option<Box<Detail>>>,
    pub(super) managed: Option<Arc<Managed>>,
}

impl Entry {
    /// A task that was never started.
    pub(super) fn new(
        id: TaskId,
        name: Box<str>,
        kind: Kind,
        spawned_at: &'static Location<'static>,
    ) -> Self {
        Self {
            id,
            name,
            kind,
            word: Word::new(0, State::Stopped),
            polls: AtomicU64::new(0),
            pulse: Pulse::default(),
            started: AtomicU64::new(0),
            changed: AtomicU64::new(0),
            parent: context::with(|task| task.map_or(TaskId(0), |task| task.id)),
            spawned_at,
            waker: Mutex::new(None),
            detail: Mutex::new(None),
            managed: None,
        }
    }

    /// The same, running since `now`, in ticks.
    pub(super) fn running_since(self, now: u64) -> Self {
        Self {
            word: Word::new(1, State::Running),
            started: AtomicU64::new(now),
            changed: AtomicU64::new(now),
            ..self
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.word.seen().state().is_alive()
    }

    /// Whether its name is free: it is no more than a memory.
    pub(super) fn is_over(&self) -> bool {
        self.managed.is_none() && !self.is_alive()
    }

    /// Waits until it is down.
    pub(super) async fn down(&self) {
        self.until(State::is_down).await;
    }

    /// Waits until nothing more comes of it by itself.
    pub(super) async fn at_rest(&self) {
        let is_rest = |state| {
            let rest = [State::Stopped, State::Completed, State::Failed, State::Dead];
            rest.contains(&state) || state == State::Detached
        };
        self.until(is_rest).await;
    }

    async fn until(&self, is_so: impl Fn(State) -> bool) {
        loop {
            let (waiter, woken) = oneshot::channel();
            self.with_detail(|detail| detail.waiters.push(waiter));
            // Whoever changes the state shows that before it looks for waiters.
            if is_so(self.word.seen().state()) {
                return;
            }
            // An error says that the task is forgotten, which it is not while it is up.
            _ = woken.await;
        }
    }

    /// Keeps a way to have the run polled.
    pub(super) fn keep_waker(&self, waker: &Waker) {
        *self.waker.lock() = Some(waker.clone());
    }

    /// The run `number` of this task as whoever logs in it is to see it.
    #[inline]
    pub(super) fn current(&self, number: u32) -> Current<'_> {
        Current { id: self.id, run: number, name: &self.name }
    }

    /// Counts a poll. Only one thread polls at a time, so no locked instruction is needed.
    #[inline]
    pub(super) fn count_poll(&self) {
        self.polls.store(self.polls.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Does something with the details, which are made where there are none.
    pub(super) fn with_detail<R>(&self, f: impl FnOnce(&mut Detail) -> R) -> R {
        f(self.detail.lock().get_or_insert_default())
    }

    /// Asks the newest run to be dropped, and has it look.
    pub(super) fn abort(&self) -> bool {
        let asked = self.word.ask(self.word.seen().run(), Request::Abort);
        if asked {
            self.wake();
        }
        asked
    }

    /// Has the run polled. The waker is called outside of the lock: it may run code of a runtime.
    pub(super) fn wake(&self) {
        let waker = self.waker.lock().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.word.seen();
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("run", &seen.run())
            .field("state", &seen.state())
            .finish_non_exhaustive()
    }
}
