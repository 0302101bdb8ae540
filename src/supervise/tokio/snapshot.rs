//! What is to be seen of a task, taken without asking anybody who could be busy.
//!
//! Of what a task keeps, everything is read where it lies; the core's part is read under its lock,
//! which nobody holds while code of the user's runs.

use std::borrow::Cow;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use super::Supervisor;
use super::detail::Detail;
use super::entry::Entry;
use super::error::SelectError;
use super::report::{Cause, ErrorReport, PanicReport, Past};
use super::select::Select;
use super::shared::Shared;
use super::traced;
use crate::clock::Timeline;
use crate::record::Time;
use crate::supervise::status::{
    Args, ErrorText, Failure, Kind, Members, PanicText, Place, PolicyText, Progress, RunCounts,
    RunRecord, Snapshot,
};
use crate::supervise::{Outcome, Wanted};
use crate::sync::plain::Ordering;

/// How many tasks a page holds at most.
pub const PAGE: usize = 1_000;

impl Supervisor {
    /// What is to be seen of the selected tasks, by name.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn snapshot(&self, select: impl Into<Select>) -> Result<Vec<Snapshot>, SelectError> {
        let selected = self.shared.select(&select.into())?;
        let timeline = self.shared.timeline();
        Ok(selected.iter().map(|entry| self.shared.look(entry, &timeline)).collect())
    }

    /// A page of the selected tasks, by name: those after `after`, at most `most` of them and never
    /// more than [`PAGE`]. A page that is not full is the last one.
    ///
    /// # Errors
    /// Nothing is selected at all; the error suggests names that come near.
    pub fn page(
        &self,
        select: impl Into<Select>,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<Snapshot>, SelectError> {
        let page = self.shared.select_page(&select.into(), after, most.min(PAGE))?;
        let timeline = self.shared.timeline();
        Ok(page.iter().map(|entry| self.shared.look(entry, &timeline)).collect())
    }

    /// Shows the selected tasks one by one, by name: a million of them need no more memory than one.
    ///
    /// # Errors
    /// Nothing is selected; the error suggests names that come near.
    pub fn each(
        &self,
        select: impl Into<Select>,
        mut show: impl FnMut(Snapshot),
    ) -> Result<(), SelectError> {
        let selected = self.shared.select(&select.into())?;
        let timeline = self.shared.timeline();
        selected.iter().for_each(|entry| show(self.shared.look(entry, &timeline)));
        Ok(())
    }

    /// The moment that renderings of snapshots count from.
    #[must_use]
    pub fn now(&self) -> Time {
        let timeline = self.shared.timeline();
        timeline.time(self.shared.clock.ticks())
    }

    /// How many tasks of this supervisor's runtime nobody supervises: those that were spawned past it.
    /// Without a runtime of its own it looks at the one that is entered here, and takes all its bare
    /// futures for tasks of that one; `None` outside of a runtime.
    #[must_use]
    pub fn not_supervised(&self) -> Option<usize> {
        let runtime = self.shared.runtime().ok()?;
        let mut ours = self.shared.sleepers.on(&runtime) + self.shared.canaries_on(&runtime);
        let is_here = |entry: &Entry| match (&entry.managed, entry.kind) {
            (None, _) => true,
            (Some(managed), Kind::Task) => {
                managed.runtime.as_ref().is_some_and(|other| other.id() == runtime.id())
            }
            _ => false,
        };
        self.shared.registry.each(&mut |entry| {
            ours += usize::from(entry.is_alive() && is_here(entry));
            true
        });
        Some(runtime.metrics().num_alive_tasks().saturating_sub(ours))
    }

    /// How many tasks are listed, those that are over included.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.shared.registry.len()
    }

    /// How many tasks that were over are forgotten, to keep the list bounded: of bare futures, and of
    /// tasks that have completed or failed by themselves, each listed apart, some hundred stay. A
    /// task that somebody stopped, or that is in a group, stays until it is removed.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.shared.registry.forgotten()
    }

    /// How many calls of callbacks were left out because too many were due, and how many calls of the
    /// hook because it makes events itself, and of them too many.
    #[must_use]
    pub fn lost_callbacks(&self) -> u64 {
        self.shared.lost_callbacks.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// A timeline that dates everything until now.
    pub(super) fn timeline(&self) -> Timeline {
        let mut timeline = self.timeline.lock();
        // A full timeline thins itself out; what it refuses it does not need.
        _ = timeline.push(self.clock.sample());
        timeline.clone()
    }

    pub(super) fn look(&self, entry: &Arc<Entry>, timeline: &Timeline) -> Snapshot {
        let seen = entry.word.seen();
        let mut snapshot = Snapshot::new(entry.id, entry.name.to_string());
        snapshot.kind = entry.kind;
        snapshot.parent = (entry.parent.0 != 0).then_some(entry.parent);
        snapshot.spawned_at = Some(Place::from(entry.spawned_at));
        snapshot.state = seen.state();
        snapshot.wanted = if seen.state().is_alive() { Wanted::Up } else { Wanted::Down };
        snapshot.since = timeline.time(entry.changed.load(Ordering::Relaxed));
        snapshot.run = seen.run();
        let started = entry.started.load(Ordering::Relaxed);
        snapshot.started = (started != 0).then(|| timeline.time(started));
        snapshot.polls = Some(entry.polls.load(Ordering::Relaxed));
        if entry.managed.is_some() {
            self.look_at_managed(entry, &mut snapshot);
        }
        if let Some(detail) = &*entry.detail.lock() {
            look_at_detail(detail, timeline, &mut snapshot);
            traced::look(entry, &detail.kept, &mut snapshot);
        }
        let is_bare = entry.managed.is_none() && snapshot.history.is_empty();
        if is_bare && !seen.state().is_alive() && seen.run() > 0 {
            // A bare future that did what it had to left nothing but this.
            snapshot.ended = Some(snapshot.since);
            snapshot.outcome = Some(Outcome::Completed);
            snapshot.counts = RunCounts { ok: 1, ..RunCounts::default() };
        }
        snapshot
    }

    fn look_at_managed(&self, entry: &Entry, snapshot: &mut Snapshot) {
        let Some(managed) = &entry.managed else { return };
        let policy = &managed.spec.policy;
        snapshot.policy = PolicyText(policy).to_string().into();
        snapshot.budget = policy.budget;
        snapshot.idle_ok = managed.idle_ok;
        snapshot.callbacks = managed.callbacks.names().map(Cow::Borrowed).collect();
        if let Some(args) = &managed.args {
            snapshot.args = Args::of_debug(&args.show());
        }
        if let Some(group) = &managed.group {
            snapshot.group = group.name.to_string().into();
            snapshot.parent = Some(group.id);
        }
        if let Some(view) = self.driver.view(managed.core) {
            snapshot.wanted = view.wanted;
            snapshot.attempt = view.attempt;
            snapshot.restarts = view.restarts;
            // The core counts from its own beginning, a snapshot as all times do.
            let now = self.driver.origin().elapsed();
            let shown = snapshot.since.mono_ns;
            let age = now.saturating_sub(view.since);
            snapshot.due = view.due.map(|due| shown.saturating_add(due.saturating_sub(now - age)));
        }
        if entry.kind == Kind::Group {
            snapshot.members = self.members(&entry.name);
        }
    }

    fn members(&self, group: &str) -> Members {
        let mut members = Members::default();
        self.registry.each(&mut |entry| {
            let rest = entry.name.strip_prefix(group);
            if rest.is_some_and(|rest| rest.starts_with('/')) {
                members.count += 1;
                members.running += u32::from(entry.is_alive());
            }
            true
        });
        members
    }
}

