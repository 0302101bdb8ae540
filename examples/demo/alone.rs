//! The demo cannot be asked: it was built without the control socket.

use std::process::ExitCode;

use ringvisor::{Builder, Ringvisor};

pub(crate) fn ctl(_: &Builder) -> Option<ExitCode> {
    None
}

pub(crate) fn tell(_: &Ringvisor) {
    println!("ringvisor {} · demo · pid {}", env!("CARGO_PKG_VERSION"), std::process::id());
    println!("  attach  needs the control socket: cargo run --features control --example demo");
}
