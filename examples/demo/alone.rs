//! The demo cannot be asked: it was built without the control socket.

use std::process::ExitCode;

use ringvisor::{Builder, Ringvisor};

pub(crate) fn ctl(_: &Builder) -> Option<ExitCode> {
    None
}

#[allow(clippy::unnecessary_wraps, reason = "with the control socket it can fail")]
pub(crate) fn offer(_: &Ringvisor) -> Result<(), std::io::Error> {
    Ok(())
}

pub(crate) fn tell(_: &Ringvisor) {
    println!("ringvisor {} · demo · pid {}", env!("CARGO_PKG_VERSION"), std::process::id());
    println!("  attach  needs the control socket: cargo run --features control --example demo");
}
