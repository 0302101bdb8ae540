//! From what is kept of a task to a traceback, and to the facts that findings are made of.

use core::cell::RefCell;
use core::hash::BuildHasherDefault;
use core::time::Duration;
use std::borrow::Cow;
use std::collections::HashMap;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use parking_lot::MutexGuard;

use super::Supervisor;
use super::entry::Entry;
use super::report::{Cause, ErrorReport, PanicReport, Past};
use super::shared::Shared;
use super::snapshot::error_text;
use super::traced::{Captured, Kept};
use crate::clock::Timeline;
use crate::record::TaskId;
use crate::supervise::status::{Kind, Place, Snapshot};
use crate::supervise::trace::findings::Facts;
use crate::supervise::trace::frames::Fnv;
use crate::supervise::trace::last_lines::LastLines;
use crate::supervise::trace::stack::Stack;
use crate::supervise::trace::traceback::{
    Failed, Found, Panicked, Running, Span, Suspended, Traceback,
};
use crate::supervise::trace::watchdog::Culprit;
use crate::supervise::trace::{Chain, panics};
use crate::supervise::word::Request;
use crate::supervise::{Hold, Outcome, State};

impl Supervisor {
    pub(super) fn explain_all(&self, tasks: &[Arc<Entry>]) -> Vec<Traceback> {
        let timeline = self.shared.timeline();
        let now = self.shared.clock.ticks();
        let log = RefCell::new(LastLines::new());
        let read = RefCell::new(self.shared.tracer.read.lock());
        let looker = Looker { timeline: &timeline, now, read, log };
        let mut all: Vec<Traceback> = tasks.iter().map(|task| looker.traceback(task)).collect();
        let Looker { log, read, .. } = looker;
        // Reading the log runs code of the user's.
        drop(read);
        let mut log = log.into_inner();
        if !log.is_unwanted() && self.shared.tracer.read_log(&mut log) {
            all.iter_mut().for_each(|one| one.log = log.take(one.task, one.run));
        }
        all
    }

    pub(super) fn facts(&self, tasks: &[Arc<Entry>]) -> Vec<Facts> {
        let timeline = self.shared.timeline();
        let groups = panics::groups();
        let facts = |task: &Arc<Entry>| {
            let mut facts = self.shared.facts(task, &self.shared.look(task, &timeline));
            let same = |group: &&panics::Group| group.task.as_deref() == Some(&*task.name);
            let worst = groups.iter().filter(same).max_by_key(|group| group.count);
            facts.panics = worst.map(|group| (group.count, group.place.clone()));
            facts
        };
        tasks.iter().map(facts).collect()
    }
}

impl Shared {
    fn facts(&self, task: &Entry, snapshot: &Snapshot) -> Facts {
        let mut facts = Facts::default();
        (facts.task, facts.name, facts.state) = (task.id, task.name.to_string(), snapshot.state);
        let managed = task.managed.as_ref();
        facts.idle_ok = managed.is_some_and(|managed| managed.idle_ok);
        // What runs on a thread of its own is not polled.
        facts.idle = task.pulse.age().filter(|_| task.kind != Kind::Blocking);
        facts.restarts = snapshot.restarts;
        facts.budget = snapshot.budget.map(|budget| budget.restarts);
        facts.beat = managed.and_then(|managed| managed.spec.heartbeat);
        if let Some(detail) = &*task.detail.lock() {
            let Kept { last, hogs, .. } = &detail.kept;
            let run = task.word.seen().run();
            facts.has_no_waker =
                last.as_ref().is_some_and(|l| l.run == run && l.chain.leaves().is_empty());
            let fell_silent = |past: &&Past| past.outcome == Outcome::Stalled;
            facts.fell_silent = detail.past.iter().filter(fell_silent).count() as u64;
            facts.hogged = hogs.count;
            let place = hogs.after.as_ref().and_then(|frames| user_place(&Stack::of(frames)));
            facts.longest = (hogs.count > 0).then_some((hogs.longest, place));
            facts.hogs_in = hogs.at.as_ref().and_then(|frames| user_call(&Stack::of(frames)));
        }
        facts
    }
}

fn user_place(stack: &Stack) -> Option<Place> {
    stack.user().next().and_then(|frame| frame.place.clone())
}

fn user_call(stack: &Stack) -> Option<(String, Option<Place>)> {
    stack.user().next().map(|frame| (frame.function.clone(), frame.place.clone()))
}

/// Chains that are remembered.
const MOST_READ: usize = 1_024;

/// Waits that were read before: of ten thousand tasks most wait alike, and one that waits has often
/// waited there before.
#[derive(Debug, Default)]
pub(super) struct Read(HashMap<Chain, Vec<Stack>, BuildHasherDefault<Fnv>>);

impl Read {
    fn waits(&mut self, chain: &Chain) -> Vec<Stack> {
        if let Some(known) = self.0.get(chain) {
            return known.clone();
        }
        let waits = waits(chain);
        if waits.iter().all(|stack| stack.unread() == 0) {
            if self.0.len() == MOST_READ {
                self.0.clear();
            }
            self.0.insert(chain.clone(), waits.clone());
        }
        waits
    }
}

/// Looks at tasks at one moment.
struct Looker<'a> {
    timeline: &'a Timeline,
    /// In ticks of the clock.
    now: u64,
    read: RefCell<MutexGuard<'a, Read>>,
    /// What runs logged that did not end well.
    log: RefCell<LastLines>,
}

