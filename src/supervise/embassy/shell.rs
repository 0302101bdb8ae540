//! The state machine of a task, driven where the task is polled.

use core::fmt::{self, Display};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};

use super::run::Run;
use super::task::{BEAT, READY, RESTARTS_MAX, STOPPING, Task};
use crate::clock::embassy::{nanos, tick_after, ticks, wake_at};
use crate::record::TaskId;
use crate::supervise::{Action, Class, End, Outcome, Solo, State};

/// Is told of what becomes of tasks. It runs within the task, between two polls.
pub type Tell = fn(&Told<'_>);

/// Something that has become of a task.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The name of the task.
    pub name: &'static str,
    /// What it was.
    pub what: What<'a>,
}

/// What can become of a task.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum What<'a> {
    /// A run begins.
    Started {
        /// Which one, counted from 1.
        run: u32,
    },
    /// A run has returned an error.
    Error(&'a dyn Display),
    /// A run is over.
    Finished {
        /// Which one.
        run: u32,
        /// How it ended.
        outcome: Outcome,
    },
    /// It has a new state.
    Changed(State),
    /// It is dead, and its policy wants the whole board to begin anew.
    GivesUp,
}

impl fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.name, self.what)
    }
}

impl fmt::Debug for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { run } => write!(f, "run {run} begins"),
            Self::Error(error) => write!(f, "error: {error}"),
            Self::Finished { run, outcome } => write!(f, "run {run} is over: {outcome:?}"),
            Self::Changed(state) => write!(f, "{state:?}"),
            Self::GivesUp => f.write_str("gives up"),
        }
    }
}

/// See [`Tasks::supervise`](super::Tasks::supervise).
pub(super) async fn supervise<E: Display>(
    task: &'static Task,
    id: TaskId,
    tell: Tell,
    mut make: impl AsyncFnMut(Run) -> Result<(), E>,
) {
    let mut shell = Shell::new(task, id, tell);
    shell.begin();
    loop {
        let number = poll_fn(|cx| shell.idle(cx)).await;
        let end = {
            let mut run = pin!(make(Run { task, number }));
            poll_fn(|cx| shell.drive(run.as_mut(), cx)).await
        };
        shell.end(end);
    }
}

/// What runs a task beside the run itself.
struct Shell {
    task: &'static Task,
    solo: Solo<RESTARTS_MAX>,
    tell: Tell,
    /// The tick at which time alone makes something necessary.
    due: u64,
    /// What is to be done with the run.
    orders: Orders,
    /// The waker that `task` has.
    waker: Option<Waker>,
}

#[derive(Clone, Copy, Default)]
struct Orders {
    spawn: bool,
    abort: bool,
    held: bool,
}

impl Shell {
    fn new(task: &'static Task, id: TaskId, tell: Tell) -> Self {
        let (due, orders) = (u64::MAX, Orders::default());
        Self { task, solo: Solo::new(id), tell, due, orders, waker: None }
    }

    fn begin(&mut self) {
        // A command that came before the task was spawned is the first one.
        if !self.task.has_wish() {
            self.task.command(crate::supervise::Command::Start);
        }
    }

    /// With no run: waits for the next one, and returns its number.
    fn idle(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
        self.attend(ticks());
        if core::mem::take(&mut self.orders.spawn) {
            return Poll::Ready(self.solo.run().number);
        }
        self.sleep(cx);
        Poll::Pending
    }

    /// Polls the run, unless it is to be dropped: then there is no result.
    fn drive<T>(
        &mut self,
        run: Pin<&mut impl Future<Output = T>>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<T>> {
        let before = ticks();
        if before >= self.due || self.has_news() {
            self.attend(before);
            if self.orders.abort {
                return Poll::Ready(None);
            }
        }
        let polled = run.poll(cx);
        let after = ticks();
        self.task.count_poll(after.wrapping_sub(before) as u32);
        if self.task.signs(READY | BEAT) != 0 {
            self.take_signs(after);
        }
        if polled.is_pending() {
            self.sleep(cx);
        }
        polled.map(Some)
    }

    /// The run is over, and dropped.
    fn end<E: Display>(&mut self, result: Option<Result<(), E>>) {
        let end = match &result {
            None => End::Aborted,
            Some(Ok(())) => End::Completed,
            Some(Err(error)) => {
                self.tell(What::Error(error));
                End::Failed
            }
        };
        self.orders.abort = false;
        self.task.set_signs(READY | BEAT | STOPPING, false);
        let spec = &self.task.spec.task;
        let now = ticks();
        self.change(now, |solo, out| solo.ended(spec, end, Class::Default, nanos(now), out));
        if self.solo.gives_up(spec) {
            self.tell(What::GivesUp);
        }
    }

    #[inline]
    fn has_news(&self) -> bool {
        self.task.has_wish() || self.task.is_held() != self.orders.held
    }

    /// Looks at what is wanted, and at the time.
    #[cold]
    #[inline(never)]
    fn attend(&mut self, now: u64) {
        let spec = &self.task.spec.task;
        let held = self.task.is_held();
        if held != self.orders.held {
            self.orders.held = held;
            self.change(now, |solo, out| solo.hold(spec, held, nanos(now), out));
        }
        if let Some(command) = self.task.take_wish() {
            // What is refused has no effect, and the status shows why.
            self.change(now, |solo, out| _ = solo.command(spec, command, nanos(now), out));
        }
        if now >= self.due {
            self.change(now, |solo, out| solo.tick(spec, nanos(now), out));
        }
    }

    #[cold]
    #[inline(never)]
    fn take_signs(&mut self, now: u64) {
        let signs = self.task.signs(READY | BEAT);
        self.task.set_signs(READY | BEAT, false);
        self.task.set_beat(now);
        self.change(now, |solo, out| {
            if signs & READY != 0 {
                solo.ready(nanos(now), out);
            }
            solo.beat(nanos(now));
        });
    }

    /// Has the machine do something, and carries out what it says.
    fn change(
        &mut self,
        now: u64,
        event: impl FnOnce(&mut Solo<RESTARTS_MAX>, &mut dyn FnMut(Action)),
    ) {
        let (task, tell, orders) = (self.task, self.tell, &mut self.orders);
        let name = task.name();
        event(&mut self.solo, &mut |action| match action {
            Action::Spawn { run, attempt } => {
                orders.spawn = true;
                task.set_beat(now);
                task.set_run(run.number, attempt > 0);
                tell(&Told { name, what: What::Started { run: run.number } });
            }
            Action::Cancel(_) => task.set_signs(STOPPING, true),
            Action::Abort(_) => orders.abort = true,
            Action::Finished { run, outcome } => {
                tell(&Told { name, what: What::Finished { run: run.number, outcome } });
            }
            Action::Changed { state, .. } => {
                task.set_state(state, now);
                tell(&Told { name, what: What::Changed(state) });
            }
            Action::Resolved { .. } | Action::Freed(_) | Action::Closed => {}
        });
        self.due = self.solo.due(&task.spec.task).map_or(u64::MAX, tick_after);
    }

    /// Has whoever commands the task, and time, wake it.
    #[inline]
    fn sleep(&mut self, cx: &mut Context<'_>) {
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            self.waker = Some(cx.waker().clone());
            self.task.set_waker(cx.waker().clone());
        }
        if self.due != u64::MAX {
            wake_at(self.due, cx.waker());
        }
        // A wish that came before the waker was there has woken nobody.
        if self.has_news() {
            cx.waker().wake_by_ref();
        }
    }

    fn tell(&self, what: What<'_>) {
        (self.tell)(&Told { name: self.task.name(), what });
    }
}
