//! The demo can be asked while it runs.

use std::process::ExitCode;

use ringvisor::control::{Operator, Place, Running, Server, View};
use ringvisor::{Builder, Ringvisor};

use super::Failure;

/// Asks another demo, if that is what this one was started for: `demo ctl status`.
pub(crate) fn ctl(builder: &Builder) -> Option<ExitCode> {
    builder.ctl_requested().then(|| builder.ctl().into())
}

/// Opens the control socket and says how to get there.
pub(crate) fn open(ringvisor: &Ringvisor) -> Result<Running, Failure> {
    let view = View::new("demo", ringvisor.stream().clone(), ringvisor::supervisor().clone());
    let server = Server::new(Operator::new(view)).listen(&Place::of("demo")?).start()?;
    let program = std::env::args().next().unwrap_or_default();
    println!("ringvisor {} · demo · pid {}", env!("CARGO_PKG_VERSION"), std::process::id());
    println!("  attach  cargo run --features cli --bin rvctl -- -n demo status");
    println!("     or:  {program} ctl status");
    println!("  try     rvctl status · rvctl logs -F · rvctl trace flaky · rvctl diagnose");
    Ok(server)
}
