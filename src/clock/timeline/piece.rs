//! What holds from one anchor to the next.

use super::super::rate::Rate;
use super::{Anchor, Pushed};
use crate::clock::Time;

/// How a piece goes over into the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// All clocks went on.
    Smooth,
    /// The wall clock jumped, appeared or was lost.
    Step,
    /// Ticks and monotonic clock do not belong together.
    Break,
}

/// One anchor and the rates that hold until the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) anchor: Anchor,
    /// The next piece holds from here on; `anchor.ticks` if nothing of the same run follows.
    until: u64,
    join: Join,
    mono: Rate,
    wall: Rate,
    /// Times of the next anchor, which this piece does not pass; the maximum without such a bound.
    mono_end: u64,
    wall_end: i64,
}

impl Join {
    pub(super) fn of(pushed: Pushed, last: &Anchor, next: &Anchor) -> Self {
        match pushed {
            Pushed::Smooth if last.knows_wall() == next.knows_wall() => Self::Smooth,
            Pushed::Smooth | Pushed::Step { .. } => Self::Step,
            Pushed::Gap { .. } | Pushed::Restart { .. } | Pushed::Stale => Self::Break,
        }
    }
}

impl Piece {
    pub(super) const UNUSED: Self = Self {
        anchor: Anchor { ticks: 0, mono_ns: 0, wall_ns: Anchor::WALL_UNKNOWN },
        until: 0,
        join: Join::Smooth,
        mono: Rate::ZERO,
        wall: Rate::ZERO,
        mono_end: u64::MAX,
        wall_end: i64::MAX,
    };

    /// The newest piece, which has no end yet.
    pub(super) fn open(anchor: Anchor, rate: Rate) -> Self {
        let wall = if anchor.knows_wall() { rate } else { Rate::ZERO };
        Self { anchor, until: anchor.ticks, mono: rate, wall, ..Self::UNUSED }
    }

    /// The piece from `anchor` to `next`; `rate` is the one to go by if they do not tell.
    pub(super) fn between(anchor: Anchor, next: &Anchor, join: Join, rate: Rate) -> Self {
        let ticks = next.ticks.saturating_sub(anchor.ticks);
        let mono = match join {
            Join::Break => rate,
            Join::Smooth | Join::Step => {
                Rate::new(next.mono_ns.saturating_sub(anchor.mono_ns), ticks)
            }
        };
        let wall = match join {
            _ if !anchor.knows_wall() => Rate::ZERO,
            Join::Smooth => Rate::new(wall_advance(&anchor, next), ticks),
            Join::Step | Join::Break => mono,
        };
        let set_back = next.wall_ns < anchor.wall_ns;
        Self {
            anchor,
            until: next.ticks.max(anchor.ticks),
            join,
            mono,
            wall,
            mono_end: next.mono_ns,
            wall_end: if set_back { i64::MAX } else { next.wall_ns },
        }
    }

    pub(super) fn is_smooth(&self) -> bool {
        self.join == Join::Smooth
    }

    #[inline]
    pub(super) fn covers(&self, ticks: u64) -> bool {
        self.anchor.ticks <= ticks && ticks < self.until
    }

    /// Whether it covers nothing from `ticks` on.
    pub(super) fn ends_by(&self, ticks: u64) -> bool {
        self.until <= ticks
    }

    /// The time at `ticks`, which are not below the anchor's.
    #[inline]
    pub(super) fn after(&self, ticks: u64) -> Time {
        let since = ticks.saturating_sub(self.anchor.ticks);
        let mono_ns = self.anchor.mono_ns.saturating_add(self.mono.ns(since));
        let wall_ns = self.anchor.wall_ns.saturating_add_unsigned(self.wall.ns(since));
        Time { wall_ns: wall_ns.min(self.wall_end), mono_ns: mono_ns.min(self.mono_end) }
    }

    /// The time at `ticks`, which are below the anchor's, going back at `rate`.
    pub(super) fn before(&self, ticks: u64, rate: Rate) -> Time {
        let until = rate.ns(self.anchor.ticks.saturating_sub(ticks));
        let mono_ns = self.anchor.mono_ns.saturating_sub(until);
        let wall_ns = match self.anchor.knows_wall() {
            true => self.anchor.wall_ns.saturating_sub_unsigned(until),
            false => Anchor::WALL_UNKNOWN,
        };
        Time { wall_ns, mono_ns }
    }
}

/// Nanoseconds by which the wall clock advanced; 0 if it went back.
fn wall_advance(from: &Anchor, to: &Anchor) -> u64 {
    u64::try_from(i128::from(to.wall_ns) - i128::from(from.wall_ns)).unwrap_or(0)
}