fn look_at_detail(detail: &Detail, timeline: &Timeline, snapshot: &mut Snapshot) {
    snapshot.status.clone_from(&detail.status);
    snapshot.progress = detail.progress.map(|(done, of)| Progress { done, of });
    snapshot.tags = detail.tags.iter().map(|tag| tag.clone().into()).collect();
    let ends = detail.ends;
    snapshot.counts = RunCounts { ok: ends.ok, failed: ends.failed, panicked: ends.panicked };
    snapshot.history = detail.past.iter().map(|past| record(past, timeline)).collect();
    let Some(last) = detail.last() else { return };
    snapshot.ended = Some(timeline.time(last.ended));
    snapshot.outcome = Some(last.outcome);
    match &last.cause {
        Cause::None => {}
        // A unit says nothing, and is shown as nothing.
        Cause::Value(text) => snapshot.result = (**text != *"()").then(|| text.to_string()),
        Cause::Error(report) => snapshot.failure = Some(Failure::Error(error_text(report))),
        Cause::Panic(report) => {
            snapshot.failure = Some(Failure::Panic(panic_text(report)));
            snapshot.traceback = traced::lines(&report.noted);
        }
    }
}

fn record(past: &Past, timeline: &Timeline) -> RunRecord {
    let detail = match &past.cause {
        Cause::None => String::new(),
        Cause::Value(text) => text.to_string(),
        Cause::Error(report) => report.to_string(),
        Cause::Panic(report) => report.to_string(),
    };
    let (started, ended) = (timeline.time(past.started), timeline.time(past.ended));
    RunRecord { number: past.run, started, ended, outcome: past.outcome, detail }
}

pub(super) fn error_text(report: &ErrorReport) -> ErrorText {
    let mut chain = Vec::from([report.message.clone()]);
    chain.extend(report.sources.iter().cloned());
    ErrorText { class: report.class.into(), chain }
}

fn panic_text(report: &PanicReport) -> PanicText {
    let place = report.location.as_ref().map(|location| {
        let mut parts = location.rsplitn(3, ':');
        let column = parts.next().and_then(|column| column.parse().ok()).unwrap_or(0);
        let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(0);
        Place { file: parts.next().unwrap_or_default().to_string().into(), line, column }
    });
    PanicText { message: report.message.clone(), place }
}
