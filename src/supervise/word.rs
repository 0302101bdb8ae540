//! What a task does, which run of it that is, and what is asked of that run: one word.
//!
//! Whoever asks something of a run names it, and asks only while it is alive. So a request that
//! comes late meets no other run than the one it was meant for.
//!
//! It lies outside of the shell so that the model checkers reach it. Under loom a test may take one
//! of its promises away ([`Mutant`]) and must then see it broken.

use crate::supervise::{Hold, State};
use crate::sync::{AtomicU64, Ordering};

/// What can be asked of a run; each is one bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Request {
    /// To stop by itself.
    Stop = 1 << 8,
    /// To be dropped at its next poll.
    Abort = 1 << 9,
    /// To say at its next poll where it waits.
    #[cfg_attr(not(feature = "trace"), allow(dead_code, reason = "nobody asks"))]
    Trace = 1 << 12,
}

/// Whether there is a way to have the run polled.
const WAKER: u64 = 1 << 10;

/// Whether the task keeps more than most tasks do, of whichever run.
const DETAIL: u64 = 1 << 11;

const STATE: u64 = 0xff;
const NOTES: u64 = 0xff00;
const RUN: u32 = 32;

/// One look at a [`Word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen(u64);

impl Seen {
    pub(super) fn run(self) -> u32 {
        (self.0 >> RUN) as u32
    }

    pub(super) fn state(self) -> State {
        decode((self.0 & STATE) as u8)
    }

    /// Whether there is a way to have the run polled.
    pub(super) fn has_waker(self) -> bool {
        self.0 & WAKER != 0
    }

    /// Whether there may be details of the task.
    pub(super) fn has_detail(self) -> bool {
        self.0 & DETAIL != 0
    }

    pub(super) fn is_asked(self, request: Request) -> bool {
        self.0 & request as u64 != 0
    }
}

/// The word of one task.
#[derive(Debug)]
pub(super) struct Word(AtomicU64);

impl Word {
    /// A task whose run number `run` is in `state`.
    pub(super) fn new(run: u32, state: State) -> Self {
        Self(AtomicU64::new(pack(run, state)))
    }

    /// Pairs with the releases below: whoever sees a state sees what was written before it.
    #[inline]
    pub(super) fn seen(&self) -> Seen {
        Seen(self.0.load(Ordering::Acquire))
    }

    /// Whether something is asked of the run; for the run itself, before each poll.
    #[inline]
    pub(super) fn peek(&self) -> Seen {
        Seen(self.0.load(Ordering::Relaxed))
    }

    /// Enters `state` with run number `run`; of a new run nothing is asked yet.
    pub(super) fn enter(&self, run: u32, state: State) {
        let entered = |word: u64| {
            let goes_on = Seen(word).run() == run && state.is_alive();
            let goes_on = goes_on && keeps(Mutant::Requests);
            Some(pack(run, state) | word & if goes_on { NOTES } else { DETAIL })
        };
        // AcqRel pairs with `seen` and with itself in `ask`; the closure never refuses.
        let order = if keeps(Mutant::Release) { Ordering::AcqRel } else { Ordering::Acquire };
        _ = self.0.fetch_update(order, Ordering::Acquire, entered);
    }

    /// Notes that there is a way to have the newest run polled. Relaxed: the waker itself lies
    /// behind a lock, and this only says whether to look there.
    pub(super) fn note_waker(&self) {
        self.0.fetch_or(WAKER, Ordering::Relaxed);
    }

    /// Notes that there are details from now on. AcqRel pairs with `enter`: whoever changes the
    /// state sees this, or whoever looks at the state after this sees the change.
    pub(super) fn note_detail(&self) {
        self.0.fetch_or(DETAIL, Ordering::AcqRel);
    }

    /// Asks something of run number `run`. Tells whether it was asked by this call: not if that run
    /// is over, or was asked before.
    pub(super) fn ask(&self, run: u32, request: Request) -> bool {
        let asked = |word: u64| {
            let seen = Seen(word);
            let open = seen.run() == run || !keeps(Mutant::Run);
            let open = open && seen.state().is_alive() && !seen.is_asked(request);
            open.then_some(word | request as u64)
        };
        if !keeps(Mutant::Exchange) {
            let asked = asked(self.0.load(Ordering::Acquire));
            asked.inspect(|word| self.0.store(*word, Ordering::Release));
            return asked.is_some();
        }
        // AcqRel pairs with `enter`: a run is asked either before it ends or not at all.
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, asked).is_ok()
    }

    /// Takes back what was asked of the run; for the run itself.
    #[cfg_attr(not(feature = "trace"), allow(dead_code, reason = "nobody asks"))]
    pub(super) fn answered(&self, request: Request) {
        // AcqRel pairs with `seen`: whoever sees that it was answered sees the answer.
        self.0.fetch_and(!(request as u64), Ordering::AcqRel);
    }
}

/// A promise of the word that a model test takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mutant {
    /// Who sees a state sees what was written before it.
    Release,
    /// A request meets the run that it names.
    Run,
    /// A request that comes together with a new state changes nothing else.
    Exchange,
    /// A request is kept for as long as the run is alive.
    Requests,
}

#[cfg(not(all(test, ringvisor_loom)))]
#[inline(always)]
const fn keeps(_: Mutant) -> bool {
    true
}

#[cfg(all(test, ringvisor_loom))]
std::thread_local! {
    /// The promise that is missing in models run on this OS thread; loom runs a model's threads on
    /// the thread that started it.
    static MISSING: core::cell::Cell<Option<Mutant>> = const { core::cell::Cell::new(None) };
}

#[cfg(all(test, ringvisor_loom))]
fn keeps(mutant: Mutant) -> bool {
    MISSING.get() != Some(mutant)
}

fn pack(run: u32, state: State) -> u64 {
    u64::from(run) << RUN | u64::from(encode(state))
}

const STATES: [State; 14] = [
    State::Stopped,
    State::Starting,
    State::Running,
    State::Stopping,
    State::Aborting,
    State::Backoff,
    State::Completed,
    State::Failed,
    State::Dead,
    State::Detached,
    State::Waiting(Hold::Group),
    State::Waiting(Hold::Dependency),
    State::Waiting(Hold::Schedule),
    State::Waiting(Hold::Condition),
];

const fn encode(state: State) -> u8 {
    match state {
        State::Stopped => 0,
        State::Starting => 1,
        State::Running => 2,
        State::Stopping => 3,
        State::Aborting => 4,
        State::Backoff => 5,
        State::Completed => 6,
        State::Failed => 7,
        State::Dead => 8,
        State::Detached => 9,
        State::Waiting(Hold::Group) => 10,
        State::Waiting(Hold::Dependency) => 11,
        State::Waiting(Hold::Schedule) => 12,
        State::Waiting(Hold::Condition) => 13,
    }
}

fn decode(code: u8) -> State {
    STATES.get(usize::from(code)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