impl Looker<'_> {
    fn traceback(&self, task: &Entry) -> Traceback {
        let seen = task.word.seen();
        let mut found = Traceback::new(task.id, &*task.name, seen.run(), self.found(task));
        found.spawned_at = Some(Place::from(task.spawned_at));
        if let Some(detail) = &*task.detail.lock() {
            let span = |open: &super::traced::Open| Span {
                name: open.name.to_string(),
                age: self.ago(open.since),
            };
            found.spans = detail.kept.spans.iter().map(span).collect();
        }
        found
    }

    fn found(&self, task: &Entry) -> Found {
        let seen = task.word.seen();
        let detail = task.detail.lock();
        let kept = detail.as_ref().map(|detail| &detail.kept);
        if seen.state().is_alive() {
            let last = kept.and_then(|kept| kept.last.as_ref());
            let last = last.filter(|last| last.run == seen.run());
            return match last {
                _ if task.kind == Kind::Blocking => Found::Blocking,
                Some(last) if !seen.is_asked(Request::Trace) => self.waiting(task, last),
                _ => self.unanswered(kept, last),
            };
        }
        let past = detail.as_ref().and_then(|detail| detail.last());
        match past.map(|past| (past, &past.cause)) {
            Some((past, Cause::Panic(report))) => self.panicked(task.id, past, report),
            Some((past, Cause::Error(report))) => self.failed(task.id, past, report, kept),
            _ => Found::Down(down(seen.state())),
        }
    }

    fn unanswered(&self, kept: Option<&Kept>, last: Option<&Captured>) -> Found {
        let last = last.map(|last| (self.suspended(last, None), self.ago(last.ticks)));
        let Some((alarm, since)) = kept.and_then(|kept| kept.hogs.now.as_ref()) else {
            return Found::Unanswered { last };
        };
        let mut running = Running { last, ..Running::default() };
        running.held = alarm.held + self.ago(*since);
        if let Culprit::Task { thread, activity, stack, .. } = &alarm.culprit {
            running.thread.clone_from(thread);
            running.activity = *activity;
            running.stack = stack.as_ref().map(Stack::of);
        }
        Found::Running(running)
    }

    fn panicked(&self, task: TaskId, past: &Past, report: &PanicReport) -> Found {
        // The panic itself is in the log too.
        let until = report.noted.as_ref().map_or(past.ended, |panic| panic.ticks);
        self.log.borrow_mut().want(task, past.run, past.started, until);
        let mut found = Panicked {
            message: report.message.clone(),
            time: self.timeline.time(past.ended),
            after: self.between(past.started, past.ended),
            ..Panicked::default()
        };
        if let Some(panic) = &report.noted {
            found.place.clone_from(&panic.place);
            found.thread.clone_from(&panic.thread);
            found.time = self.timeline.time(panic.ticks);
            found.seen = panic.seen;
            found.first = Some(self.timeline.time(panic.first));
            found.stack = Stack::of(&panic.frames);
        }
        Found::Panicked(found)
    }

    fn failed(
        &self,
        task: TaskId,
        past: &Past,
        report: &ErrorReport,
        kept: Option<&Kept>,
    ) -> Found {
        self.log.borrow_mut().want(task, past.run, past.started, past.ended);
        let last = kept.and_then(|kept| kept.last.as_ref()).filter(|last| last.run == past.run);
        Found::Failed(Failed {
            error: error_text(report),
            debug: report.debug.clone(),
            stack: (!report.backtrace.is_empty()).then(|| Stack::parse(&report.backtrace)),
            time: self.timeline.time(past.ended),
            after: self.between(past.started, past.ended),
            last: last.map(|l| (self.suspended(l, None), self.between(l.ticks, past.ended))),
        })
    }

    fn waiting(&self, task: &Entry, last: &Captured) -> Found {
        if last.chain.leaves().is_empty() {
            return Found::NoWaker;
        }
        Found::Suspended(self.suspended(last, task.pulse.age()))
    }

    fn suspended(&self, captured: &Captured, idle: Option<Duration>) -> Suspended {
        let chain = &captured.chain;
        Suspended { waits: self.read.borrow_mut().waits(chain), missed: chain.missed(), idle }
    }

    fn ago(&self, ticks: u64) -> Duration {
        self.between(ticks, self.now)
    }

    fn between(&self, from: u64, to: u64) -> Duration {
        let mono = |ticks| self.timeline.time(ticks).mono_ns;
        Duration::from_nanos(mono(to).saturating_sub(mono(from)))
    }
}

/// What a task waits for, each thing once, in an order that does not change.
fn waits(chain: &Chain) -> Vec<Stack> {
    let stacks: Vec<Stack> = chain.leaves().iter().map(Stack::of).collect();
    let mut waits = Vec::with_capacity(stacks.len());
    for stack in &stacks {
        let gist = stack.gist();
        // A leaf may take its waker at several places; to the user that is one.
        if !waits.iter().any(|(known, _)| *known == gist) {
            waits.push((gist, stack));
        }
    }
    // `select!` polls in a random order.
    waits.sort_by(|((a, _), _), ((b, _), _)| a.cmp(b));
    waits.into_iter().map(|(_, stack)| stack.clone()).collect()
}

/// Why a task does not run, in words.
fn down(state: State) -> Cow<'static, str> {
    let words = match state {
        State::Stopped => "stopped",
        State::Completed => "completed",
        State::Failed => "failed",
        State::Dead => "stays down: restarting it has not helped",
        State::Backoff => "waits to be restarted",
        State::Waiting(Hold::Group) => "waits for its group",
        State::Waiting(Hold::Dependency) => "waits for what it needs",
        State::Waiting(Hold::Schedule) => "waits for its time",
        State::Waiting(Hold::Condition) => "waits for a condition",
        State::Starting | State::Running => "runs",
        State::Stopping | State::Aborting => "is being stopped",
        State::Detached => "could not be aborted and is left to itself",
    };
    words.into()
}
