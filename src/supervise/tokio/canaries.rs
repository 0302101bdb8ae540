//! A canary on each runtime that tasks are spawned on: it shows stalls that no task of ours causes.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::sync::{Arc, OnceLock, Weak};
use std::vec::Vec;

use ::tokio::runtime::{Handle, Id};
use parking_lot::Mutex;

use super::shared::Shared;
use super::shutdown::Stage;
use crate::supervise::trace::findings::{Finding, Stalls};
use crate::supervise::trace::watchdog::Watch;

/// Where there are canaries, and what they have shown.
#[derive(Debug, Default)]
pub(super) struct Canaries {
    /// Most programs have one runtime, and a spawn looks no further.
    first: OnceLock<Id>,
    /// As many as live: each leaves with its canary.
    more: Mutex<Vec<Id>>,
    stalled: Mutex<Stalled>,
}

#[derive(Debug, Default)]
struct Stalled {
    stalls: Stalls,
    /// When it was told of the one that goes on, in ticks of the clock.
    told: u64,
}

impl Shared {
    /// Has a canary on this runtime, until the supervisor is shut down or gone.
    #[inline]
    pub(super) fn accompany(self: &Arc<Self>, runtime: &Handle) {
        if self.tracer.canaries.is_new(runtime.id()) {
            self.put_canary(runtime);
        }
    }

    #[cold]
    fn put_canary(self: &Arc<Self>, runtime: &Handle) {
        let Some(canary) = self.tracer.watch().map(Watch::canary) else { return };
        let mut closed = self.closed.subscribe();
        let leave = Leave { shared: Arc::downgrade(self), runtime: runtime.id() };
        super::spawn::aside(runtime, async move {
            let _leave = leave;
            let (mut canary, mut over) =
                (pin!(canary), pin!(closed.wait_for(|stage| *stage == Stage::Over)));
            poll_fn(|cx| match canary.as_mut().poll(cx) {
                Poll::Ready(never) => match never {},
                // An error says that the supervisor is gone.
                Poll::Pending => over.as_mut().poll(cx).map(drop),
            })
            .await;
        });
    }

    /// How many tasks of this kind there are on a runtime.
    pub(super) fn canaries_on(&self, runtime: &Handle) -> usize {
        usize::from(self.tracer.canaries.is_on(runtime.id()))
    }

    /// Takes down that nobody polls a canary, or somebody does again.
    pub(super) fn stalled(&self, held: Duration, is_over: bool) {
        let mut stalled = self.tracer.canaries.stalled.lock();
        stalled.told = self.clock.ticks();
        let stalls = &mut stalled.stalls;
        stalls.count += u64::from(stalls.now.is_none() && !is_over);
        stalls.longest = stalls.longest.max(held);
        stalls.now = (!is_over).then_some(held);
    }

    /// What is to be said of runtimes.
    pub(super) fn stall(&self) -> Option<Finding> {
        let stalled = self.tracer.canaries.stalled.lock();
        let mut stalls = stalled.stalls;
        if let Some(now) = &mut stalls.now {
            let timeline = self.timeline();
            let mono = |ticks| timeline.time(ticks).mono_ns;
            let since = mono(self.clock.ticks()).saturating_sub(mono(stalled.told));
            *now += Duration::from_nanos(since);
        }
        stalls.finding()
    }
}

impl Canaries {
    /// Whether this runtime is to have one now.
    #[inline]
    fn is_new(&self, runtime: Id) -> bool {
        self.first.get() != Some(&runtime) && self.is_new_beside(runtime)
    }

    #[cold]
    fn is_new_beside(&self, runtime: Id) -> bool {
        let mut more = self.more.lock();
        // Under the lock: two who spawn at once must not both be the first.
        if self.first.get().is_none() {
            return self.first.set(runtime).is_ok();
        }
        if self.first.get() == Some(&runtime) || more.contains(&runtime) {
            return false;
        }
        more.push(runtime);
        true
    }

    fn is_on(&self, runtime: Id) -> bool {
        self.first.get() == Some(&runtime) || self.more.lock().contains(&runtime)
    }
}

/// Takes a runtime off the list with its canary, also where the runtime is dropped with it.
struct Leave {
    shared: Weak<Shared>,
    runtime: Id,
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.tracer.canaries.more.lock().retain(|other| *other != self.runtime);
        }
    }
}
