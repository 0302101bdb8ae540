//! The demo can be asked while it runs.

use std::process::ExitCode;

use ringvisor::control::{Caller, CommandError};
use ringvisor::{Builder, Ringvisor};

/// Asks another demo, if that is what this one was started for: `demo ctl status`.
pub(crate) fn ctl(builder: &Builder) -> Option<ExitCode> {
    builder.ctl_requested().then(|| builder.ctl().into())
}

/// Offers what `rvctl run` can run here.
pub(crate) fn offer(ringvisor: &Ringvisor) -> Result<(), CommandError> {
    let hash = |cx: Caller, file: String| {
        cx.say(format_args!("hashing {file}"));
        crate::hash(file.as_ref()).map(|(bytes, sum)| format!("{bytes} bytes, {sum:016x}"))
    };
    ringvisor.commands().add_blocking("hash FILE - the checksum of a file", hash)
}

/// Says how to get to the control socket.
pub(crate) fn tell(ringvisor: &Ringvisor) {
    let program = std::env::args().next().unwrap_or_default();
    println!("ringvisor {} · demo · pid {}", env!("CARGO_PKG_VERSION"), std::process::id());
    if ringvisor.control().is_none() {
        return println!("  attach  cannot be had, the log says why");
    }
    println!("  attach  cargo run --features cli --bin rvctl -- -n demo status");
    println!("     or:  {program} ctl status");
    println!("  try     rvctl status · rvctl logs -F · rvctl trace flaky · rvctl diagnose");
    println!("          rvctl set mailer pause=2s · rvctl run hash Cargo.toml");
}
