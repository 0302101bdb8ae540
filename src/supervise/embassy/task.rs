//! What all may see of a task, and what they may want of it.

use core::cell::Cell;
use core::fmt;
use core::task::Waker;

use arrayvec::ArrayString;
use critical_section::Mutex;

use super::state::{byte_of_command, byte_of_state, command_of_byte, state_of_byte};
use crate::clock::embassy::{micros, nanos, ticks};
use crate::record::Brief;
use crate::supervise::backoff::nanos as nanos_in;
use crate::supervise::{Command, State, TaskSpec};
use crate::sync::plain::{AtomicU8, AtomicU32, Ordering};

/// The most restarts in the window of a budget.
pub const RESTARTS_MAX: usize = 5;

/// The longest status text in bytes.
pub const STATUS_LEN: usize = 15;

/// What is known of a task before it runs; it stays in flash.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub(super) name: &'static str,
    pub(super) task: TaskSpec,
}

impl Spec {
    /// A task of that name.
    ///
    /// # Panics
    ///
    /// At compile time, if its budget allows more than [`RESTARTS_MAX`] restarts.
    #[must_use]
    pub const fn new(name: &'static str, task: TaskSpec) -> Self {
        if let Some(budget) = task.policy.budget {
            assert!(budget.restarts as usize <= RESTARTS_MAX, "a board remembers 5 restarts");
        }
        Self { name, task }
    }
}

/// A supervised task, in 64 bytes on a core of 32 bits.
///
/// Each number is written by the task alone, with plain stores, and may be read by anybody. Two of
/// them read one after the other may be of different moments.
pub struct Task {
    pub(super) spec: &'static Spec,
    waker: Mutex<Cell<Option<Waker>>>,
    status: Mutex<Cell<ArrayText>>,
    /// What somebody wants and the task has not seen yet; 0 for nothing.
    wish: AtomicU8,
    state: AtomicU8,
    /// What the run says of itself, and what it is told.
    signs: AtomicU8,
    run: AtomicU32,
    restarts: AtomicU32,
    /// Seconds from the start of the clock to that of the state.
    since: AtomicU32,
    polls: AtomicU32,
    /// Ticks spent in polls: the lower and the upper half.
    busy: [AtomicU32; 2],
    /// Ticks of the longest poll.
    longest: AtomicU32,
    /// Ticks at the last sign of life, the lower half.
    beat: AtomicU32,
}

type ArrayText = ([u8; STATUS_LEN], u8);

/// Parts of a wish: a command, and whether to be held.
const COMMAND: u8 = 7;
const HOLD: u8 = 8;
const RELEASE: u8 = 16;

/// Signs: what passes between a run and its shell.
pub(super) const READY: u8 = 1;
pub(super) const BEAT: u8 = 2;
pub(super) const STOPPING: u8 = 4;

/// A task at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vitals {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub state: State,
    /// Seconds from the start of the clock until it came into that state.
    pub since_s: u32,
    /// Number of its newest run; 0 before the first one.
    pub run: u32,
    /// How often its policy has started it again, in all.
    pub restarts: u32,
    /// How often it was polled.
    pub polls: u32,
    /// Microseconds it has spent in polls.
    pub busy_us: u64,
    /// Microseconds of its longest poll.
    pub longest_us: u64,
    /// What it says of itself.
    pub status: ArrayString<STATUS_LEN>,
}

