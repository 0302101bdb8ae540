//! From ticks to time.

mod piece;
#[cfg(test)]
mod tests;

use core::num::NonZero;

use self::piece::{Join, Piece};
use super::Time;
use super::rate::{Rate, scale};
use super::{Anchor, NANOS_PER_SEC};

/// What a step exceeds, besides what slewing explains.
const STEP_NS: u64 = 100_000_000;
/// A clock is slewed by at most one part in so many: 500 ppm.
const SLEW_DIVISOR: u64 = 2_000;
/// How far apart the clocks of one sample may have been read.
const READING_ERROR_NS: u64 = 10_000;

/// Anchors that turn ticks into wall and monotonic time.
///
/// * **At an anchor** the time is the anchor's, exactly. **Between two anchors** it is interpolated,
///   so its error is how far the counter strayed from a constant rate between them. **Outside** it
///   is extrapolated at the best rate known, which is the one measured over the longest stretch.
///   A reader that wants the newest records dated well pushes a fresh sample to its own copy.
/// * **Monotonic time** never decreases as ticks increase, a restart apart.
/// * **Wall time** neither, except at a *step*: somebody set the clock, or the machine slept. There
///   it advanced by 100 ms + 500 ppm more or less than the monotonic clock, or went backwards. Such
///   a step counts from the anchor that found it; ticks before it keep the old wall time. The bound
///   is above what a clock that is being slewed can show, and below the 128 ms from which NTP
///   daemons step; a smaller correction is spread evenly between its anchors.
/// * **A gap** is a stretch in which ticks and monotonic clock disagree by more than the same bound:
///   the machine slept while its counter ran on, or moved to a host with another counter. Ticks in
///   it are dated from the anchor before it at the old rate, and never later than the anchor after
///   it. The stretch after a gap is taken as it is, so that a new rate is learnt.
/// * **A restart** is a counter that went back, as some do in a deep sleep. Ticks are then dated by
///   the newest run that covers them, else by the nearest anchor; that is right until the counter
///   reaches again what it counted before.
///
/// It holds [`CAPACITY`](Self::CAPACITY) anchors. A further one displaces an older one: of those
/// that touch no step, gap or restart and are neither the oldest nor one of the two newest, the one
/// whose absence leaves the shortest stretch in proportion to that stretch's age. So the anchors
/// stand the closer the newer they are. Only if all of those touch one is the oldest anchor dropped.
///
/// ```
/// use ringvisor::clock::{Anchor, Pushed, Timeline};
///
/// let mut timeline = Timeline::new(None);
/// let first = Anchor { ticks: 1_000, mono_ns: 0, wall_ns: 1_700_000_000_000_000_000 };
/// let second = Anchor { ticks: 4_000, mono_ns: 1_000, wall_ns: 1_700_000_000_000_001_000 };
/// assert_eq!(timeline.push(first), Pushed::Smooth);
/// assert_eq!(timeline.push(second), Pushed::Smooth);
///
/// assert_eq!(timeline.time(1_300).mono_ns, 100);
/// assert_eq!(timeline.time(4_300).wall_ns, 1_700_000_000_000_001_100);
/// ```
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The first `len` are in use, in the order of their monotonic time.
    pieces: [Piece; Timeline::CAPACITY],
    /// In `0..=CAPACITY`.
    len: usize,
    /// The best rate known.
    pace: Option<Pace>,
    /// Where the stretch began that the counter has run without a gap or restart.
    run: Anchor,
    /// The last stretch was a gap, so the next one says what the rate is.
    doubted: bool,
    /// No other anchor has so many ticks as the newest one, so that it dates all that come later.
    leads: bool,
}

/// What a new anchor showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a step of the wall clock is worth a record"]
pub enum Pushed {
    /// All clocks went on as they did.
    Smooth,
    /// The wall clock was set.
    Step {
        /// Nanoseconds by which it moved against the monotonic clock.
        by_ns: i64,
    },
    /// Counter and monotonic clock disagree: the machine slept, or moved.
    Gap {
        /// Nanoseconds by which the wall clock moved against the monotonic clock; 0 if it did not.
        wall_by_ns: i64,
    },
    /// The counter went back: it was reset.
    Restart {
        /// Nanoseconds by which the wall clock moved against the monotonic clock; 0 if it did not.
        wall_by_ns: i64,
    },
    /// The anchor is older than the last one by the monotonic clock and was not taken.
    Stale,
}

