//! What a sink's owner, its pump and its writer tell each other.
//!
//! A flush travels with the lines: the owner asks with the position that has to be reached, the
//! pump says when it has staged everything up to there, the writer says when all that was staged by
//! then is out. Flushes are numbered, so a later one answers for all before it.
//!
//! Threads sleep by `park`. Whoever changes something does so under the lock, or by moving the
//! staging's indices, and unparks the other after that; whoever sleeps looks under the lock before.

use core::time::Duration;
use std::string::String;
use std::sync::OnceLock;
use std::thread::Thread;
use std::vec::Vec;

use parking_lot::{Condvar, Mutex};

use super::Stats;
use crate::record::Level;
use crate::stream::Position;
use crate::sync::plain::{AtomicBool, AtomicU16, AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(super) struct Handoff {
    progress: Mutex<Progress>,
    /// The owner waits here.
    changed: Condvar,
    pub(super) pump: Seat,
    pub(super) writer: Seat,
    /// The number that records of the writer's thread bear; 0 before it has begun.
    pub(super) own_thread: AtomicU16,
    pub(super) counts: Counts,
    /// What the writer has to say in the log, where the pump says it.
    notices: Mutex<Vec<(Level, String)>>,
    /// The writer is to open its files anew.
    reopen: AtomicBool,
    /// The end of the program has waited for the output in vain.
    hopeless: AtomicBool,
}

/// The most notices that wait to be said.
const NOTICES: usize = 16;

/// A thread that can be woken once it has sat down.
#[derive(Debug, Default)]
pub(super) struct Seat(OnceLock<Thread>);

#[derive(Debug, Default)]
struct Progress {
    /// The newest flush, and how far the pump must come for it.
    asked: u64,
    target: Option<Position>,
    /// The newest flush whose lines are all staged.
    staged: u64,
    /// The newest flush whose lines are all out.
    flushed: u64,
    /// No more is wanted than the newest flush.
    closing: bool,
    /// Not even that is wanted.
    abandoned: bool,
    /// The pump sleeps until the staging has room.
    starved: bool,
    pump_ended: bool,
    writer_ended: bool,
}

/// What the pump is to do.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) flush: u64,
    pub(super) target: Option<Position>,
    pub(super) closing: bool,
}

/// What the writer is to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Staged {
    pub(super) flush: u64,
    pub(super) is_last: bool,
}

/// The sink has ended, or is to end now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended;

#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) records: AtomicU64,
    pub(super) lost: AtomicU64,
    /// Lines that found their lane full.
    pub(super) overflowed: AtomicU64,
    /// Lines that were taken from the lanes and could not be written.
    pub(super) unwritten: AtomicU64,
    pub(super) suppressed: AtomicU64,
    pub(super) errors: AtomicU64,
    /// Records of the stream that lie behind the pump.
    pub(super) passed: AtomicU64,
    /// Lines that the pump made, and those that the writer took.
    pub(super) made: AtomicU64,
    pub(super) taken: AtomicU64,
    /// Lines that the writer holds because its output does not take them.
    pub(super) held: AtomicU64,
}

impl Seat {
    pub(super) fn take(&self, thread: &Thread) {
        // A seat is taken once.
        let _ = self.0.set(thread.clone());
    }

    pub(super) fn wake(&self) {
        if let Some(thread) = self.0.get() {
            thread.unpark();
        }
    }
}

impl Counts {
    /// Records before `target`, the number of the stream's records there, that are not written.
    pub(super) fn behind(&self, target: u64) -> u64 {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let unread = target.saturating_sub(read(&self.passed));
        let waiting = read(&self.made).saturating_sub(read(&self.taken));
        unread + waiting + read(&self.held)
    }

    pub(super) fn stats(&self) -> Stats {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let dropped = read(&self.overflowed) + read(&self.unwritten);
        Stats {
            records: read(&self.records).saturating_sub(dropped),
            lost: read(&self.lost) + dropped,
            suppressed: read(&self.suppressed),
            errors: read(&self.errors),
        }
    }
}

/// The owner's side.
impl Handoff {
    /// Asks that everything before `target` gets out, and returns the flush's number.
    pub(super) fn ask(&self, target: Position) -> u64 {
        let mut progress = self.progress.lock();
        progress.asked += 1;
        progress.target = Some(target);
        let flush = progress.asked;
        drop(progress);
        self.pump.wake();
        flush
    }