impl Task {
    /// A task that is down.
    #[must_use]
    pub const fn new(spec: &'static Spec) -> Self {
        Self {
            spec,
            waker: Mutex::new(Cell::new(None)),
            status: Mutex::new(Cell::new(([0; STATUS_LEN], 0))),
            wish: AtomicU8::new(0),
            state: AtomicU8::new(0),
            signs: AtomicU8::new(0),
            run: AtomicU32::new(0),
            restarts: AtomicU32::new(0),
            since: AtomicU32::new(0),
            polls: AtomicU32::new(0),
            busy: [AtomicU32::new(0), AtomicU32::new(0)],
            longest: AtomicU32::new(0),
            beat: AtomicU32::new(0),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// Has it do something, as soon as it is polled. Of two commands that come before that the
    /// later one counts.
    pub fn command(&self, command: Command) {
        self.add_wish(!COMMAND, byte_of_command(command));
    }

    /// Keeps it from being started again, or lets it go; what runs goes on.
    pub fn hold(&self, on: bool) {
        self.add_wish(COMMAND, if on { HOLD } else { RELEASE });
    }

    /// Adds to what is wanted, of which the part `kept` stays.
    fn add_wish(&self, kept: u8, wish: u8) {
        let add = |wishes: u8| Some(wishes & kept | wish);
        let _ = self.wish.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        self.wake();
    }

    /// What it does.
    #[must_use]
    pub fn state(&self) -> State {
        state_of_byte(self.state.load(Ordering::Relaxed))
    }

    /// All that is to be seen of it.
    #[must_use]
    pub fn vitals(&self) -> Vitals {
        let load = |cell: &AtomicU32| cell.load(Ordering::Relaxed);
        Vitals {
            name: self.spec.name,
            state: self.state(),
            since_s: load(&self.since),
            run: load(&self.run),
            restarts: load(&self.restarts),
            polls: load(&self.polls),
            busy_us: micros(self.busy()),
            longest_us: micros(load(&self.longest).into()),
            status: self.status(),
        }
    }

    /// Whether it has given a sign of life within the time that its specification allows, or need
    /// not give one.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let Some(allowed) = self.spec.task.heartbeat else { return true };
        let silent = (ticks() as u32).wrapping_sub(self.beat.load(Ordering::Relaxed));
        self.state() != State::Running || nanos(silent.into()) <= nanos_in(allowed)
    }

    fn busy(&self) -> u64 {
        let [low, high] = &self.busy;
        loop {
            let before = high.load(Ordering::Acquire);
            let busy = u64::from(before) << 32 | u64::from(low.load(Ordering::Acquire));
            if high.load(Ordering::Acquire) == before {
                return busy;
            }
        }
    }

    fn status(&self) -> ArrayString<STATUS_LEN> {
        let (bytes, len) = critical_section::with(|cs| self.status.borrow(cs).get());
        let text = core::str::from_utf8(bytes.get(..len.into()).unwrap_or_default());
        ArrayString::from(text.unwrap_or_default()).unwrap_or_default()
    }

    pub(super) fn set_status(&self, text: fmt::Arguments<'_>) {
        let mut line = Brief::with_room(STATUS_LEN);
        line.message(text);
        let mut bytes = [0; STATUS_LEN];
        bytes.iter_mut().zip(line.text().bytes()).for_each(|(to, byte)| *to = byte);
        let kept = (bytes, line.text().len() as u8);
        critical_section::with(|cs| self.status.borrow(cs).set(kept));
    }

    pub(super) fn wake(&self) {
        let waker = critical_section::with(|cs| {
            let place = self.waker.borrow(cs);
            let waker = place.take();
            place.set(waker.clone());
            waker
        });
        waker.iter().for_each(Waker::wake_by_ref);
    }

    pub(super) fn set_waker(&self, waker: Waker) {
        critical_section::with(|cs| self.waker.borrow(cs).set(Some(waker)));
    }

    #[inline]
    pub(super) fn has_wish(&self) -> bool {
        self.wish.load(Ordering::Relaxed) != 0
    }

    /// What is wanted: whether to be held, if that is said, and a command.
    pub(super) fn take_wish(&self) -> (Option<bool>, Option<Command>) {
        let wish = self.wish.swap(0, Ordering::Relaxed);
        let hold = (wish & (HOLD | RELEASE) != 0).then_some(wish & HOLD != 0);
        (hold, command_of_byte(wish & COMMAND))
    }

    /// The signs among `which`. They are set and cleared within the task only.
    #[inline]
    pub(super) fn signs(&self, which: u8) -> u8 {
        self.signs.load(Ordering::Relaxed) & which
    }

    pub(super) fn set_signs(&self, which: u8, on: bool) {
        let signs = self.signs.load(Ordering::Relaxed);
        let signs = if on { signs | which } else { signs & !which };
        self.signs.store(signs, Ordering::Relaxed);
    }

    pub(super) fn set_state(&self, state: State, now: u64) {
        let seconds = nanos(now) / 1_000_000_000;
        self.since.store(seconds as u32, Ordering::Relaxed);
        self.state.store(byte_of_state(state), Ordering::Relaxed);
    }

    pub(super) fn set_run(&self, run: u32, by_policy: bool) {
        let restarts = self.restarts.load(Ordering::Relaxed) + u32::from(by_policy);
        self.restarts.store(restarts, Ordering::Relaxed);
        self.run.store(run, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn set_beat(&self, now: u64) {
        self.beat.store(now as u32, Ordering::Relaxed);
    }

    /// Adds a poll that took so many ticks.
    #[inline]
    pub(super) fn count_poll(&self, ticks: u32) {
        let [low, high] = &self.busy;
        let polls = self.polls.load(Ordering::Relaxed).wrapping_add(1);
        self.polls.store(polls, Ordering::Relaxed);
        let (sum, carried) = low.load(Ordering::Relaxed).overflowing_add(ticks);
        // A reader that meets the sum before the carry reads too little once, and never too much.
        low.store(sum, Ordering::Release);
        if carried {
            high.store(high.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        }
        if ticks > self.longest.load(Ordering::Relaxed) {
            self.longest.store(ticks, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Task").field("name", &self.spec.name).field("state", &state).finish()
    }
}
