//! Asks a running program how it is, reads its log, changes its tasks: `rvctl --help`.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    ringvisor::ctl::run("rvctl", None, std::env::args_os().skip(1)).into()
}

/// Programs can be asked at Unix sockets only.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
