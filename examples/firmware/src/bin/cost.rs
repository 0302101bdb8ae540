//! What a log call costs, in instructions.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::count::show;
use firmware::time;
use log::{debug, info};
use ringvisor::record::LevelFilter;
use ringvisor::ring::Inline;
use ringvisor::stream::RingStream;

static MEMORY: Inline<4, 256> = Inline::new();
static LOG: RingStream<&Inline<4, 256>> = RingStream::over(&MEMORY, time::COUNTER);

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let installed = LOG.install(LevelFilter::Info);
    let (number, signed, name) = (black_box(1234_u32), black_box(-56_i32), black_box("adc0"));

    // SAFETY: it does nothing, a hundred times.
    show("100 times nothing", &mut || unsafe { core::arch::asm!(".rept 100", "nop", ".endr") });
    show("reading the clock", &mut || _ = black_box(time::cycles()));
    show("log a level that does not pass", &mut || debug!("v={number}"));
    show("log a literal of 16 bytes", &mut || info!("sensor timeout !"));
    show("log one u32", &mut || info!("v={number}"));
    show("log a text, a u32 and an i32", &mut || info!("{name}: v={number} t={signed}"));
    show("log one u32 in hexadecimal", &mut || info!("reg={number:08x}"));
    firmware::exit(installed.is_ok())
}

// Output:
// …
