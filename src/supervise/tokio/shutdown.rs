//! The end of everything: in reverse order, with a deadline, and told.

use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::time::timeout;

use super::event::What;
use super::report::Cause;
use super::shared::Shared;
use crate::supervise::Shutdown;
use crate::sync::plain::Ordering;

/// How often whoever is still there is told of.
const PROGRESS: Duration = Duration::from_secs(1);

/// How long bare futures may take to be dropped, and what is aborted to be gone.
const LAST_GRACE: Duration = Duration::from_secs(1);

/// How many of those that are still there are told of each time.
const MOST_TOLD: usize = 8;

/// What a shutdown left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closed {
    /// Names of the tasks that could not be brought down in time; nothing waits for them.
    pub detached: Vec<String>,
    /// Whether the deadline made an end of it.
    pub forced: bool,
}

impl Shared {
    /// Stops everything, at most for `limit` by asking; idempotent, for many waiters.
    pub(super) async fn shutdown(self: &Arc<Self>, limit: Duration) -> Closed {
        self.begin_shutdown(Shutdown::Graceful);
        let forced = timeout(limit, self.wait_closed()).await.is_err();
        if forced {
            self.begin_shutdown(Shutdown::Now);
            // What could not be aborted by then is detached, and the core says so itself.
            _ = timeout(LAST_GRACE * 4, self.closed_signal()).await;
        }
        self.abort_plain();
        _ = timeout(LAST_GRACE, self.plain_gone()).await;
        Closed { detached: self.alive(), forced }
    }

    /// Has everything stop; returns at once.
    pub(super) fn begin_shutdown(self: &Arc<Self>, how: Shutdown) {
        // Release pairs with the acquire of whoever wants to add a task.
        self.closing.store(true, Ordering::Release);
        self.driver.tell(self, |core, now, out| {
            core.shutdown(how, now, |action| out.push(action));
        });
        if how == Shutdown::Now {
            self.abort_plain();
        }
    }

    /// Waits until the core has brought down all it knows, and tells who is waited for meanwhile.
    async fn wait_closed(&self) {
        let mut waited = Duration::ZERO;
        while timeout(PROGRESS, self.closed_signal()).await.is_err() {
            waited += PROGRESS;
            self.tell_progress(waited);
        }
    }

    pub(super) async fn closed_signal(&self) {
        // The sender is ours, so this cannot fail.
        _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    fn tell_progress(&self, waited: Duration) {
        let alive = |entry: &&Arc<_>| is_waited_for(entry);
        for entry in self.all().iter().filter(alive).take(MOST_TOLD) {
            self.emit(entry, What::WaitedFor { waited }, Cause::None);
        }
    }

    /// Aborts all bare futures, the newest first.
    fn abort_plain(&self) {
        let mut plain = self.all();
        plain.retain(|entry| entry.managed.is_none());
        plain.sort_unstable_by_key(|entry| entry.started.load(Ordering::Relaxed));
        for entry in plain.iter().rev() {
            entry.abort();
        }
    }

    async fn plain_gone(&self) {
        for entry in self.all() {
            if entry.managed.is_none() {
                entry.down().await;
            }
        }
    }

    /// Names of all that is alive.
    pub(super) fn alive(&self) -> Vec<String> {
        let all = self.all();
        let alive = all.iter().filter(|entry| entry.is_alive());
        let mut names: Vec<String> = alive.map(|entry| (*entry.name).into()).collect();
        names.sort_unstable();
        names
    }
}

fn is_waited_for(entry: &super::entry::Entry) -> bool {
    entry.managed.is_some() && entry.is_alive()
}
