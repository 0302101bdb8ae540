//! `version`: of this command, and of the program where one can be reached.

use core::time::Duration;
use std::io::{self, Write};

use crate::control::api::{Envelope, Program};
use crate::ctl::call::Call;
use crate::ctl::exit::{Done, Exit};
use crate::ctl::harmless::Harmless;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Nobody waits long for a version.
const PATIENCE: Duration = Duration::from_secs(1);

pub(in crate::ctl) fn version(call: &Call<'_>) -> Done {
    own_version(call.command)?;
    let Ok(client) = call.client() else { return Ok(Exit::Ok) };
    let answer: Result<Envelope<Program>, _> = client.patience(PATIENCE).get("/v1");
    if let Ok(Envelope { v, program: Program { name, pid, version, .. }, .. }) = answer {
        let (name, version) = (Harmless(&name), Harmless(&version));
        call.show(&std::format!("{name} (pid {pid}): ringvisor {version}, protocol {v}\n"))?;
    }
    Ok(Exit::Ok)
}

pub(in crate::ctl) fn own_version(command: &str) -> Done {
    let protocol = crate::control::api::VERSION;
    writeln!(io::stdout(), "{command}: ringvisor {VERSION}, protocol {protocol}")?;
    Ok(Exit::Ok)
}
