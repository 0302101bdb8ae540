//! The demo cannot be asked: it was built without the control socket.

use std::process::ExitCode;

use ringvisor::{Builder, Ringvisor};

use super::Failure;

pub(crate) fn ctl(_: &Builder) -> Option<ExitCode> {
    None
}

pub(crate) fn open(_: &Ringvisor) -> Result<(), Failure> {
    println!("ringvisor {} · demo · pid {}", env!("CARGO_PKG_VERSION"), std::process::id());
    println!("  attach  needs the control socket: cargo run --features control --example demo");
    Ok(())
}
