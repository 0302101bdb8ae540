//! The thread that reads: ring, filter, line, staging.

use core::fmt::Write;
use core::task::{Context, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::thread::{park, park_timeout};

use super::flood::{Gate, Suppressed};
use super::formats::Renderers;
use super::handoff::{Counts, Ended, Handoff, Wish};
use super::lanes::{EVERYWHERE, Inlet, Lanes, Origin};
use super::notice;
use super::route::Router;
use crate::record::{LevelFilter, Record};
use crate::stream::filter::Directives;
use crate::stream::{Follow, Hold, Joiner, RingStream, Seen, unparker};
use crate::sync::plain::Ordering;

/// Entries read between two looks at what the owner wishes.
const BATCH: usize = 256;
/// How long, and how often, the pump looks again by itself before it lets a writer wake it. Whoever
/// wakes it pays a system call; a program that logs every few milliseconds would pay one for each
/// record.
const LINGER: Duration = Duration::from_millis(2);
const LINGERS: u32 = 16;

pub(super) struct Reading<'s> {
    stream: &'s RingStream,
    follow: Follow<'s>,
    joiner: Joiner,
    lines: Lines,
    handoff: Arc<Handoff>,
    waker: Waker,
    /// How often it has looked in vain.
    lingered: u32,
    /// Where writers wait for this sink.
    hold: Option<Hold<'s>>,
}

/// Makes lines of what passes.
pub(super) struct Lines {
    pub(super) levels: Directives,
    pub(super) renderers: Renderers,
    pub(super) lanes: Lanes,
    pub(super) inlet: Inlet,
    pub(super) router: Router,
    pub(super) gate: Option<Gate>,
    pub(super) max: LevelFilter,
    /// Lost in the ring and not yet told.
    pub(super) lost: u64,
}

/// What became of a batch, told at its end: to tell it for each record would cost more than to read
/// one.
struct Tally<'a> {
    counts: &'a Counts,
    records: u64,
    suppressed: u64,
}

impl Tally<'_> {
    fn count(&mut self, passes: bool) {
        let count = if passes { &mut self.records } else { &mut self.suppressed };
        *count += 1;
    }
}

impl Drop for Tally<'_> {
    fn drop(&mut self) {
        self.counts.records.fetch_add(self.records, Ordering::Relaxed);
        self.counts.suppressed.fetch_add(self.suppressed, Ordering::Relaxed);
    }
}

/// Says that the pump has ended, however that came.
struct Farewell<'a>(&'a Handoff);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.end_pump();
    }
}

impl<'s> Reading<'s> {
    /// Takes its place at the end of the stream.
    pub(super) fn new(
        stream: &'s RingStream,
        lines: Lines,
        handoff: Arc<Handoff>,
        patience: Option<Duration>,
    ) -> Self {
        let mut follow = stream.follow();
        let hold = patience.map(|patience| stream.hold_writers(follow.cursor(), patience));
        let joiner = Joiner::default();
        Self { stream, follow, joiner, lines, handoff, waker: unparker(), lingered: 0, hold }
    }

    pub(super) fn run(mut self) {
        let handoff = Arc::clone(&self.handoff);
        let _farewell = Farewell(&handoff);
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Ended> {
        let wish = self.handoff.wish()?;
        notice::say_all(&self.handoff, self.stream);
        let found = self.batch()?;
        let passed = self.follow.cursor().position().records();
        self.handoff.counts.passed.store(passed, Ordering::Relaxed);
        if let Some(hold) = &self.hold {
            hold.publish(self.follow.cursor());
        }
        if self.has_reached(&wish) {
            // What is there of a long text that is not complete was logged before, too.
            if self.joiner.give_up() {
                self.batch()?;
            }
            self.lines.tell_suppressed(u64::MAX)?;
            self.lines.tell_all_lost()?;
            self.lines.inlet.stage_all()?;
            self.handoff.say_staged(wish.flush);
            if wish.closing {
                return Err(Ended);
            }
        }
        if found < BATCH {
            self.lines.tell_suppressed(self.stream.clock().sample().mono_ns)?;
            self.lines.tell_all_lost()?;
            self.lines.inlet.stage_all()?;
            self.lines.inlet.say();
            self.rest(found, &wish);
        }
        Ok(())
    }

    /// Reads what is there, at most a batch, and tells how much it was.
    fn batch(&mut self) -> Result<usize, Ended> {
        let Self { follow, joiner, lines, handoff, .. } = self;
        let cursor = follow.cursor();
        // What the output itself logs must not keep it busy. Relaxed: a record of that thread, which
        // comes later, carries the number along.
        let is_own = |record: &Record<'_>| {
            // Many threads may share the last number.
            let is_known = record.thread != 0 && record.thread != u16::MAX;
            is_known && record.thread == handoff.own_thread.load(Ordering::Relaxed)
        };
        let mut tally = Tally { counts: &handoff.counts, records: 0, suppressed: 0 };
        for found in 0..BATCH {
            let taken = joiner.visit(cursor, |seen| match seen {
                Seen::Lost(lost) => {
                    handoff.counts.lost.fetch_add(lost, Ordering::Relaxed);
                    lines.lost += lost;
                    Ok(())
                }
                Seen::Record(record) if lines.selects(record) && !is_own(record) => {
                    lines.write(record).map(|passes| tally.count(passes))
                }
                Seen::Record(_) => Ok(()),
            });
            match taken {
                Some(taken) => taken?,
                None => return Ok(found),
            }
        }
        Ok(BATCH)
    }

