//! What a run is handed: who it is, and what it can say.

use core::fmt;
use core::future::Future;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::format;
use std::string::String;
use std::sync::Arc;

use super::detail::MAX_STATUS;
use super::entry::Entry;
use super::error::SpawnError;
use super::handle::TaskHandle;
use super::report::FloorCharBoundary;
use super::shared::Shared;
use super::spawn::Plain;
use super::supervised::Run;
use crate::record::TaskId;
use crate::supervise::word::Request;
use crate::supervise::{Event as Told, Run as CoreRun};

/// A run's link to its supervisor. A clone is the same link.
#[derive(Clone)]
pub struct Ctx {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
    run: u32,
    attempt: u32,
}

impl Ctx {
    pub(super) fn of(run: &Run, attempt: u32) -> Self {
        let (shared, entry) = (Arc::clone(&run.shared), Arc::clone(&run.entry));
        Self { shared, entry, run: run.number(), attempt }
    }

    #[cfg_attr(not(feature = "trace"), allow(dead_code, reason = "for named futures"))]
    pub(super) fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.entry.id
    }

    /// The task's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Which run of the task this is, counted from 1.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.run
    }

    /// How many restarts of the policy came before this run since the last reset.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether this run was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        let seen = self.entry.word.seen();
        let asked = seen.is_asked(Request::Stop) || seen.is_asked(Request::Abort);
        seen.run() != self.run || asked || !seen.state().is_alive()
    }

    /// Waits until this run is asked to stop, or is over. It may be dropped and called again.
    pub async fn stopping(&self) {
        let Some(managed) = &self.entry.managed else { return core::future::pending().await };
        loop {
            let mut notified = pin!(managed.stop.notified());
            // Who is asked between this look and the wait has to be woken.
            notified.as_mut().enable();
            if self.is_stopping() {
                return;
            }
            notified.await;
        }
    }

    /// Runs `future` until it is ready or this run is asked to stop; `None` is the latter.
    pub async fn until_stopped<F: Future>(&self, future: F) -> Option<F::Output> {
        let (mut future, mut stopping) = (pin!(future), pin!(self.stopping()));
        core::future::poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            stopping.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// Says that this run is ready: who waits for it may start. Only for tasks that say so
    /// themselves; see [`TaskBuilder::notify_ready`](super::TaskBuilder::notify_ready).
    pub fn ready(&self) {
        self.tell(Told::Ready);
    }

    /// Says that this run is alive, for tasks that have to; see
    /// [`TaskBuilder::heartbeat`](super::TaskBuilder::heartbeat).
    pub fn beat(&self) {
        self.tell(Told::Beat);
    }

    /// Asks for more time to stop, counted from now.
    pub fn extend_stop(&self, more: Duration) {
        let nanos = u64::try_from(more.as_nanos()).unwrap_or(u64::MAX);
        self.tell(|run| Told::Extend(run, nanos));
    }

    fn tell(&self, event: impl FnOnce(CoreRun) -> Told) {
        let Some(managed) = &self.entry.managed else { return };
        let event = event(CoreRun { task: managed.core, number: self.run });
        self.shared.driver.tell(&self.shared, |core, now, out| {
            core.event(event, now, |action| out.push(action));
        });
    }

    /// Says in a few words what this run is about; shown by status. Cut after 200 bytes.
    pub fn status(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        let text = &text[..text.floor_char_boundary_of(MAX_STATUS)];
        self.entry.with_detail(|detail| {
            if self.is_newest() {
                detail.status.clear();
                detail.status.push_str(text);
            }
        });
    }

    /// Says how far this run has come: `done` of `total`.
    pub fn progress(&self, done: u64, total: u64) {
        self.entry.with_detail(|detail| {
            if self.is_newest() {
                detail.progress = Some((done, total));
            }
        });
    }

    fn is_alive(&self) -> bool {
        let seen = self.entry.word.seen();
        seen.run() == self.run && seen.state().is_alive()
    }

    /// A link that outlives its run must not speak for the next one.
    fn is_newest(&self) -> bool {
        self.entry.word.seen().run() == self.run
    }

    /// Spawns a task below this one, named `this/name`. It is aborted when this run ends, and the run
    /// is over when nothing is left of it.
    ///
    /// # Errors
    /// The name is none or taken, or everything is being shut down.
    #[track_caller]
    pub fn child<F>(&self, name: &str, future: F) -> Result<TaskHandle<F::Output>, SpawnError>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let name: String = format!("{}/{name}", self.entry.name);
        let handle = Plain::new(&self.shared, &name).spawn(future)?;
        let child = Arc::downgrade(handle.entry());
        let lives = self.entry.with_detail(|detail| {
            detail.add_child(child);
            self.is_alive()
        });
        if !lives {
            handle.abort();
        }
        Ok(handle)
    }
}

impl fmt::Debug for Ctx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ctx").field("task", &self.name()).field("run", &self.run).finish()
    }
}
