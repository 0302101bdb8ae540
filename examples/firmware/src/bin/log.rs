//! A log in a `static`, written by the program and by an interrupt, and read over the UART.

#![no_std]
#![no_main]

use core::fmt::Write;

use firmware::{NAME, Uart, time};
use log::{debug, info, warn};
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;

/// Four blocks of a kilobyte.
static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::CLOCK).named(NAME);

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let installed = LOG.install(LevelFilter::Info);
    info!("up and running");
    debug!("not seen: the level is info");
    LOG.set_max_level(LevelFilter::Debug);
    debug!("seen: the level is debug");
    warn!(volts = 3.1; "battery low on {}", "A0");
    cortex_m::peripheral::SCB::set_pendsv();
    info!("after the interrupt");

    let printed = LOG.cat(&mut Uart);
    let stats = LOG.stats();
    let _ = writeln!(Uart, "{} records in {} bytes", stats.written, stats.bytes);
    firmware::exit(installed.is_ok() && printed.is_ok())
}

#[cortex_m_rt::exception]
fn PendSV() {
    info!("from an interrupt");
}

// Output:
// [    0.000] [BOARD] [INFO] up and running
// [    0.000] [BOARD] [DEBUG] seen: the level is debug
// [    0.000] [BOARD] [WARN] battery low on A0…
// [    0.000] [BOARD] [INFO] from an interrupt
// [    0.000] [BOARD] [INFO] after the interrupt
// 5 records in 4176 bytes