    /// Tells within `limit` whether the flush is done; false as soon as it never will be.
    pub(super) fn wait_flushed(&self, flush: u64, limit: Duration) -> bool {
        let mut progress = self.progress.lock();
        let waits = |progress: &mut Progress| progress.flushed < flush && !progress.writer_ended;
        self.changed.wait_while_for(&mut progress, waits, limit);
        progress.flushed >= flush
    }

    /// Lets the sink end once everything before `target` is out.
    pub(super) fn close(&self, target: Position) {
        self.progress.lock().closing = true;
        self.ask(target);
    }

    pub(super) fn wait_ended(&self, limit: Duration) -> bool {
        let mut progress = self.progress.lock();
        let waits = |progress: &mut Progress| !progress.writer_ended;
        self.changed.wait_while_for(&mut progress, waits, limit);
        progress.writer_ended
    }

    /// Lets the pump end at once, and the writer as soon as its output lets it.
    pub(super) fn abandon(&self) {
        self.progress.lock().abandoned = true;
        self.pump.wake();
        self.writer.wake();
    }

    /// Lets the writer open its files anew.
    pub(super) fn ask_to_reopen(&self) {
        // Relaxed: nothing else is said by it, and to be woken is enough to see it.
        self.reopen.store(true, Ordering::Relaxed);
        self.writer.wake();
    }

    /// The output does not get on, and nobody is to wait for it any more.
    pub(super) fn lose_hope(&self) {
        // Relaxed, as above.
        self.hopeless.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_hopeless(&self) -> bool {
        self.hopeless.load(Ordering::Relaxed)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.progress.lock().writer_ended
    }
}

/// The pump's side.
impl Handoff {
    pub(super) fn wish(&self) -> Result<Wish, Ended> {
        let progress = self.progress.lock();
        if progress.abandoned || progress.writer_ended {
            return Err(Ended);
        }
        let flush = progress.asked;
        let target = if progress.staged < flush { progress.target.clone() } else { None };
        Ok(Wish { flush, target, closing: progress.closing })
    }

    /// The next notice to be said in the log.
    pub(super) fn next_notice(&self) -> Option<(Level, String)> {
        let mut notices = self.notices.lock();
        if notices.is_empty() { None } else { Some(notices.remove(0)) }
    }

    pub(super) fn say_staged(&self, flush: u64) {
        self.progress.lock().staged = flush;
        self.writer.wake();
    }

    /// Whether the pump has to sleep until there is room; `has_room` looks at the staging.
    pub(super) fn is_starved(&self, has_room: impl FnOnce() -> bool) -> Result<bool, Ended> {
        let mut progress = self.progress.lock();
        if progress.abandoned || progress.writer_ended {
            return Err(Ended);
        }
        progress.starved = !has_room();
        Ok(progress.starved)
    }

    pub(super) fn end_pump(&self) {
        self.progress.lock().pump_ended = true;
        self.writer.wake();
    }
}

/// The writer's side.
impl Handoff {
    pub(super) fn staged(&self) -> Result<Staged, Ended> {
        let progress = self.progress.lock();
        if progress.abandoned {
            return Err(Ended);
        }
        Ok(Staged { flush: progress.staged, is_last: progress.pump_ended })
    }

    /// Has something said in the log; too many at once are left out.
    pub(super) fn tell(&self, level: Level, notice: String) {
        let mut notices = self.notices.lock();
        if notices.len() < NOTICES {
            notices.push((level, notice));
        }
        drop(notices);
        self.pump.wake();
    }

    /// Whether files are to be opened anew; told once.
    pub(super) fn take_reopen(&self) -> bool {
        self.reopen.swap(false, Ordering::Relaxed)
    }

    /// There is room in the staging.
    pub(super) fn say_room(&self) {
        if core::mem::take(&mut self.progress.lock().starved) {
            self.pump.wake();
        }
    }

    pub(super) fn say_flushed(&self, flush: u64) {
        self.progress.lock().flushed = flush;
        self.changed.notify_all();
    }

    pub(super) fn end_writer(&self) {
        self.progress.lock().writer_ended = true;
        self.changed.notify_all();
        self.pump.wake();
    }
}
