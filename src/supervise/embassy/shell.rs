//! The state machine of a task, driven where the task is polled.

use core::fmt::{self, Display};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};

use super::run;
use super::task::{BEAT, READY, RESTARTS_MAX, STOPPING, Task};
use crate::clock::embassy::{nanos, tick_after, ticks, wake_at};
use crate::context::{self, Current};
use crate::record::TaskId;
use crate::supervise::{Action, Class, Command, End, Outcome, Run, Solo, State};

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
    found: Option<(&'static Task, TaskId)>,
    tell: Tell,
    mut make: impl AsyncFnMut(run::Run) -> Result<(), E>,
) {
    let Some((task, id)) = found else { return };
    let mut shell = Shell::new(task, id, tell);
    loop {
        let number = poll_fn(|cx| shell.idle(cx)).await;
        let end = {
            let mut run = pin!(make(run::Run { task, number }));
            poll_fn(|cx| shell.drive(run.as_mut(), cx)).await
        };
        shell.end(end);
    }
}

type Machine = Solo<RESTARTS_MAX>;

/// Something that happens to a machine.
enum Event {
    Hold(bool),
    Command(Command),
    Tick,
    /// The run has said that it is ready, or that it is alive.
    Signs(u8),
    Ended(End),
}

/// What runs a task beside the run itself.
struct Shell {
    task: &'static Task,
    solo: Machine,
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
}

impl Shell {
    /// Everything for a task that was not started yet. A command that came before the task was
    /// spawned is the first one.
    #[inline(never)]
    fn new(task: &'static Task, id: TaskId, tell: Tell) -> Self {
        if !task.has_wish() {
            task.command(Command::Start);
        }
        let (due, orders) = (u64::MAX, Orders::default());
        Self { task, solo: Solo::new(id), tell, due, orders, waker: None }
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
        if (before >= self.due || self.task.has_wish()) && self.attend(before) {
            return Poll::Ready(None);
        }
        let Run { task: id, number } = self.solo.run();
        let current = Current { id, run: number, name: self.task.name() };
        let polled = context::scope(Some(&current), || run.poll(cx));
        self.polled(before, polled.is_pending(), cx);
        polled.map(Some)
    }

    /// Counts the poll that began at `before`.
    #[inline(never)]
    fn polled(&mut self, before: u64, is_pending: bool, cx: &Context<'_>) {
        let after = ticks();
        self.task.count_poll(after.wrapping_sub(before) as u32);
        if self.task.signs(READY | BEAT) != 0 {
            self.take_signs(after);
        }
        if is_pending {
            self.sleep(cx);
        }
    }

    /// The run is over, and dropped.
    fn end<E: Display>(&mut self, result: Option<Result<(), E>>) {
        match &result {
            None => self.ended(End::Aborted, None),
            Some(Ok(())) => self.ended(End::Completed, None),
            Some(Err(error)) => self.ended(End::Failed, Some(error)),
        }
    }

    #[inline(never)]
    fn ended(&mut self, end: End, error: Option<&dyn Display>) {
        if let Some(error) = error {
            self.tell(What::Error(error));
        }
        self.orders.abort = false;
        self.task.set_signs(READY | BEAT | STOPPING, false);
        let spec = &self.task.spec.task;
        let now = ticks();
        self.change(now, Event::Ended(end));
        if self.solo.gives_up(spec) {
            self.tell(What::GivesUp);
        }
    }

    /// Looks at what is wanted, and at the time; whether the run is to be dropped.
    #[cold]
    #[inline(never)]
    fn attend(&mut self, now: u64) -> bool {
        let (hold, command) = self.task.take_wish();
        if let Some(held) = hold {
            self.change(now, Event::Hold(held));
        }
        if let Some(command) = command {
            self.change(now, Event::Command(command));
        }
        if now >= self.due {
            self.change(now, Event::Tick);
        }
        self.orders.abort
    }

    #[cold]
    #[inline(never)]
    fn take_signs(&mut self, now: u64) {
        let signs = self.task.signs(READY | BEAT);
        self.task.set_signs(READY | BEAT, false);
        self.task.set_beat(now);
        self.change(now, Event::Signs(signs));
    }

    /// Tells the machine what has happened, and carries out what it says.
    #[inline(never)]
    fn change(&mut self, now: u64, event: Event) {
        let mut run = Effects { task: self.task, tell: self.tell, now, orders: &mut self.orders };
        let out = &mut |action| run.carry_out(action);
        let (solo, spec, now) = (&mut self.solo, &self.task.spec.task, nanos(now));
        match event {
            Event::Hold(held) => solo.hold(spec, held, now, out),
            // What is refused has no effect, and the status shows why.
            Event::Command(command) => _ = solo.command(spec, command, now, out),
            Event::Tick => solo.tick(spec, now, out),
            Event::Signs(signs) => {
                if signs & READY != 0 {
                    solo.ready(now, out);
                }
                solo.beat(now);
            }
            Event::Ended(end) => solo.ended(spec, end, Class::Default, now, out),
        }
        self.due = solo.due(spec).map_or(u64::MAX, tick_after);
    }

    /// Has whoever commands the task, and time, wake it.
    #[inline]
    fn sleep(&mut self, cx: &Context<'_>) {
        let is_known = self.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker()));
        if !is_known || self.due != u64::MAX {
            self.arm(is_known, cx.waker());
        }
    }

    #[inline(never)]
    fn arm(&mut self, is_known: bool, waker: &Waker) {
        if !is_known {
            self.waker = Some(waker.clone());
            self.task.set_waker(waker.clone());
            // A wish that came before the waker was there has woken nobody.
            if self.task.has_wish() {
                waker.wake_by_ref();
            }
        }
        if self.due != u64::MAX {
            wake_at(self.due, waker);
        }
    }

    fn tell(&self, what: What<'_>) {
        (self.tell)(&Told { name: self.task.name(), what });
    }
}

/// What an action touches.
struct Effects<'a> {
    task: &'static Task,
    tell: Tell,
    now: u64,
    orders: &'a mut Orders,
}

impl Effects<'_> {
    #[inline(never)]
    fn carry_out(&mut self, action: Action) {
        let what = match action {
            Action::Spawn { run, attempt } => {
                self.orders.spawn = true;
                self.task.set_beat(self.now);
                self.task.set_run(run.number, attempt > 0);
                What::Started { run: run.number }
            }
            Action::Cancel(_) => return self.task.set_signs(STOPPING, true),
            Action::Abort(_) => {
                self.orders.abort = true;
                return;
            }
            Action::Finished { run, outcome } => What::Finished { run: run.number, outcome },
            Action::Changed { state, .. } => {
                self.task.set_state(state, self.now);
                What::Changed(state)
            }
            Action::Resolved { .. } | Action::Freed(_) | Action::Closed => return,
        };
        (self.tell)(&Told { name: self.task.name(), what });
    }
}
