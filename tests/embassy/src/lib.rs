//! An executor whose time the test moves.

use std::sync::{Mutex, MutexGuard, PoisonError};

use embassy_executor::raw::Executor;
use embassy_executor::{SpawnError, SpawnToken};
use embassy_time::{Duration, MockDriver};

/// How often tasks are polled in a step: often enough for one to wake another and be woken back.
const TURNS: u32 = 4;

/// Time is the program's, so one test runs at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {}

/// Runs tasks, in steps of virtual time.
pub struct Board {
    executor: &'static Executor,
    _alone: MutexGuard<'static, ()>,
}

impl Board {
    /// A board on which nothing runs, at its start.
    pub fn new() -> Self {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        MockDriver::get().reset();
        let executor = Box::leak(Box::new(Executor::new(core::ptr::null_mut())));
        Self { executor, _alone: alone }
    }

    /// Spawns a task and runs it as far as it goes.
    pub fn spawn<S>(&self, token: Result<SpawnToken<S>, SpawnError>) {
        self.executor.spawner().spawn(token.expect("it is spawned once"));
        self.poll();
    }

    /// Lets time pass, a step at a time.
    pub fn pass(&self, time: Duration, step: Duration) {
        for _ in 0..time.as_ticks().div_ceil(step.as_ticks()) {
            MockDriver::get().advance(step);
            // What one task wakes runs in the next turn, before time passes.
            (0..TURNS).for_each(|_| self.poll());
        }
    }

    /// Runs everything that can run now.
    pub fn poll(&self) {
        // SAFETY: the test polls from one place, and no task comes here.
        unsafe { self.executor.poll() };
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}
