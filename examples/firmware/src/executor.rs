//! embassy's executor in a loop that sleeps until an interrupt, which lets QEMU's time jump ahead.

use embassy_executor::raw::Executor;
use embassy_executor::{SpawnError, SpawnToken, Spawner};
use static_cell::StaticCell;

static EXECUTOR: StaticCell<Executor> = StaticCell::new();

/// Every task here is woken by an interrupt, which ends the sleep.
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {}

/// Runs what `spawn` spawns.
pub fn run(spawn: impl FnOnce(Spawner)) -> ! {
    let executor: &'static Executor = EXECUTOR.init(Executor::new(core::ptr::null_mut()));
    spawn(executor.spawner());
    loop {
        // SAFETY: this is the only place that polls, and nothing that is polled comes here.
        unsafe { executor.poll() };
        cortex_m::asm::wfi();
    }
}

/// Spawns a task that is spawned once; ends the program if it is not.
pub fn spawn<S>(spawner: Spawner, token: Result<SpawnToken<S>, SpawnError>) {
    match token {
        Ok(token) => spawner.spawn(token),
        Err(_) => crate::exit(false),
    }
}
