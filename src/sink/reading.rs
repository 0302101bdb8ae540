//! The thread that reads: ring, filter, line, staging.

use core::task::{Context, Waker};
use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::thread::{park, park_timeout};

use super::handoff::{Ended, Handoff, Wish};
use super::outlet::Outlet;
use crate::record::{LevelFilter, Record};
use crate::stream::filter::Directives;
use crate::stream::{Entry, Follow, Joiner, Renderer, unparker};
use crate::sync::plain::Ordering;

/// Entries read between two looks at what the owner wishes.
const BATCH: usize = 256;
/// How long, and how often, the pump looks again by itself before it lets a writer wake it. Whoever
/// wakes it pays a system call; a program that logs every few milliseconds would pay one for each
/// record.
const LINGER: Duration = Duration::from_millis(2);
const LINGERS: u32 = 16;

pub(super) struct Reading<'s> {
    follow: Follow<'s>,
    joiner: Joiner,
    lines: Lines,
    handoff: Arc<Handoff>,
    waker: Waker,
    /// How often it has looked in vain.
    lingered: u32,
}

/// Makes lines of what passes.
pub(super) struct Lines {
    pub(super) levels: Directives,
    pub(super) renderer: Renderer<String>,
    pub(super) outlet: Outlet,
    /// The line in the making.
    line: String,
    max: LevelFilter,
    /// Lost and not yet told.
    lost: u64,
}

/// Says that the pump has ended, however that came.
struct Farewell<'a>(&'a Handoff);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.end_pump();
    }
}

impl<'s> Reading<'s> {
    pub(super) fn new(follow: Follow<'s>, lines: Lines, handoff: Arc<Handoff>) -> Self {
        let joiner = Joiner::default();
        Self { follow, joiner, lines, handoff, waker: unparker(), lingered: 0 }
    }

    pub(super) fn run(mut self) {
        let handoff = Arc::clone(&self.handoff);
        let _farewell = Farewell(&handoff);
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Ended> {
        let wish = self.handoff.wish()?;
        let found = self.batch()?;
        if self.has_reached(&wish) {
            // What is there of a long text that is not complete was logged before, too.
            if self.joiner.give_up() {
                self.batch()?;
            }
            self.lines.tell_lost()?;
            self.handoff.say_staged(wish.flush);
            if wish.closing {
                return Err(Ended);
            }
        }
        if found < BATCH {
            self.lines.tell_lost()?;
            self.lines.outlet.say();
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
        for found in 0..BATCH {
            match joiner.next(cursor) {
                None => return Ok(found),
                Some(Entry::Lost(lost)) => {
                    handoff.counts.lost.fetch_add(lost, Ordering::Relaxed);
                    lines.lost += lost;
                }
                Some(Entry::Record(record)) if lines.selects(&record) && !is_own(&record) => {
                    lines.write(&record)?;
                    handoff.counts.records.fetch_add(1, Ordering::Relaxed);
                }
                Some(Entry::Record(_)) => {}
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
    pub(super) fn new(levels: Directives, renderer: Renderer<String>, outlet: Outlet) -> Self {
        let max = levels.max_level();
        Self { levels, renderer, outlet, line: String::new(), max, lost: 0 }
    }

    fn selects(&self, record: &Record<'_>) -> bool {
        record.level <= self.max && record.level <= self.levels.level_for(record.target)
    }

    fn write(&mut self, record: &Record<'_>) -> Result<(), Ended> {
        self.tell_lost()?;
        self.renderer.record(record, &mut self.line);
        self.push_line()
    }

    fn tell_lost(&mut self) -> Result<(), Ended> {
        if self.lost == 0 {
            return Ok(());
        }
        self.renderer.lost(self.lost, &mut self.line);
        self.lost = 0;
        self.push_line()
    }

    fn push_line(&mut self) -> Result<(), Ended> {
        self.line.push('\n');
        self.outlet.push(self.line.as_bytes())
    }
}
