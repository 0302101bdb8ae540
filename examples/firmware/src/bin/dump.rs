//! A dump of the memory, as a probe takes it: `decode_dump` on a PC reads the same lines in it as the
//! console shows here.

#![no_std]
#![no_main]

use embassy_time::Timer;
use firmware::executor::spawn;
use firmware::script::Script;
use firmware::{Uart, time};
use log::{error, info, warn};
use ringvisor::board::Console;
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;
use ringvisor::supervise::TaskSpec;
use ringvisor::supervise::embassy::Run;

static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::CLOCK).named("board");

ringvisor::tasks! {
    static TASKS;
    blink(): TaskSpec::DEFAULT => async |run| idling(run).await;
    pump(): TaskSpec::DEFAULT => async |run| pumping(run).await;
}

async fn idling(run: Run) -> Result<(), &'static str> {
    run.stopped().await;
    Ok(())
}

async fn pumping(_: Run) -> Result<(), &'static str> {
    for litres in (0..3_u32).rev() {
        info!("{litres} litres left");
        cortex_m::peripheral::SCB::set_pendsv();
        Timer::after_millis(1_234).await;
    }
    warn!("dry");
    Ok(())
}

#[embassy_executor::task]
async fn console() {
    let ended = Console::new(&LOG, &TASKS).run(Script::new(&[(4_000, "log")]), Uart).await;
    firmware::save(c"target/xtask/dump.bin", &MEMORY);
    firmware::exit(ended.is_ok());
}

/// It comes while the pump is polled, and is no part of it.
#[cortex_m_rt::exception]
fn PendSV() {
    error!("from an interrupt");
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    if LOG.install(LevelFilter::Info).is_err() {
        firmware::exit(false);
    }
    firmware::executor::run(|spawner| {
        spawn(spawner, blink());
        spawn(spawner, pump());
        spawn(spawner, console());
    })
}

// Output:
// > log
// [    0.…] [board] [INFO] [pump] 2 litres left
// [    0.…] [board] [ERROR] from an interrupt
// [    1.…] [board] [INFO] [pump] 1 litres left
// [    1.…] [board] [ERROR] from an interrupt
// [    2.…] [board] [INFO] [pump] 0 litres left
// [    2.…] [board] [ERROR] from an interrupt
// [    3.…] [board] [WARN] [pump] dry
// >
