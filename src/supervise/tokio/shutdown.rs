//! The end of everything: in reverse order, with a deadline, and told.
//!
//! The deadline belongs to the driver and not to who waits: a shutdown that nobody waits for any
//! more comes to its end all the same.

use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::runtime::Handle;

use super::event::EventKind;
use super::report::Cause;
use super::shared::Shared;
use crate::supervise::Shutdown;
use crate::supervise::backoff::nanos;
use crate::sync::plain::Ordering;

/// How often whoever is still there is told of.
const PROGRESS: Duration = Duration::from_secs(1);

/// How long it may take from an abort to the end of what can be aborted.
const LAST_GRACE: Duration = Duration::from_secs(4);

/// How long bare futures may take to be dropped, and callbacks that are due to be made.
const BESIDE_GRACE: Duration = Duration::from_secs(1);

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

/// How far a shutdown has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    #[default]
    Open,
    /// The core has brought down all it knows.
    Core,
    /// What is alive still is left to itself.
    Over,
}

/// The clockwork of a shutdown; times are nanoseconds of the core's clock.
#[derive(Debug, Default)]
pub(super) struct Closing {
    stage: Stage,
    since: Option<u64>,
    /// When patience ends.
    deadline: Option<u64>,
    /// When it is told next who is waited for.
    progress: Option<u64>,
    forced: bool,
}

/// What time makes necessary.
enum Step {
    Tell { waited: Duration },
    Force,
    GiveUp,
}

impl Closing {
    pub(super) fn due(&self) -> Option<u64> {
        [self.deadline, self.progress].into_iter().flatten().min()
    }

    /// Of several deadlines the first one counts.
    fn begin(&mut self, limit: Duration, now: u64) {
        if self.stage == Stage::Open && !self.forced {
            let deadline = now.saturating_add(nanos(limit));
            self.deadline = Some(self.deadline.map_or(deadline, |before| before.min(deadline)));
            self.since.get_or_insert(now);
            self.progress.get_or_insert(now.saturating_add(nanos(PROGRESS)));
        }
    }

    /// The core is done, what it does not know is being aborted.
    fn core_closed(&mut self, now: u64) {
        if self.stage == Stage::Open {
            self.stage = Stage::Core;
            self.deadline = Some(now.saturating_add(nanos(BESIDE_GRACE)));
        }
    }

    fn over(&mut self) {
        *self = Self { stage: Stage::Over, forced: self.forced, ..Self::default() };
    }

    fn step(&mut self, now: u64) -> Option<Step> {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            if self.stage == Stage::Open && !self.forced {
                self.forced = true;
                self.deadline = Some(now.saturating_add(nanos(LAST_GRACE)));
                return Some(Step::Force);
            }
            self.over();
            return Some(Step::GiveUp);
        }
        self.progress.filter(|progress| *progress <= now)?;
        self.progress = Some(now.saturating_add(nanos(PROGRESS)));
        let waited = now.saturating_sub(self.since.unwrap_or(now));
        Some(Step::Tell { waited: Duration::from_nanos(waited) })
    }
}

impl Shared {
    /// Stops everything, at most for `limit` by asking; idempotent, for many waiters.
    pub(super) async fn shutdown(self: &Arc<Self>, limit: Duration) -> Closed {
        if let Ok(runtime) = Handle::try_current() {
            self.sleepers.cover(self, &runtime);
        }
        self.driver.closing(|closing, now| closing.begin(limit, now));
        self.begin_shutdown(Shutdown::Graceful);
        self.stage(Stage::Over).await;
        let forced = self.driver.closing(|closing, _| closing.forced);
        Closed { detached: self.alive(), forced }
    }

    /// Has everything stop; returns at once.
    pub(super) fn begin_shutdown(self: &Arc<Self>, how: Shutdown) {
        self.close();
        self.driver.tell(self, |core, now, out| {
            core.shutdown(how, now, |action| out.push(action));
        });
        if how == Shutdown::Now {
            self.abort_plain();
        }
    }

    /// Lets nobody in any more. Whoever looks for what lives after this, shard by shard, misses
    /// nobody: who was let in was so under the lock of a shard.
    pub(super) fn close(&self) {
        // Release pairs with the acquire of whoever wants to add a task.
        self.closing.store(true, Ordering::Release);
    }

    /// The core has brought down all it knows, because it was told to or because a task wanted it.
    pub(super) fn core_closed(&self) {
        self.driver.closing(Closing::core_closed);
        self.tell_stage(Stage::Core);
        self.abort_plain();
        self.over_with_nothing_beside();
    }

    /// A caller of callbacks is done.
    pub(super) fn one_caller_less(&self) {
        // AcqRel: whoever counts the last one off sees what the others left.
        if self.callers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.one_less_beside();
        }
    }

    /// There is one less of those whom the core does not know and a shutdown waits for.
    pub(super) fn one_less_beside(&self) {
        // Acquire pairs with the release of whoever begins the shutdown. Who ended before that is
        // not counted any more when a shutdown looks: both go through the lock of the shard.
        if self.closing.load(Ordering::Acquire) {
            self.over_with_nothing_beside();
        }
    }

    fn over_with_nothing_beside(&self) {
        // In this order: nobody comes any more once the core has brought down all it knows.
        if self.driver.closing(|closing, _| closing.stage) != Stage::Core {
            return;
        }
        if self.callers.load(Ordering::Acquire) == 0 && self.registry.bare() == 0 {
            self.driver.closing(|closing, _| closing.over());
            self.tell_stage(Stage::Over);
        }
    }

    /// Tells whoever waits for the shutdown how far it is; what they are woken by may panic.
    fn tell_stage(&self, stage: Stage) {
        let newer = |before: &mut Stage| {
            let is_newer = *before < stage;
            *before = stage.max(*before);
            is_newer
        };
        _ = super::caught(|| self.closed.send_if_modified(newer));
    }

    /// Does what time alone makes necessary in a shutdown.
    pub(super) fn press_on(self: &Arc<Self>) {
        if !self.closing.load(Ordering::Acquire) {
            return;
        }
        match self.driver.closing(Closing::step) {
            Some(Step::Tell { waited }) => self.tell_progress(waited),
            Some(Step::Force) => self.begin_shutdown(Shutdown::Now),
            Some(Step::GiveUp) => self.tell_stage(Stage::Over),
            None => {}
        }
    }

    /// Waits until the shutdown has come so far.
    async fn stage(&self, wanted: Stage) {
        // The sender is ours, so this cannot fail.
        _ = self.closed.subscribe().wait_for(|stage| *stage >= wanted).await;
    }

    pub(super) async fn closed_signal(&self) {
        self.stage(Stage::Core).await;
    }

    fn tell_progress(&self, waited: Duration) {
        let alive = |entry: &&Arc<_>| is_waited_for(entry);
        for entry in self.all().iter().filter(alive).take(MOST_TOLD) {
            self.emit(entry, EventKind::WaitedFor { waited }, Cause::None);
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
