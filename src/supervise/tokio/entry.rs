//! What is kept of one task for as long as it is listed.

use core::fmt;
use core::panic::Location;
use core::task::Waker;
use std::boxed::Box;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::sync::oneshot;
use parking_lot::Mutex;

use super::detail::Detail;
use super::managed::Managed;
use super::name::Name;
use super::report::Past;
use super::traced::Pulse;
use crate::context::{self, Current};
use crate::record::TaskId;
use crate::supervise::State;
use crate::supervise::status::Kind;
use crate::supervise::word::{Request, Word};
use crate::sync::plain::{AtomicU64, Ordering};

/// One task. A million of them must fit: what most tasks do not need lies in [`Detail`].
pub(super) struct Entry {
    pub(super) id: TaskId,
    pub(super) name: Name,
    pub(super) kind: Kind,
    pub(super) word: Word,
    /// Written by the one thread that polls the task at a time.
    pub(super) polls: AtomicU64,
    #[cfg_attr(not(feature = "trace"), allow(dead_code))]
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
        name: Name,
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

    /// Waits until it is down; the state in which it is then.
    pub(super) async fn down(&self) -> State {
        self.until(State::is_down).await
    }

    /// Waits until nothing of it is left, however long that takes.
    pub(super) async fn gone(&self) {
        self.until(|state| !state.is_alive()).await;
    }

    /// Puts it behind the task whose name it takes, and behind those that one is waiting for. Returns
    /// those it need not wait for, to be dropped where no lock is held.
    pub(super) fn come_after(&self, before: &Arc<Self>) -> Vec<Arc<Self>> {
        let ahead = before.with_known_detail(|detail| detail.ahead.clone());
        let ahead = ahead.into_iter().flatten();
        let (mut ahead, over): (Vec<_>, Vec<_>) = ahead.partition(|one| one.is_alive());
        ahead.push(Arc::clone(before));
        self.with_detail(|detail| detail.ahead = ahead);
        over
    }

    /// Waits until nothing is left of those that had its name before.
    pub(super) async fn alone(&self) {
        let first = || self.with_known_detail(|detail| detail.ahead.first().cloned()).flatten();
        while let Some(before) = first() {
            before.gone().await;
            // Not sooner: who takes the name meanwhile has to wait for it too.
            let gone = self.with_known_detail(|detail| detail.ahead.remove(0));
            drop(gone);
        }
    }

    /// Waits until nothing more comes of it by itself.
    pub(super) async fn at_rest(&self) {
        self.until(is_over).await;
    }

    async fn until(&self, is_so: impl Fn(State) -> bool) -> State {
        loop {
            let (waiter, woken) = oneshot::channel();
            self.with_detail(|detail| detail.add_waiter(waiter));
            // Whoever changes the state shows that before it looks for waiters.
            let all_is_told = self.all_is_told();
            let state = self.word.seen().state();
            if all_is_told && is_so(state) {
                return state;
            }
            // An error says that the task is forgotten, which it is not while it is up.
            _ = woken.await;
        }
    }

    /// One thing less of what is to be done about it.
    pub(super) fn told(&self) {
        let Some(managed) = &self.managed else { return };
        // AcqRel pairs with `all_is_told`: who sees the last one sees what all of them did.
        if managed.untold.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Under the lock and not by the word: that would tell nothing of `untold`.
            let waiters = self.detail.lock().as_mut().map(|d| core::mem::take(&mut d.waiters));
            wake(waiters);
        }
    }

    fn all_is_told(&self) -> bool {
        self.managed.as_ref().is_none_or(|managed| managed.untold.load(Ordering::Acquire) == 0)
    }

    /// Has those look who wait for a state. They are woken outside of the lock.
    pub(super) fn wake_waiters(&self) {
        wake(self.with_known_detail(|detail| core::mem::take(&mut detail.waiters)));
    }

    /// Keeps a way to have the run polled.
    pub(super) fn keep_waker(&self, waker: &Waker) {
        *self.waker.lock() = Some(waker.clone());
        self.word.note_waker();
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
        let mut detail = self.detail.lock();
        if detail.is_none() {
            self.word.note_detail();
        }
        f(detail.get_or_insert_default())
    }

    /// Does something with the details if there are any; no lock is taken for most tasks.
    pub(super) fn with_known_detail<R>(&self, f: impl FnOnce(&mut Detail) -> R) -> Option<R> {
        if !self.word.seen().has_detail() {
            return None;
        }
        self.detail.lock().as_mut().map(|detail| f(detail))
    }

    /// Asks the newest run to be dropped, and has it look.
    pub(super) fn abort(&self) -> bool {
        let asked = self.word.ask(self.word.seen().run(), Request::Abort);
        if asked {
            self.wake();
        }
        asked
    }

    /// Aborts the children of the run; those that were alive.
    pub(super) fn let_go(&self) -> Vec<Arc<Entry>> {
        let children = self.with_known_detail(|detail| core::mem::take(&mut detail.children));
        let children = children.into_iter().flatten().filter_map(|child| child.upgrade());
        let children: Vec<_> = children.filter(|child| child.is_alive()).collect();
        children.iter().for_each(|child| _ = child.abort());
        children
    }

    /// Has the run polled. The waker is called outside of the lock: it may run code of a runtime, or
    /// of whoever polls this run in another future, and may panic.
    pub(super) fn wake(&self) {
        let waker = self.waker.lock().clone();
        if let Some(waker) = waker {
            _ = super::caught(|| waker.wake());
        }
    }

    /// Has those look who wait for the stop of a run. What they are woken by may panic.
    pub(super) fn wake_stopping(&self) {
        if let Some(managed) = &self.managed {
            _ = super::caught(|| managed.stop.notify_waiters());
        }
    }

    /// What run number `run` left, if that is remembered.
    pub(super) fn past_of(&self, run: u32) -> Option<Past> {
        self.detail.lock().as_ref().and_then(|detail| detail.past_of(run).cloned())
    }
}

fn wake(waiters: Option<Vec<oneshot::Sender<()>>>) {
    for waiter in waiters.into_iter().flatten() {
        // Whoever does not wait any more has dropped its end; a waker may panic.
        _ = super::caught(|| waiter.send(()));
    }
}

/// Whether nothing is to be waited for any more of a task in this state.
pub(super) fn is_over(state: State) -> bool {
    is_rest(state) || state == State::Detached
}

/// Whether nothing more comes of a task in this state by itself.
pub(super) fn is_rest(state: State) -> bool {
    [State::Stopped, State::Completed, State::Failed, State::Dead].contains(&state)
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
