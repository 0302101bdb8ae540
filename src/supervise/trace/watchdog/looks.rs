//! From what is seen of the seats, again and again, to who has sat for too long.

use core::num::NonZero;
use std::vec::Vec;

use super::seats::State;

/// What is remembered from one look to the next.
#[derive(Debug, Default)]
pub(super) struct Looks {
    seats: Vec<Seen>,
}

/// A state, and since when it was seen. It began before, by a tick at most.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    state: State,
    /// Nanoseconds of the monotonic clock.
    since: u64,
    /// The length at which it was last told of, in nanoseconds; 0 if it was not.
    told: u64,
}

/// Something to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) seat: usize,
    pub(super) state: State,
    /// Nanoseconds for which it was seen.
    pub(super) held: u64,
    pub(super) is_over: bool,
}

impl Looks {
    /// Takes in the states of all seats, and tells of those that are there for too long, or were.
    /// `threshold` knows how long each watch allows, in nanoseconds. Returns when the next one is
    /// due if nothing changes.
    pub(super) fn look(
        &mut self,
        now: u64,
        states: impl Iterator<Item = State>,
        threshold: impl Fn(NonZero<u16>) -> Option<u64>,
        mut tell: impl FnMut(Sight),
    ) -> u64 {
        let mut next = u64::MAX;
        for (seat, state) in states.enumerate() {
            if seat == self.seats.len() {
                self.seats.push(Seen::default());
            }
            let seen = &mut self.seats[seat];
            if seen.state != state {
                if seen.told > 0 {
                    let held = now.saturating_sub(seen.since);
                    tell(Sight { seat, state: seen.state, held, is_over: true });
                }
                *seen = Seen { state, since: now, told: 0 };
            }
            let Some(threshold) = state.number().and_then(&threshold) else { continue };
            let due = seen.since.saturating_add(threshold.max(seen.told.saturating_mul(2)));
            if now >= due {
                seen.told = (now - seen.since).max(1);
                tell(Sight { seat, state, held: seen.told, is_over: false });
            } else {
                next = next.min(due);
            }
        }
        next
    }
}

#[cfg(test)]
mod tests;
