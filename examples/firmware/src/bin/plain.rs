//! The tasks, the driver and the serial lines of `tasks` on embassy and nothing else: what a program
//! takes without us, to be subtracted.

#![no_std]
#![no_main]

use embassy_time::Timer;
use embedded_io_async::{Read, Write};
use firmware::Uart;
use firmware::executor::spawn;
use firmware::script::Script;

/// A bus that is lent to each run of the task that owns it.
struct Bus {
    transfers: u32,
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[embassy_executor::task]
async fn blink() {
    for count in 1_u32.. {
        report(format_args!("n={count}"));
        Timer::after_millis(10).await;
    }
}

#[embassy_executor::task]
async fn sensor(mut bus: Bus) {
    while measuring(&mut bus).await.is_err() {
        Timer::after_millis(100).await;
    }
}

async fn measuring(bus: &mut Bus) -> Result<(), &'static str> {
    bus.transfers += 1;
    report(format_args!("transfer {}", bus.transfers));
    Timer::after_millis(20).await;
    Err("no acknowledge")
}

#[embassy_executor::task]
async fn deaf() {
    core::future::pending().await
}

/// What tasks say is formatted, and kept by nobody.
fn report(text: core::fmt::Arguments<'_>) {
    use core::fmt::Write as _;
    let mut line = arrayvec::ArrayString::<15>::new();
    let _ = line.write_fmt(text);
    core::hint::black_box(line.as_bytes());
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

/// A line of its input goes to its output.
#[embassy_executor::task]
async fn echo() {
    let (mut input, mut output) = (Script::new(SCRIPT), Uart);
    let mut key = [0];
    while let Ok(1) = input.read(&mut key).await {
        let ended = output.write_all(if key == *b"\r" { b"\r\n" } else { &key }).await;
        if ended.is_err() {
            break;
        }
        let _ = output.flush().await;
    }
    firmware::exit(true);
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    firmware::executor::run(|spawner| {
        spawn(spawner, blink());
        spawn(spawner, sensor(Bus { transfers: 0 }));
        spawn(spawner, deaf());
        spawn(spawner, echo());
    })
}

// Output:
// status
// log 6
// stop blink
// stop deaf
// log 3
// restart sensor
// hold sensor
// status
// level info
// start blink
// start nobody
// dance
// status