    fn has_reached(&mut self, wish: &Wish) -> bool {
        let cursor = self.follow.cursor();
        wish.target.as_ref().is_some_and(|target| cursor.position().has_reached(target))
    }

    fn rest(&mut self, found: usize, wish: &Wish) {
        let is_hurried = wish.target.is_some();
        self.lingered = if found > 0 { 0 } else { self.lingered + 1 };
        if self.lingered < LINGERS && !is_hurried {
            park_timeout(LINGER);
        } else if self.follow.poll_ready(&mut Context::from_waker(&self.waker)).is_pending() {
            park();
        }
    }
}

impl Lines {
    fn selects(&self, record: &Record<'_>) -> bool {
        record.level <= self.max && record.level <= self.levels.level_for(record.target)
    }

    /// Makes a line of the record; tells whether it may pass.
    #[inline]
    fn write(&mut self, record: &Record<'_>) -> Result<bool, Ended> {
        let lane = self.lanes.of(record.level);
        if self.lost > 0 {
            self.tell_lost(lane)?;
        }
        let Self { renderers, inlet, router, gate, .. } = self;
        let routes = router.files(record);
        if let Some(gate) = gate {
            for told in gate.ended(record.time.mono_ns) {
                tell_suppressed(renderers, inlet, lane, &told)?;
            }
            if !gate.admits(record, routes) {
                return Ok(false);
            }
        }
        let overflowed = inlet.take_lost(lane);
        if overflowed > 0 {
            inlet.lost_line(lane, overflowed, |out| renderers.lost(overflowed, out))?;
        }
        inlet.line(lane, Origin::of(record), routes, |out| renderers.record(record, out))?;
        Ok(true)
    }

    fn tell_lost(&mut self, lane: usize) -> Result<(), Ended> {
        let lost = core::mem::take(&mut self.lost);
        self.inlet.line(lane, Origin::NONE, &[EVERYWHERE], |out| self.renderers.lost(lost, out))
    }

    /// Tells what was lost and has no line behind it that would tell it.
    fn tell_all_lost(&mut self) -> Result<(), Ended> {
        if self.lost > 0 {
            self.tell_lost(self.lanes.count() - 1)?;
        }
        while let Some(lane) = self.inlet.lane_with_lost() {
            let lost = self.inlet.take_lost(lane);
            self.inlet.lost_line(lane, lost, |out| self.renderers.lost(lost, out))?;
        }
        Ok(())
    }

    fn tell_suppressed(&mut self, now_ns: u64) -> Result<(), Ended> {
        let Some(gate) = &mut self.gate else { return Ok(()) };
        let ended = gate.ended(now_ns);
        let lane = self.lanes.count() - 1;
        let Self { renderers, inlet, .. } = self;
        ended.iter().try_for_each(|told| tell_suppressed(renderers, inlet, lane, told))
    }
}

/// Writes the line that stands for what a call site was not let say.
fn tell_suppressed(
    renderers: &Renderers,
    inlet: &mut Inlet,
    lane: usize,
    told: &Suppressed,
) -> Result<(), Ended> {
    let Suppressed { count, place, routes } = told;
    inlet.line(lane, Origin::NONE, routes, |out| {
        // A `String` takes everything.
        let _ = match renderers.is_json() {
            true => writeln!(out, "{{\"suppressed\":{count},\"site\":{place:?}}}"),
            false => writeln!(out, "-- suppressed {count} from {place} --"),
        };
    })
}
