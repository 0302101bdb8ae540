//! The emulator that runs firmware: the system's own, else Debian's unpacked below
//! `target/toolchains`.

use std::env;
use std::path::PathBuf;

use crate::debian;
use crate::project::Project;
use crate::report::Stop;

const NAME: &str = "qemu-system-arm";

/// A QEMU that knows Arm boards.
pub fn arm(project: &Project) -> Result<PathBuf, Stop> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = env::split_paths(&path).map(|folder| folder.join(NAME));
    match installed.into_iter().find(|program| program.exists()) {
        Some(program) => Ok(program),
        None => Ok(debian::program(project, NAME)?.script("qemu", &format!("usr/bin/{NAME}"))?),
    }
}
