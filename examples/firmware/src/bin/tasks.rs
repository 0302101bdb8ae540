//! Supervised tasks and a console on the UART: a task that fails is started again with growing
//! delays and given up in the end, one that was told to stop ends by itself, one that does not
//! listen is dropped.

#![no_std]
#![no_main]

use core::time::Duration;

use embassy_time::Timer;
use firmware::executor::spawn;
use firmware::script::Script;
use firmware::{NAME, Uart, time};
use ringvisor::board::{Console, journal};
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;
use ringvisor::supervise::embassy::Run;
use ringvisor::supervise::{Backoff, Budget, Policy, State, TaskSpec};

static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::CLOCK).named(NAME);

/// A bus that is lent to each run of the task that owns it.
struct Bus {
    transfers: u32,
}

ringvisor::tasks! {
    static TASKS, journal;
    blink(): TaskSpec { policy: Policy::always(), ..TaskSpec::DEFAULT } => async |run| blinking(run).await;
    sensor(bus: Bus): SENSOR => async |run| measuring(&mut bus, run).await;
    deaf(): TaskSpec { stop_timeout: Duration::from_millis(50), ..TaskSpec::DEFAULT } => async |run| dreaming(run).await;
}

const SENSOR: TaskSpec = TaskSpec {
    policy: Policy {
        backoff: Backoff::constant(Duration::from_millis(100)),
        budget: Some(Budget { restarts: 3, window: Duration::from_secs(60) }),
        ..Policy::DEFAULT
    },
    ..TaskSpec::DEFAULT
};

async fn blinking(run: Run) -> Result<(), &'static str> {
    for count in 1_u32.. {
        if run.is_stopping() {
            break;
        }
        run.status(format_args!("n={count}"));
        Timer::after_millis(10).await;
    }
    Ok(())
}

async fn measuring(bus: &mut Bus, run: Run) -> Result<(), &'static str> {
    bus.transfers += 1;
    run.status(format_args!("transfer {}", bus.transfers));
    Timer::after_millis(20).await;
    Err("no acknowledge")
}

async fn dreaming(_: Run) -> Result<(), &'static str> {
    core::future::pending().await
}

const SCRIPT: &[(u64, &str)] = &[
    (1_000, "status"),
    (10, "log 6"),
    (10, "stop blink"),
    (40, "stop deaf"),
    (60, "log 3"),
    (10, "restart sensor"),
    (10, "hold sensor"),
    (150, "status"),
    (10, "level info"),
    (10, "start blink"),
    (10, "start nobody"),
    (10, "dance"),
    (1_000, "status"),
];

#[embassy_executor::task]
async fn console() {
    let ended = Console::new(&LOG, &TASKS).run(Script::new(SCRIPT), Uart).await;
    let blinks = TASKS.get("blink").is_ok_and(|task| task.state() == State::Running);
    firmware::exit(ended.is_ok() && blinks);
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    if LOG.install(LevelFilter::Debug).is_err() {
        firmware::exit(false);
    }
    firmware::executor::run(|spawner| {
        spawn(spawner, blink());
        spawn(spawner, sensor(Bus { transfers: 0 }));
        spawn(spawner, deaf());
        spawn(spawner, console());
    })
}

// Output:
// > status
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      running  1 s          1 … n=…
// sensor     dead     1 s          4 … transfer 4
// deaf       running  1 s          1 …
// > log 6
// [    0.…] [BOARD] [WARN] sensor: no acknowledge
// [    0.…] [BOARD] [INFO] sensor: run 3 Failed
// [    0.…] [BOARD] [DEBUG] sensor: run 4
// [    0.…] [BOARD] [WARN] sensor: no acknowledge
// [    0.…] [BOARD] [INFO] sensor: run 4 Failed
// [    0.…] [BOARD] [ERROR] sensor: given up
// > stop blink
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      stopped  0 s          1 … n=…
// sensor     dead     1 s          4 … transfer 4
// deaf       running  1 s          1 …
// > stop deaf
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      stopped  0 s          1 … n=…
// sensor     dead     1 s          4 … transfer 4
// deaf       stopping 0 s          1 …
// > log 3
// [    0.…] [BOARD] [ERROR] sensor: given up
// [    1.…] [BOARD] [INFO] blink: run 1 Stopped
// [    1.…] [BOARD] [INFO] deaf: run 1 Aborted
// > restart sensor
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      stopped  0 s          1 … n=…
// sensor     running  0 s          5 … transfer 5
// deaf       stopped  0 s          1 …
// > hold sensor
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      stopped  0 s          1 … n=…
// sensor     running  0 s          5 … transfer 5
// deaf       stopped  0 s          1 …
// > status
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      stopped  0 s          1 … n=…
// sensor     held     0 s          5 … transfer 5
// deaf       stopped  0 s          1 …
// > level info
// INFO
// > start blink
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      running  0 s          2 … n=…
// sensor     held     0 s          5 … transfer 5
// deaf       stopped  0 s          1 …
// > start nobody
// there is no such task; `status` lists them
// > dance
// `dance` is no command; try `help`
// > status
// NAME       STATE    FOR        RUN    POLLS  BUSY ms LONGEST us STATUS
// blink      running  1 s          2 … n=…
// sensor     held     1 s          5 … transfer 5
// deaf       stopped  1 s          1 …
// >
