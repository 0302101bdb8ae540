//! Where the shell meets tracebacks: what is done around a poll, and what is kept of it.
//!
//! Without the feature `trace`, `traced/absent.rs` stands here and does none of it.

use core::any::Any;
use core::fmt;
use core::future::Future;
use core::num::NonZero;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::boxed::Box;
use std::format;
use std::string::{String, ToString};
use std::sync::{Arc, OnceLock};
use std::vec::Vec;

use ::tokio::sync::Notify;
use parking_lot::{Condvar, Mutex};

use super::Supervisor;
use super::canaries::Canaries;
use super::entry::Entry;
use super::event::EventKind;
use super::explain::Read;
use super::report::Cause;
use super::shared::Shared;
use super::supervised::{Run, Turn};
use crate::clock::Clock;
use crate::supervise::status::{Health, Snapshot};
use crate::supervise::trace::capture::capture;
use crate::supervise::trace::last_lines::LastLines;
use crate::supervise::trace::panics::{self, Panic};
use crate::supervise::trace::stack::Stack;
use crate::supervise::trace::watchdog::{self, Alarm, Culprit, Watch};
use crate::supervise::trace::{Chain, Frames};
use crate::supervise::word::{Request, Seen};
use crate::sync::plain::{AtomicU16, AtomicU32, Ordering};

pub(super) use crate::supervise::trace::watchdog::Busy;

/// What the watchdog has to do with a task.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// In which tick it was polled last; 0 before the first poll.
    tick: AtomicU32,
    /// Under which number it is watched; 0 if the system refused the watchdog a thread.
    watch: AtomicU16,
}

/// What the supervisor as a whole needs.
#[derive(Debug, Default)]
pub(super) struct Tracer {
    watch: OnceLock<Option<Watch>>,
    bell: Bell,
    log: ReadLog,
    pub(super) canaries: Canaries,
    pub(super) read: Mutex<Read>,
}

/// Looks through the log for what runs wrote before their end; set once.
#[derive(Default)]
struct ReadLog(OnceLock<ReadLines>);

type ReadLines = Box<dyn Fn(&mut LastLines) + Send + Sync>;

/// Rung when a task has said where it waits.
#[derive(Debug, Default)]
pub(super) struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
    notify: Notify,
}

/// What is kept of a task.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Where it waited when it was asked the last time.
    pub(super) last: Option<Captured>,
    pub(super) hogs: Hogs,
    /// What it does now, by the names it gave; the outermost first.
    pub(super) spans: Vec<Open>,
}

/// A wait.
#[derive(Clone, Debug)]
pub(super) struct Captured {
    pub(super) run: u32,
    /// When that was, in ticks of the clock.
    pub(super) ticks: u64,
    pub(super) chain: Chain,
}

/// How often a task kept its worker.
#[derive(Debug, Default)]
pub(super) struct Hogs {
    pub(super) count: u64,
    pub(super) longest: Duration,
    /// What is said of it now, and since when, in ticks of the clock.
    pub(super) now: Option<(Alarm, u64)>,
    /// Where it waited before the longest one, and where it was then, if that was seen.
    pub(super) after: Option<Frames>,
    pub(super) at: Option<Frames>,
}

/// A name for what a task does.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) number: u64,
    pub(super) name: Box<str>,
    /// Since when, in ticks of the clock.
    pub(super) since: u64,
}

/// What the hook saw of a panic; none if it did not see it.
pub(super) type Noted = Option<Box<Panic>>;

/// Says that this thread polls the run, until what is returned is dropped.
#[inline]
pub(super) fn begin(entry: &Entry, seen: Seen) -> Option<Busy> {
    if !seen.is_asked(Request::Trace) {
        entry.pulse.tick.store(watchdog::tick(), Ordering::Relaxed);
    }
    let watch = NonZero::new(entry.pulse.watch.load(Ordering::Relaxed))?;
    Some(watchdog::begin(entry.id, watch))
}

/// Polls a run's future; if it was asked to, it says where it waits.
#[inline]
pub(super) fn poll<F: Future, P: Turn>(
    run: &Run<P>,
    seen: Seen,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    if seen.is_asked(Request::Trace) { ask(run, future, cx) } else { future.poll(cx) }
}

#[cold]
fn ask<F: Future, P: Turn>(
    run: &Run<P>,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    let mut chain = Chain::new();
    let polled = capture(future, cx, &mut chain);
    if polled.is_pending() {
        let captured = Captured { run: run.number(), ticks: Clock::system().ticks(), chain };
        run.entry.with_detail(|detail| detail.kept.last = Some(captured));
    }
    run.entry.word.answered(Request::Trace);
    run.shared.tracer.bell.ring();
    polled
}

/// What the hook saw of the panic with this payload, which this thread has just caught.
pub(super) fn noted(payload: &(dyn Any + Send)) -> Noted {
    let panic = panics::caught(payload);
    panic.was_seen().then(|| Box::new(panic))
}

/// `file:line:column` of a panic.
pub(super) fn location(noted: &Noted) -> Option<String> {
    noted.as_ref()?.place.as_ref().map(ToString::to_string)
}

/// The user's lines of a panic as far as they are known by now.
pub(super) fn lines(noted: &Noted) -> String {
    let Some(panic) = noted else { return String::new() };
    let stack = Stack::of(&panic.frames);
    let line = |frame: &crate::supervise::trace::stack::Frame| {
        let place = frame.place.as_ref().map_or_else(|| "?".to_string(), ToString::to_string);
        format!("{place} in {}\n", frame.function)
    };
    stack.user().map(line).collect()
}

