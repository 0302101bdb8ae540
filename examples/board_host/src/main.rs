//! Runs what a board runs on a PC, without a board: the same log in a `static`, the same supervised
//! tasks, and the console on standard input. Type `status`, `log`, `stop blink`, `follow`; the end
//! of the input ends the program.

mod terminal;

use core::time::Duration;
use std::boxed::Box;

use embassy_executor::{Executor, Spawner};
use embassy_time::Timer;
use log::info;
use ringvisor::board::{Console, journal};
use ringvisor::clock::Clock;
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;
use ringvisor::supervise::embassy::Run;
use ringvisor::supervise::{Backoff, Policy, TaskSpec};

static MEMORY: Inline<8, 256> = Inline::new();
static LOG: RingStream<&Inline<8, 256>> = RingStream::over(&MEMORY, Clock::embassy()).named("pc");

const SENSOR: TaskSpec = TaskSpec {
    policy: Policy { backoff: Backoff::constant(Duration::from_secs(2)), ..Policy::DEFAULT },
    ..TaskSpec::DEFAULT
};

ringvisor::tasks! {
    static TASKS, journal;
    blink(): TaskSpec { policy: Policy::always(), ..TaskSpec::DEFAULT } => async |run| blinking(run).await;
    sensor(readings: u32): SENSOR => async |run| measuring(&mut readings, run).await;
}

async fn blinking(run: Run) -> Result<(), &'static str> {
    for count in 1_u32.. {
        if run.is_stopping() {
            break;
        }
        run.status(format_args!("n={count}"));
        Timer::after_millis(500).await;
    }
    Ok(())
}

/// What it counts outlives its runs.
async fn measuring(readings: &mut u32, run: Run) -> Result<(), &'static str> {
    for _ in 0..5 {
        *readings += 1;
        run.status(format_args!("reading {readings}"));
        info!("reading {readings} is fine");
        Timer::after_secs(1).await;
    }
    Err("the bus hangs")
}

#[embassy_executor::task]
async fn console() {
    let (keys, screen) = terminal::open();
    let console = Console::new(&LOG, &TASKS).echoing(false).resetting(|| std::process::exit(0));
    let ended = console.run(keys, screen).await;
    std::process::exit(i32::from(ended.is_err()));
}

fn main() {
    if LOG.install(LevelFilter::Debug).is_err() {
        std::process::exit(1);
    }
    let executor = Box::leak(Box::new(Executor::new()));
    executor.run(|spawner: Spawner| {
        for spawned in [
            blink().map(|token| spawner.spawn(token)),
            sensor(0).map(|token| spawner.spawn(token)),
            console().map(|token| spawner.spawn(token)),
        ] {
            spawned.unwrap_or_else(|_| std::process::exit(1));
        }
    });
}
