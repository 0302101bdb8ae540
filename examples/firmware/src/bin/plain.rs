//! Two tasks on embassy and nothing else: what a program takes without us, to be subtracted.

#![no_std]
#![no_main]

use core::fmt::Write;

use embassy_time::Timer;
use firmware::Uart;
use firmware::executor::spawn;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[embassy_executor::task]
async fn blink() {
    loop {
        Timer::after_millis(10).await;
    }
}

#[embassy_executor::task]
async fn count() {
    for count in 1..=3_u32 {
        Timer::after_millis(100).await;
        let _ = writeln!(Uart, "n={count}");
    }
    firmware::exit(true);
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    firmware::executor::run(|spawner| {
        spawn(spawner, blink());
        spawn(spawner, count());
    })
}

// Output:
// n=1
// n=2
// n=3
