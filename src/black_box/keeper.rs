//! The thread that keeps a box: its clock, and its disk.

use core::time::Duration;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::dates::Dates;
use super::page;
use crate::clock::Clock;
use crate::ring::Mapping;
use crate::sync::plain::{AtomicBool, AtomicU64, Ordering};

/// How often the clocks are compared. A wall clock that is set is noticed so late.
const INTERVAL: Duration = Duration::from_secs(1);
/// When they are compared for the second time, so that the rate of the counter is known early.
const FIRST: Duration = Duration::from_millis(10);

/// Compares the clocks and syncs the file, until it is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    mapping: Arc<Mapping<u64>>,
    clock: Clock,
    sync_every: Option<Duration>,
    /// Syncs that failed.
    failed: AtomicU64,
    is_closed: AtomicBool,
}

impl Keeper {
    /// Writes the first anchor and starts the thread.
    pub(super) fn start(
        mapping: Arc<Mapping<u64>>,
        clock: Clock,
        sync_every: Option<Duration>,
    ) -> io::Result<Self> {
        let (failed, is_closed) = (AtomicU64::new(0), AtomicBool::new(false));
        let shared = Arc::new(Shared { mapping, clock, sync_every, failed, is_closed });
        let mut dates = Dates::new(&clock);
        shared.date(&mut dates);
        let keeper = Arc::clone(&shared);
        let thread = thread::Builder::new().name("ringvisor-box".into());
        let thread = thread.spawn(move || keeper.run(dates))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How often the file could not be written to its disk.
    pub(super) fn failed(&self) -> u64 {
        self.shared.failed.load(Ordering::Relaxed)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Release: pairs with the Acquire load in `run`; what was written before is synced.
        self.shared.is_closed.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It runs no code but ours, which does not panic; and if it did, the log goes on.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, mut dates: Dates) {
        let interval = self.sync_every.map_or(INTERVAL, |every| every.min(INTERVAL));
        let mut since_sync = Duration::ZERO;
        let mut pause = FIRST.min(interval);
        while !self.is_closed.load(Ordering::Acquire) {
            // Woken early, it compares the clocks once more, and nothing is wrong with that.
            thread::park_timeout(pause);
            self.date(&mut dates);
            since_sync += pause;
            pause = interval;
            if self.sync_every.is_some_and(|every| since_sync >= every) {
                since_sync = Duration::ZERO;
                self.sync();
            }
        }
        self.sync();
    }

    fn date(&self, dates: &mut Dates) {
        if let Some(page) = self.mapping.words().get(..page::WORDS) {
            dates.write(self.clock.sample(), page);
        }
    }

    fn sync(&self) {
        if self.sync_every.is_some() && self.mapping.sync().is_err() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}
