//! What a task does, in words of memory.

use super::Change;
use super::table::LIFE_WORDS;
use crate::record::TaskId;
use crate::supervise::{Hold, Outcome, State};

/// A task's life up to now; times are ticks, 0 where there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) id: TaskId,
    pub(super) is_plain: bool,
    pub(super) run: u32,
    pub(super) attempt: u32,
    pub(super) state: State,
    pub(super) outcome: Option<Outcome>,
    pub(super) since: u64,
    pub(super) started: u64,
    pub(super) ended: u64,
    /// Runs that ended well, failed, and panicked.
    pub(super) counts: [u64; 3],
}

/// Each stands for its place in here. New ones are added at the end.
const STATES: [State; 14] = [
    State::Stopped,
    State::Waiting(Hold::Group),
    State::Waiting(Hold::Dependency),
    State::Waiting(Hold::Schedule),
    State::Waiting(Hold::Condition),
    State::Starting,
    State::Running,
    State::Stopping,
    State::Aborting,
    State::Backoff,
    State::Completed,
    State::Failed,
    State::Dead,
    State::Detached,
];

/// As above; 0 stands for none.
const OUTCOMES: [Outcome; 7] = [
    Outcome::Completed,
    Outcome::Failed,
    Outcome::Panicked,
    Outcome::Stopped,
    Outcome::Aborted,
    Outcome::TimedOut,
    Outcome::Stalled,
];

impl Life {
    /// That of a task of which nothing else is known.
    pub(super) fn new(id: TaskId, is_plain: bool, since: u64) -> Self {
        Self {
            id,
            is_plain,
            run: 0,
            attempt: 0,
            state: State::default(),
            outcome: None,
            since,
            started: 0,
            ended: 0,
            counts: [0; 3],
        }
    }

    /// Whether nothing more is to be expected of it.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Stopped | State::Completed | State::Failed | State::Dead)
    }

    pub(super) fn change(&mut self, run: u32, change: Change<'_>, now: u64) {
        self.run = self.run.max(run);
        let state = match change {
            Change::Started { attempt } => {
                (self.attempt, self.started) = (attempt, now);
                if self.is_plain { State::Running } else { State::Starting }
            }
            Change::State(state) => state,
            Change::Ended { outcome, .. } => {
                (self.outcome, self.ended) = (Some(outcome), now);
                let count = match outcome {
                    Outcome::Panicked => &mut self.counts[2],
                    outcome if outcome.is_failure() => &mut self.counts[1],
                    _ => &mut self.counts[0],
                };
                *count += 1;
                rest(outcome)
            }
            Change::Forgotten => self.state,
        };
        if self.state != state {
            (self.state, self.since) = (state, now);
        }
    }

    pub(super) fn to_words(self) -> [u64; LIFE_WORDS] {
        let state = STATES.iter().position(|state| *state == self.state).unwrap_or(0) as u64;
        let known = |outcome| OUTCOMES.iter().position(|known| *known == outcome);
        let outcome = self.outcome.and_then(known).map_or(0, |at| at as u64 + 1);
        let [ok, failed, panicked] = self.counts;
        [
            self.id.0,
            u64::from(self.run) << 32 | u64::from(self.attempt),
            u64::from(self.is_plain) << 16 | outcome << 8 | state,
            self.since,
            self.started,
            self.ended,
            ok,
            failed,
            panicked,
        ]
    }

    /// `None` if they tell of a state that this version does not know.
    pub(super) fn from_words(words: &[u64; LIFE_WORDS]) -> Option<Self> {
        let [id, runs, states, since, started, ended, counts @ ..] = *words;
        let outcome = match states >> 8 & 0xff {
            0 => None,
            known => Some(*OUTCOMES.get(known as usize - 1)?),
        };
        Some(Self {
            id: TaskId(id),
            is_plain: states >> 16 & 1 == 1,
            run: (runs >> 32) as u32,
            attempt: runs as u32,
            state: *STATES.get((states & 0xff) as usize)?,
            outcome,
            since,
            started,
            ended,
            counts,
        })
    }
}

/// Where a run leaves its task, as long as nothing else is told.
const fn rest(outcome: Outcome) -> State {
    match outcome {
        Outcome::Completed => State::Completed,
        Outcome::Stopped => State::Stopped,
        _ => State::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Life, OUTCOMES, STATES};
    use crate::record::TaskId;

    #[test]
    fn words_say_the_same() {
        for (number, state) in STATES.into_iter().enumerate() {
            let outcome = OUTCOMES.get(number).copied();
            let (run, attempt) = (u32::MAX - number as u32, 3);
            let life = Life::new(TaskId(7), number % 2 == 0, 5);
            let counts = [1, u64::MAX, number as u64];
            let life = Life { state, outcome, run, attempt, started: 9, ended: 11, counts, ..life };
            assert_eq!(Life::from_words(&life.to_words()), Some(life));
        }
    }
}
