//! What the same log calls cost through `defmt` and its transport over a debug probe, with its default
//! encoding and the same clock: to stand beside `cost`.

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m::peripheral::SYST;
use defmt_rtt as _;
use firmware::count::show;

defmt::timestamp!("{=u32}", SYST::get_current());

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    firmware::panic::end(info)
}

#[cortex_m_rt::entry]
fn main() -> ! {
    firmware::start();
    let (number, signed, name) = (black_box(1234_u32), black_box(-56_i32), black_box("adc0"));
    // Its buffer of a kilobyte is not read by anybody: what is counted has to fit into it.
    show("defmt: a literal of 16 bytes", &mut || defmt::info!("sensor timeout !"));
    show("defmt: one u32", &mut || defmt::info!("v={}", number));
    show("defmt: a text, a u32 and an i32", &mut || {
        defmt::info!("{}: v={} t={}", name, number, signed);
    });
    firmware::exit(true);
}

// Output:
// …
