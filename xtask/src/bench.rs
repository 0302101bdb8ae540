//! `cargo xtask bench`: ringvisor beside its floors and its rivals.
//!
//!     cargo xtask bench [--build-only] [--quick] [--json] [--only GROUP,…]
//!
//! Builds `benches/peers`, a package of its own, and runs it. It prints a table with the bars that
//! must hold, or with `--json` one object per line:
//!
//!     {"bench": "ring.write.1t", "ours": 9.8, "unit": "ns", "peer": "floor", "theirs": 6.7, "ratio": 1.46}
//!
//! `--quick` measures for at most 5 minutes on 2 cores; `--only` picks from `ring`, `log` and
//! `tracing`; `--build-only` ends after the build.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const BUILD_ONLY: &str = "--build-only";

/// Passes all arguments but `--build-only` on to the program that measures.
pub fn run(args: &[String]) -> ExitCode {
    let root = root();
    let target = root.join("target/peers");
    if !succeeds(&mut build(&root, &target)) {
        return ExitCode::FAILURE;
    }
    if args.iter().any(|arg| arg == BUILD_ONLY) {
        return ExitCode::SUCCESS;
    }
    let program = target.join("release/peers").with_extension(env::consts::EXE_EXTENSION);
    if succeeds(Command::new(program).args(args)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn build(root: &Path, target: &Path) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--release", "--manifest-path"])
        .arg(root.join("benches/peers/Cargo.toml"))
        .arg("--target-dir")
        .arg(target);
    build
}

fn succeeds(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) if status.success() => return true,
        Ok(status) => eprintln!("{command:?} failed: {status}"),
        Err(error) => eprintln!("cannot run {command:?}: {error}"),
    }
    false
}

/// The directory of the workspace, from wherever the command was given.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the workspace").into()
}
