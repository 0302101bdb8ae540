//! Asks tasks where they wait: a few at a time, so that nobody else has to wait for long.

use core::time::Duration;
use std::sync::Arc;
use std::vec::Vec;

use ::tokio::time::timeout;

use super::Supervisor;
use super::entry::Entry;
use super::error::SelectError;
use super::select::Select;
use crate::clock::Clock;
use crate::supervise::status::Kind;
use crate::supervise::trace::findings::{self, Finding, diagnose};
use crate::supervise::trace::symbols;
use crate::supervise::trace::traceback::Traceback;
use crate::supervise::word::Request;

/// Tasks that are woken at once; they say where they wait in less than a millisecond.
const SLICE: usize = 64;

/// How often tasks are asked that were met while somebody read what addresses mean.
const ROUNDS: usize = 5;

impl Supervisor {
    /// Where the selected tasks are, by name: what they wait for, what keeps a worker, how they
    /// came to their end. Each task that waits is polled once more, to have it say where.
    ///
    /// Whatever has not answered within `limit` is told as it was known before. Use
    /// [`trace_blocking`](Self::trace_blocking) where the runtime itself may hang.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use core::time::Duration;
    /// use ringvisor::supervise::Supervisor;
    /// use ringvisor::supervise::trace::traceback::Found;
    ///
    /// let supervisor = Supervisor::new();
    /// let lost = supervisor.spawn("lost", core::future::pending::<()>())?;
    /// let traced = supervisor.trace("lost", Duration::from_secs(5)).await.unwrap();
    /// assert_eq!(traced[0].found, Found::NoWaker);
    /// # drop(lost);
    /// # Ok::<(), ringvisor::supervise::SpawnError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub async fn trace(
        &self,
        select: impl Into<Select>,
        limit: Duration,
    ) -> Result<Vec<Traceback>, SelectError> {
        let tasks = self.traceable(select)?;
        // Answers or not: what is known is told.
        _ = timeout(limit, self.ask_all(&tasks)).await;
        Ok(self.explain_all(&tasks))
    }

    /// The same for a thread that is none of the runtime's.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn trace_blocking(
        &self,
        select: impl Into<Select>,
        limit: Duration,
    ) -> Result<Vec<Traceback>, SelectError> {
        let tasks = self.traceable(select)?;
        let clock = Clock::system();
        let begun = clock.sample().mono_ns;
        let left = || {
            let spent = clock.sample().mono_ns.saturating_sub(begun);
            limit.saturating_sub(Duration::from_nanos(spent))
        };
        let mut asked = tasks.clone();
        for round in 0..ROUNDS {
            let held = (round > 0).then(symbols::hold);
            held.iter().for_each(|held| held.wait(left()));
            for slice in asked.chunks(SLICE) {
                slice.iter().for_each(|task| ask(task));
                self.shared.bell().wait(left(), || slice.iter().all(|task| has_answered(task)));
            }
            drop(held);
            let is_read = symbols::settle(left());
            asked = unread(&asked);
            if asked.is_empty() || !is_read {
                break;
            }
        }
        Ok(self.explain_all(&tasks))
    }

    /// What is wrong, in words and with evidence, the worst first. Asks every task where it waits,
    /// for `limit` at most.
    pub async fn diagnose(&self, limit: Duration) -> Vec<Finding> {
        let tasks = self.traceable(Select::All).unwrap_or_default();
        _ = timeout(limit, self.ask_all(&tasks)).await;
        self.judge(&tasks)
    }

    /// The same for a thread that is none of the runtime's, of what is known without asking.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.judge(&self.traceable(Select::All).unwrap_or_default())
    }

    fn judge(&self, tasks: &[Arc<Entry>]) -> Vec<Finding> {
        let mut findings = diagnose(&self.facts(tasks));
        findings.extend(self.shared.stall());
        findings::sort(&mut findings);
        findings
    }

    fn traceable(&self, select: impl Into<Select>) -> Result<Vec<Arc<Entry>>, SelectError> {
        let mut tasks = self.shared.select(&select.into())?;
        tasks.retain(|task| task.kind != Kind::Group);
        Ok(tasks)
    }

    async fn ask_all(&self, tasks: &[Arc<Entry>]) {
        let mut asked = tasks.to_vec();
        for round in 0..ROUNDS {
            // Only now: whoever holds the reader up wakes it, which costs as much as all the rest.
            let held = (round > 0).then(symbols::hold);
            if let Some(held) = &held {
                held.quiet().await;
            }
            for slice in asked.chunks(SLICE) {
                slice.iter().for_each(|task| ask(task));
                self.shared.bell().heard(|| slice.iter().all(|task| has_answered(task))).await;
            }
            drop(held);
            symbols::settled().await;
            asked = unread(&asked);
            if asked.is_empty() {
                break;
            }
        }
    }
}

/// Whether a task can be asked: a future, alive.
fn can_answer(task: &Entry) -> bool {
    task.kind != Kind::Blocking && task.is_alive()
}

fn ask(task: &Entry) {
    let run = task.word.seen().run();
    // One who was asked before, by somebody else, was woken then.
    if can_answer(task) && task.word.ask(run, Request::Trace) {
        task.wake();
    }
}

fn has_answered(task: &Entry) -> bool {
    !can_answer(task) || !task.word.seen().is_asked(Request::Trace)
}

/// Those of which nobody knows what their addresses mean.
fn unread(tasks: &[Arc<Entry>]) -> Vec<Arc<Entry>> {
    let is_unread = |task: &&Arc<Entry>| {
        let detail = task.detail.lock();
        let last = detail.as_ref().and_then(|detail| detail.kept.last.as_ref());
        last.is_none_or(|last| !last.chain.leaves().iter().all(symbols::are_known))
    };
    tasks.iter().filter(|task| can_answer(task)).filter(is_unread).cloned().collect()
}