/// A rate with the stretch over which it was measured.
#[derive(Clone, Copy, Debug)]
struct Pace {
    ticks: u64,
    ns: u64,
    rate: Rate,
}

impl Timeline {
    /// Anchors that a timeline holds.
    pub const CAPACITY: usize = 16;

    /// An empty timeline; `ticks_per_second` serves until two anchors say better.
    #[must_use]
    pub fn new(ticks_per_second: Option<NonZero<u64>>) -> Self {
        Self {
            pieces: [Piece::UNUSED; Self::CAPACITY],
            len: 0,
            pace: ticks_per_second.map(|hz| Pace::new(hz.get(), NANOS_PER_SEC)),
            run: Anchor::default(),
            doubted: false,
            leads: false,
        }
    }

    /// Adds an anchor, which is to be the newest, and says what it showed.
    pub fn push(&mut self, anchor: Anchor) -> Pushed {
        let Some(last) = self.newest() else {
            self.run = anchor;
            self.open(anchor);
            return Pushed::Smooth;
        };
        if anchor.mono_ns < last.mono_ns {
            return Pushed::Stale;
        }
        let pushed = self.judge(&last, &anchor);
        let join = Join::of(pushed, &last, &anchor);
        if join == Join::Smooth && anchor.ticks == last.ticks {
            return pushed;
        }
        self.close(&anchor, join);
        self.learn(&anchor, pushed);
        self.open(anchor);
        pushed
    }

    /// When the counter showed `ticks`.
    ///
    /// Without any anchor the counter is taken to have started at 0 with the monotonic clock. The
    /// wall time is 0 where the anchor before `ticks` knows none.
    #[must_use]
    pub fn time(&self, ticks: u64) -> Time {
        let rate = self.rate();
        match self.piece(ticks) {
            Some(piece) if ticks >= piece.anchor.ticks => piece.after(ticks),
            Some(piece) => piece.before(ticks, rate),
            None => Time { wall_ns: Anchor::WALL_UNKNOWN, mono_ns: rate.ns(ticks) },
        }
    }

    /// The best rate known, rounded down.
    #[must_use]
    pub fn ticks_per_second(&self) -> Option<NonZero<u64>> {
        let pace = self.pace?;
        NonZero::new(scale(NANOS_PER_SEC, pace.ticks, pace.ns))
    }

    /// The anchors held, oldest first; pushed to a new timeline they make it tell the same times,
    /// but for corrections that were each too small for a step.
    pub fn anchors(&self) -> impl ExactSizeIterator<Item = Anchor> + '_ {
        self.held().iter().map(|piece| piece.anchor)
    }
}

// How anchors are judged.
impl Timeline {
    fn judge(&self, last: &Anchor, next: &Anchor) -> Pushed {
        let by_ns = wall_step(last, next);
        if next.ticks < last.ticks {
            Pushed::Restart { wall_by_ns: by_ns }
        } else if !self.keeps_pace(last, next) {
            Pushed::Gap { wall_by_ns: by_ns }
        } else if by_ns != 0 {
            Pushed::Step { by_ns }
        } else {
            Pushed::Smooth
        }
    }

    /// Whether the ticks from `last` to `next` are as many as the monotonic clock lets expect.
    fn keeps_pace(&self, last: &Anchor, next: &Anchor) -> bool {
        let Some(pace) = self.pace else { return true };
        let expected = pace.rate.ns(next.ticks.saturating_sub(last.ticks));
        let elapsed = next.mono_ns.saturating_sub(last.mono_ns);
        let unsure = scale(expected, pace.error_ns(), pace.ns);
        let bound = step_bound(elapsed).saturating_add(unsure);
        self.doubted || expected.abs_diff(elapsed) <= bound
    }

    /// Takes the rate of the whole run once that is long enough to better the known one.
    fn learn(&mut self, anchor: &Anchor, pushed: Pushed) {
        self.doubted = matches!(pushed, Pushed::Gap { .. });
        if matches!(pushed, Pushed::Gap { .. } | Pushed::Restart { .. }) {
            self.run = *anchor;
        }
        let ticks = anchor.ticks.saturating_sub(self.run.ticks);
        let ns = anchor.mono_ns.saturating_sub(self.run.mono_ns);
        let enough = self.pace.map_or(1, |pace| pace.ns.min(NANOS_PER_SEC));
        if ticks > 0 && ns >= enough {
            self.pace = Some(Pace::new(ticks, ns));
        }
    }
}