/// Shows what is kept of a task that is alive.
pub(super) fn look(entry: &Entry, kept: &Kept, snapshot: &mut Snapshot) {
    let run = entry.word.seen().run();
    let last = kept.last.as_ref().filter(|last| last.run == run);
    if !entry.is_alive() {
        return;
    }
    if kept.hogs.now.is_some() {
        snapshot.health = Health::Stalled;
    } else if last.is_some_and(|last| last.chain.leaves().is_empty()) {
        snapshot.health = Health::NoWaker;
    }
    snapshot.longest_poll = (kept.hogs.count > 0).then_some(kept.hogs.longest);
}

impl Supervisor {
    /// Has `read` look through a log whenever a traceback of a task that panicked or failed is asked
    /// for, so that it shows what the task wrote before; see [`LastLines`]. There is one, and it
    /// stays; tells whether this is the one. The log of [`init`](crate::init), and that of a control
    /// socket, are looked through without this.
    pub fn read_log_with(&self, read: impl Fn(&mut LastLines) + Send + Sync + 'static) -> bool {
        self.shared.tracer.log.0.set(Box::new(read)).is_ok()
    }
}

impl Tracer {
    pub(super) fn watch(&self) -> Option<&Watch> {
        self.watch.get()?.as_ref()
    }

    /// Whether there is a log that was looked through.
    pub(super) fn read_log(&self, lines: &mut LastLines) -> bool {
        let read = self.log.0.get();
        // It is code of the user's, and must not take along whoever only looks.
        read.is_some_and(|read| super::caught(|| read(lines)).is_ok())
    }
}

impl fmt::Debug for ReadLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadLog").field(&self.0.get().is_some()).finish()
    }
}

impl Shared {
    /// Has the polls of a task watched.
    pub(super) fn watch(self: &Arc<Self>, entry: &Entry) {
        let watch = || {
            panics::install();
            let weak = Arc::downgrade(self);
            let tell = move |alarm| {
                if let Some(shared) = weak.upgrade() {
                    shared.alarmed(alarm);
                }
            };
            watchdog::watch(watchdog::THRESHOLD, tell).ok()
        };
        if let Some(watch) = self.tracer.watch.get_or_init(watch) {
            entry.pulse.watch.store(watch.number().get(), Ordering::Relaxed);
        }
    }

    fn alarmed(&self, alarm: Alarm) {
        let Culprit::Task { task, .. } = alarm.culprit else {
            return self.stalled(alarm.held, alarm.is_over);
        };
        let Some(entry) = self.registry.get(task) else { return };
        let (held, is_over) = (alarm.held, alarm.is_over);
        let ticks = self.clock.ticks();
        let is_news = entry.with_detail(|detail| detail.kept.alarmed(alarm, ticks));
        if is_news {
            self.emit(&entry, EventKind::Hog { held, is_over }, Cause::None);
        }
    }

    pub(super) fn bell(&self) -> &Bell {
        &self.tracer.bell
    }
}

impl Kept {
    /// Takes down what the watchdog tells; whether it has to be told on: the beginning and the end.
    fn alarmed(&mut self, alarm: Alarm, ticks: u64) -> bool {
        let hogs = &mut self.hogs;
        let is_new = hogs.now.is_none();
        hogs.count += u64::from(is_new);
        if alarm.held > hogs.longest {
            hogs.longest = alarm.held;
            hogs.after = self.last.as_ref().and_then(|last| last.chain.leaves().first().cloned());
            // Who has let go does not say where it was; what was told of the same poll does.
            let before = || hogs.now.as_ref().and_then(|(before, _)| stack_of(before));
            let at = stack_of(&alarm).or_else(before);
            if at.is_some() || is_new {
                hogs.at = at;
            }
        }
        let is_over = alarm.is_over;
        hogs.now = (!is_over).then_some((alarm, ticks));
        is_new || is_over
    }
}

fn stack_of(alarm: &Alarm) -> Option<Frames> {
    match &alarm.culprit {
        Culprit::Task { stack, .. } => stack.clone(),
        Culprit::Somebody => None,
    }
}

impl Pulse {
    /// How long ago it was polled last.
    pub(super) fn age(&self) -> Option<Duration> {
        let tick = self.tick.load(Ordering::Relaxed);
        (tick > 0).then(|| watchdog::TICK_LENGTH * watchdog::tick().wrapping_sub(tick))
    }
}

impl Bell {
    fn ring(&self) {
        *self.rung.lock() += 1;
        self.heard.notify_all();
        self.notify.notify_waiters();
    }

    /// Waits until `is_so`, for `limit` at most; looks each time the bell is rung.
    pub(super) fn wait(&self, limit: Duration, mut is_so: impl FnMut() -> bool) {
        let mut rung = self.rung.lock();
        let unlike = |_: &mut u64| !is_so();
        self.heard.wait_while_for(&mut rung, unlike, limit);
    }

    /// The same without blocking, and without a limit.
    pub(super) async fn heard(&self, mut is_so: impl FnMut() -> bool) {
        loop {
            let mut notified = core::pin::pin!(self.notify.notified());
            // Who is rung for between this look and the wait has to hear it.
            notified.as_mut().enable();
            if is_so() {
                return;
            }
            notified.await;
        }
    }
}
