//! The last words survive: a task panics, the board resets, and the next start finds who panicked
//! where, and the lines before it.

#![no_std]
#![no_main]

use cortex_m::peripheral::SCB;
use embassy_time::Timer;
use firmware::executor::spawn;
use firmware::script::Script;
use firmware::{NAME, Uart, time};
use log::{info, warn};
use ringvisor::board::{Console, journal, last_words};
use ringvisor::record::LevelFilter;
use ringvisor::ring::{Inline, Recovered};
use ringvisor::stream::RingStream;
use ringvisor::supervise::TaskSpec;
use ringvisor::supervise::embassy::Run;

// SAFETY: the section is not cleared, and `recover` comes before everything else.
#[unsafe(link_section = ".uninit.log")]
static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::CLOCK).named(NAME);

ringvisor::tasks! {
    static TASKS, journal;
    pump(): TaskSpec::DEFAULT => async |run| pumping(run).await;
}

async fn pumping(_: Run) -> Result<(), &'static str> {
    for litres in (0..=3_u32).rev() {
        info!("{litres} litres left");
        Timer::after_millis(10).await;
        let each = 12_u32.checked_div(litres).expect("there is something left");
        info!("{each} minutes each");
    }
    Ok(())
}

#[embassy_executor::task]
async fn console() {
    const SCRIPT: &[(u64, &str)] = &[(10, "last-boot"), (10, "log 1")];
    let ended = Console::new(&LOG, &TASKS).run(Script::new(SCRIPT), Uart).await;
    firmware::exit(ended.is_ok());
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    last_words(info, &TASKS);
    SCB::sys_reset()
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let recovered = LOG.recover();
    if LOG.install(LevelFilter::Info).is_err() {
        firmware::exit(false);
    }
    firmware::executor::run(|spawner| match recovered {
        Recovered::Cold => {
            info!("started cold");
            spawn(spawner, pump());
        }
        Recovered::Warm => {
            warn!("started again");
            spawn(spawner, console());
        }
    })
}

// Output:
// > last-boot
// [    0.…] [BOARD] [INFO] started cold
// [    0.…] [BOARD] [INFO] [pump] 3 litres left
// [    0.…] [BOARD] [INFO] [pump] 4 minutes each
// [    0.…] [BOARD] [INFO] [pump] 2 litres left
// [    0.…] [BOARD] [INFO] [pump] 6 minutes each
// [    0.…] [BOARD] [INFO] [pump] 1 litres left
// [    0.…] [BOARD] [INFO] [pump] 12 minutes each
// [    0.…] [BOARD] [INFO] [pump] 0 litres left
// [    0.…] [BOARD] [ERROR] [pump] pump panicked at src/bin/post_mortem.rs:34: there is something left
// > log 1
// [    0.…] [BOARD] [WARN] started again
// >