// How anchors are kept and found.
impl Timeline {
    fn held(&self) -> &[Piece] {
        &self.pieces[..self.len]
    }

    fn newest(&self) -> Option<Anchor> {
        self.held().last().map(|piece| piece.anchor)
    }

    fn rate(&self) -> Rate {
        self.pace.map_or(Rate::ZERO, |pace| pace.rate)
    }

    fn open(&mut self, anchor: Anchor) {
        if self.len == Self::CAPACITY {
            self.thin(anchor.mono_ns);
        }
        self.leads = self.held().iter().all(|piece| piece.ends_by(anchor.ticks));
        self.pieces[self.len] = Piece::open(anchor, self.rate());
        self.len += 1;
    }

    fn close(&mut self, next: &Anchor, join: Join) {
        let rate = self.rate();
        if let Some(last) = self.pieces[..self.len].last_mut() {
            *last = Piece::between(last.anchor, next, join, rate);
        }
    }

    /// Makes room for an anchor at `now_ns`.
    fn thin(&mut self, now_ns: u64) {
        let interior = 1..self.len - 1;
        let smooth = |&at: &usize| self.pieces[at - 1..=at].iter().all(Piece::is_smooth);
        let spare = interior.filter(smooth).min_by(|&a, &b| {
            let ((span_a, age_a), (span_b, age_b)) =
                (self.stretch(a, now_ns), self.stretch(b, now_ns));
            (span_a * age_b).cmp(&(span_b * age_a))
        });
        if let Some(at) = spare {
            let (before, after) = (self.pieces[at - 1].anchor, self.pieces[at + 1].anchor);
            self.pieces[at - 1] = Piece::between(before, &after, Join::Smooth, Rate::ZERO);
        }
        self.pieces.copy_within(spare.unwrap_or(0) + 1..self.len, spare.unwrap_or(0));
        self.len -= 1;
    }

    /// Length and age in nanoseconds of the stretch that the absence of anchor `at` would leave.
    fn stretch(&self, at: usize, now_ns: u64) -> (u128, u128) {
        let from = self.pieces[at - 1].anchor.mono_ns;
        let to = self.pieces[at + 1].anchor.mono_ns;
        (u128::from(to.saturating_sub(from)), u128::from(now_ns.saturating_sub(from)))
    }

    /// The newest piece that covers `ticks`, else the one with the nearest anchor.
    #[inline]
    fn piece(&self, ticks: u64) -> Option<&Piece> {
        let newest = self.held().last().filter(|piece| self.leads && ticks >= piece.anchor.ticks);
        if newest.is_some() { newest } else { self.search(ticks) }
    }

    fn search(&self, ticks: u64) -> Option<&Piece> {
        let held = self.held();
        if let Some(covering) = held.iter().rev().find(|piece| piece.covers(ticks)) {
            return Some(covering);
        }
        let at = |piece: &&Piece| piece.anchor.ticks;
        let below = held.iter().filter(|piece| at(piece) <= ticks).max_by_key(at);
        let above = held.iter().filter(|piece| at(piece) > ticks).min_by_key(at);
        match (below, above) {
            (Some(b), Some(a)) if at(&a) - ticks < ticks - at(&b) => above,
            _ => below.or(above),
        }
    }
}

impl Pace {
    fn new(ticks: u64, ns: u64) -> Self {
        Self { ticks, ns, rate: Rate::new(ns, ticks) }
    }

    /// How wrong `ns` may be: the clocks were not read at one moment, and a tick takes its time.
    fn error_ns(&self) -> u64 {
        READING_ERROR_NS.saturating_add(self.rate.ns(2))
    }
}

/// How far two clocks may drift apart in `elapsed_ns` without one of them having been set.
fn step_bound(elapsed_ns: u64) -> u64 {
    STEP_NS.saturating_add(elapsed_ns / SLEW_DIVISOR)
}

/// Nanoseconds by which the wall clock was set between two anchors, 0 if it was not.
fn wall_step(from: &Anchor, to: &Anchor) -> i64 {
    if !from.knows_wall() || !to.knows_wall() {
        return 0;
    }
    let elapsed = to.mono_ns.saturating_sub(from.mono_ns);
    let advance = i128::from(to.wall_ns) - i128::from(from.wall_ns);
    let by = advance - i128::from(elapsed);
    if advance >= 0 && by.unsigned_abs() <= u128::from(step_bound(elapsed)) {
        return 0;
    }
    i64::try_from(by).unwrap_or(if by < 0 { i64::MIN } else { i64::MAX })
}
