//! Shows the log in two lines: install it, then use the macros of `log` as ever.
//!
//! INFO and up goes to stderr (`RUST_LOG` applies), DEBUG and up is kept in memory and can be read.

use core::fmt::Error;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let ringvisor = ringvisor::builder("hello").try_init()?;

    log::info!("good morning");
    log::debug!("nobody sees this on the terminal");
    log::warn!(disk = 3, used = 0.97; "nearly full");

    print_all(&ringvisor)?;
    Ok(())
}

/// Prints what is in memory, without the dates.
fn print_all(ringvisor: &ringvisor::Ringvisor) -> Result<(), Error> {
    let mut text = String::new();
    ringvisor.stream().cat(&mut text)?;
    for line in text.lines() {
        println!("{}", &line["2026-11-21 12:00:00 ".len()..]);
    }
    Ok(())
}

// Output, in any order:
// … [hello] [INFO] good morning
// … [hello] [WARN] nearly full disk=3 used=0.97
// [hello] [INFO] good morning
// [hello] [DEBUG] nobody sees this on the terminal
// [hello] [WARN] nearly full disk=3 used=0.97
